package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.Operation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/** Whatever comes in between, what is published is on the disk. */
class LogPublicationTest {
    /** What a random engine and a random disk do, one after the other. */
    enum Action {
        APPEND,
        APPEND_MUCH,
        SUBMIT,
        SYNC
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Arbitraries.frequencyOf(
                        Tuple.of(5, Arbitraries.of(Action.APPEND)),
                        Tuple.of(1, Arbitraries.of(Action.APPEND_MUCH)),
                        Tuple.of(4, Arbitraries.of(Action.SUBMIT)),
                        Tuple.of(3, Arbitraries.of(Action.SYNC)))
                .list();
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void nothing_is_published_that_a_crash_would_take(
            @ForAll("actions") @Size(min = 5, max = 60) List<Action> actions, @ForAll boolean isAlways)
            throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        FsyncPolicy policy = isAlways ? FsyncPolicy.ALWAYS : FsyncPolicy.EVERYSEC;
        AtomicLong time = new AtomicLong(); // a second passes at about each third look
        TestedLog log = TestedLog.recover(disk, policy, () -> time.addAndGet(TimeUnit.MILLISECONDS.toNanos(400)));
        log.log().start(log);
        log.onDurable(lsn -> {
            long least = isAlways ? lsn : log.log().syncedLsn();
            Recovered left = Recovered.from(disk.durablePart());
            assertThat(left.refusal()).isNull();
            assertThat(left.entries().size()).isGreaterThanOrEqualTo((int) least);
        });
        log.awaitRest();
        DiskPause syncs = disk.pause(step -> step.is(Operation.SYNC) && step.isOfLogThread());
        for (Action action : actions) {
            switch (action) {
                case APPEND -> log.append("SET", "k", "" + log.log().nextLsn());
                case APPEND_MUCH -> log.append("SET", "k", "m".repeat(10_000));
                case SUBMIT -> log.log().submit();
                case SYNC -> syncs.allowOne();
            }
        }
        syncs.release();
        List<RecordedEntry> appended = log.appended();
        log.close();
        assertThat(log.log().durableLsn()).isEqualTo(appended.size());
        assertThat(Recovered.from(disk).entries()).isEqualTo(appended);
    }
}

package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedDisk.Step;
import dev.miniredis.log.WriteLog.Room;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a write or a sync that fails leads to: a fresh segment, or waiting, and never a loss. */
@Timeout(60)
class LogFailureTest {
    private static final String RETIRED = SegmentNames.retired(1);

    private static Predicate<Step> logThread(Operation operation) {
        return step -> step.is(operation) && step.isOfLogThread();
    }

    /** Fails what matches so many times. */
    private static void failTimes(SimulatedDisk disk, int times, Predicate<Step> which) {
        AtomicInteger left = new AtomicInteger(times);
        disk.fault(step -> which.test(step) && left.getAndDecrement() > 0 ? new IOException("broken") : null);
    }

    private static void assertAllThere(SimulatedDisk disk, TestedLog log) {
        Recovered left = Recovered.from(disk.durablePart());
        assertThat(left.refusal()).isNull();
        assertThat(left.entries()).isEqualTo(log.all());
    }

    /** A log at rest whose time stands still, so that no second passes. */
    private static TestedLog openWithoutTime(SimulatedDisk disk, FsyncPolicy policy) throws LogException {
        TestedLog log = TestedLog.recover(disk, policy, () -> 0);
        log.log().start(log);
        log.awaitRest();
        return log;
    }

    static Stream<Arguments> failures() {
        return Stream.of(FsyncPolicy.values())
                .flatMap(policy -> Stream.of(Operation.WRITE, Operation.SYNC)
                        .filter(operation -> operation == Operation.WRITE || policy == FsyncPolicy.ALWAYS)
                        .map(operation -> Arguments.of(policy, operation)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void what_could_not_be_written_is_written_to_a_fresh_segment(FsyncPolicy policy, Operation operation)
            throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithoutTime(disk, policy)) {
            for (int i = 1; i <= 3; i++) {
                log.awaitPublished(log.write("SET", "k", "" + i));
            }
            failTimes(disk, 1, logThread(operation));
            log.append("SET", "k", "4");
            log.awaitPublished(log.write("SET", "k", "5"));
            assertThat(disk.hasFailed()).isTrue();
            assertThat(log.log().problem()).isNull();
            log.awaitPublished(log.write("SET", "k", "6"));
        }
        if (policy == FsyncPolicy.EVERYSEC) { // nothing was synced yet, so all of it is in the fresh segment
            assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.ACTIVE);
        } else {
            assertThat(disk.files().keySet()).containsExactlyInAnyOrder(RETIRED, SegmentNames.ACTIVE);
        }
        List<RecordedEntry> found = Recovered.from(disk).entries();
        assertThat(found).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(found.get(i).commands().getFirst()).containsExactly("SET", "k", "" + (i + 1));
        }
    }

    @Test
    void a_fresh_segment_begins_with_the_first_entry_that_was_not_durable() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "1"));
            log.awaitPublished(log.write("SET", "k", "2"));
            failTimes(disk, 1, logThread(Operation.SYNC));
            log.awaitPublished(log.write("SET", "k", "3"));
            assertThat(log.published()).containsExactly(1L, 2L, 3L);
            assertAllThere(disk, log);
        }
        assertThat(disk.files().get(SegmentNames.ACTIVE))
                .startsWith("{\"log\":\"mini-redis\",\"format\":1,\"first\":3,")
                .contains("\"durable\":2,");
        assertThat(disk.files().get(RETIRED)).contains("\"lsn\":3,").as("what failed stays where it is");
    }

    @Test
    void a_segment_without_a_durable_entry_is_not_kept() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRoom(Room.YES, "SET", "k", "v");
            failTimes(disk, 1, logThread(Operation.SYNC));
            log.awaitPublished(log.write("SET", "k", "1"));
            assertAllThere(disk, log);
        }
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.ACTIVE);
    }

    @Test
    void segments_add_up_when_writing_fails_again_and_again() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            for (int i = 1; i <= 6; i++) {
                log.append("SET", "k", "a" + i);
                failTimes(disk, 1, logThread(i % 2 == 0 ? Operation.SYNC : Operation.WRITE));
                log.awaitPublished(log.write("SET", "k", "b" + i));
                assertAllThere(disk, log);
            }
        }
        assertThat(disk.files().keySet())
                .containsExactlyInAnyOrder(
                        SegmentNames.retired(1),
                        SegmentNames.retired(3),
                        SegmentNames.retired(5),
                        SegmentNames.retired(7),
                        SegmentNames.retired(9),
                        SegmentNames.ACTIVE);
        assertThat(Recovered.from(disk).entries()).hasSize(12);
    }

    @Test
    void every_second_what_a_failed_sync_leaves_unknown_is_written_again() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = openWithoutTime(disk, FsyncPolicy.EVERYSEC);
        for (int i = 1; i <= 5; i++) {
            log.awaitPublished(log.write("SET", "k", "" + i));
        }
        failTimes(disk, 1, logThread(Operation.WRITE));
        log.awaitPublished(log.write("SET", "k", "6"));
        assertAllThere(disk, log);
        log.close();
    }

    @Test
    void while_no_segment_can_be_written_writes_are_refused_and_nothing_is_published() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "1"));
            disk.fail(Step::isOfLogThread, SimulatedDisk.NO_SPACE);
            log.append("SET", "k", "2");
            log.write("SET", "k", "3");
            log.await("the problem", () -> log.log().problem() != null);
            assertThat(log.log().problem()).isEqualTo(SimulatedDisk.NO_SPACE);
            assertThat(log.roomFor("SET", "k", "4")).isEqualTo(Room.NO);
            assertThat(log.roomChanges()).isPositive();
            assertThat(log.published()).containsExactly(1L);
            assertThat(log.log().durableLsn()).isEqualTo(1);

            int told = log.roomChanges();
            disk.heal();
            log.awaitPublished(3);
            assertThat(log.roomChanges()).isGreaterThan(told);
            assertThat(log.log().problem()).isNull();
            log.awaitPublished(log.write("SET", "k", "4"));
            assertAllThere(disk, log);
        }
        assertThat(Recovered.from(disk).entries()).hasSize(4);
    }

    @Test
    void a_log_that_cannot_be_written_says_at_its_end_what_was_not() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        log.awaitPublished(log.write("SET", "k", "1"));
        disk.fail(Step::isOfLogThread, SimulatedDisk.IO_ERROR);
        log.write("SET", "k", "2");
        log.await("the problem", () -> log.log().problem() != null);
        assertThatThrownBy(log::close)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("Entries 2 to 2 could not be written")
                .hasMessageNotContaining("null");
        disk.heal();
        Recovered left = Recovered.from(disk.durablePart());
        assertThat(left.refusal()).isNull();
        assertThat(left.entries()).isEqualTo(log.appended().subList(0, 1));
    }

    @Test
    void a_log_that_could_not_be_synced_says_at_its_end_what_was_not() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        AtomicLong time = new AtomicLong();
        TestedLog log = TestedLog.recover(disk, FsyncPolicy.EVERYSEC, time::get);
        log.log().start(log);
        log.awaitRest();
        log.awaitPublished(log.write("SET", "k", "1"));
        log.awaitPublished(log.write("SET", "k", "2"));
        disk.fail(Step::isOfLogThread, SimulatedDisk.IO_ERROR);
        time.set(TimeUnit.SECONDS.toNanos(1));
        log.await("the problem", () -> log.log().problem() != null);
        assertThatThrownBy(log::close)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("Entries 1 to 2 ")
                .hasMessageContaining(SimulatedDisk.IO_ERROR)
                .hasMessageNotContaining("not acknowledged");
    }

    @Test
    void an_end_that_fails_says_so() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        log.awaitPublished(log.write("SET", "k", "1"));
        log.awaitRest();
        disk.fail(step -> step.is(Operation.TRUNCATE), SimulatedDisk.IO_ERROR);
        assertThatThrownBy(log::close)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("/simulated")
                .hasMessageContaining(SimulatedDisk.IO_ERROR);
    }

    @Test
    void a_disk_that_cannot_be_read_or_written_is_told_at_the_start() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.fail(step -> true, SimulatedDisk.NO_SPACE);
        assertThatThrownBy(() -> TestedLog.open(disk))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("/simulated")
                .hasMessageContaining(SimulatedDisk.NO_SPACE);
    }

    @Test
    void a_thread_that_dies_of_a_bug_is_a_problem_and_nobody_waits_for_it_in_vain() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        log.awaitPublished(log.write("SET", "k", "1"));
        disk.fault(step -> {
            if (step.isOfLogThread()) {
                throw new IllegalStateException("a bug, for the test");
            }
            return null;
        });
        log.write("SET", "k", "2");
        log.await("the problem", () -> log.log().problem() != null);
        assertThat(log.roomFor("SET", "k", "3")).isEqualTo(Room.NO);
        log.await("it is told", () -> log.roomChanges() > 0);
        assertThatThrownBy(log::close).isInstanceOf(LogException.class);
    }

    /** Whichever step towards a fresh segment fails as well, the next attempt keeps all there is. */
    @Test
    void a_second_failure_while_a_fresh_segment_is_made_loses_nothing() throws Exception {
        List<Future<Boolean>> runs = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int second = 1; second <= 14; second++) {
                int offset = second;
                runs.add(threads.submit(() -> failTwice(offset)));
            }
        }
        List<Boolean> failedTwice = new ArrayList<>();
        for (Future<Boolean> run : runs) {
            failedTwice.add(run.get());
        }
        assertThat(failedTwice).startsWith(true, true, true, true, true, true, true, true);
    }

    /** @return whether the second failure came */
    private static boolean failTwice(int offset) throws LogException {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        for (int i = 1; i <= 3; i++) {
            log.awaitPublished(log.write("SET", "k", "" + i));
        }
        log.awaitRest();
        AtomicInteger steps = new AtomicInteger();
        disk.fault(step -> {
            if (!step.isOfLogThread() || steps.get() == 0 && !step.is(Operation.SYNC)) {
                return null;
            }
            int step0 = steps.getAndIncrement();
            return step0 == 0 || step0 == offset ? new IOException("broken") : null;
        });
        log.append("SET", "k", "4");
        log.awaitPublished(log.write("SET", "k", "5"));
        boolean failedTwice = steps.get() > offset;
        Recovered left = Recovered.from(disk.durablePart());
        assertThat(left.refusal())
                .as("second failure at step %s: %s", offset, disk.history())
                .isNull();
        assertThat(left.entries()).as("second failure at step %s", offset).isEqualTo(log.all());
        log.awaitPublished(log.write("SET", "k", "6"));
        log.close();
        assertThat(Recovered.from(disk).entries())
                .as("second failure at step %s", offset)
                .isEqualTo(log.all());
        return failedTwice;
    }

    /**
     * Entries that were admitted for the room of the old segment are written to the fresh one while room is being made
     * there. Neither may overwrite the other.
     */
    @Test
    void room_made_in_a_fresh_segment_does_not_overwrite_entries() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            DiskPause sync = disk.pause(logThread(Operation.SYNC));
            failTimes(disk, 1, logThread(Operation.SYNC));
            log.write("SET", "k", "1");
            sync.awaitArrival();
            for (int i = 2; i <= 10; i++) {
                log.write("SET", "k", "" + i);
            }
            DiskPause filling = disk.pause(step -> step.is(Operation.WRITE) && step.isOfRoomThread());
            sync.release();
            filling.awaitArrival();
            boolean isWritten = log.happensSoon(() -> log.lastPublished() == 10); // else it waits for the room
            filling.release();
            log.awaitPublished(10);
            log.awaitPublished(log.write("SET", "k", "11"));
            log.await("room", () -> log.roomFor("SET", "k", "v".repeat(300_000)) == Room.YES);
            Recovered left = Recovered.from(disk.durablePart());
            assertThat(left.refusal())
                    .as("written before the room: %s", isWritten)
                    .isNull();
            assertThat(left.entries()).isEqualTo(log.all());
        }
    }

    /**
     * A disk tells a failure once to each open file, whoever syncs. When it is the thread that makes room that is told,
     * the entries on their way are as lost as when the log's own sync fails.
     */
    @Test
    void a_sync_that_fails_while_room_is_made_is_not_the_end_of_entries_on_their_way() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            DiskPause entries = disk.pause(logThread(Operation.SYNC));
            failTimes(disk, 1, step -> step.is(Operation.SYNC) && step.isOfRoomThread());
            log.write("SET", "k", "v");
            entries.awaitArrival(); // written, and about to be synced
            log.log().roomFor(3 * RoomKeeper.MIN_STEP); // more room is wanted
            log.happensSoon(disk::hasFailed); // if that thread syncs at all
            entries.release();
            log.awaitPublished(1);
            assertAllThere(disk, log);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_sync_that_fails_while_there_is_only_room_to_sync_is_survived(int before) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            for (int i = 0; i < before; i++) {
                log.awaitPublished(log.write("SET", "k", "before"));
            }
            log.awaitRest();
            failTimes(disk, 1, step -> step.is(Operation.SYNC));
            log.await("much room", () -> log.log().roomFor(3 * RoomKeeper.MIN_STEP) == Room.YES);
            log.awaitPublished(log.write("SET", "k", "after"));
            assertThat(disk.hasFailed()).isTrue();
            assertAllThere(disk, log);
        }
        assertThat(Recovered.from(disk).entries()).hasSize(before + 1);
    }

    /** Written, and so published, is what the operating system has: a process that dies does not take it along. */
    @ParameterizedTest
    @EnumSource(names = {"EVERYSEC", "NO"})
    void what_was_published_survives_a_process_that_dies_while_no_fresh_segment_can_be_made(FsyncPolicy policy)
            throws Exception {
        for (int good = 0; good <= 14; good++) {
            SimulatedDisk disk = new SimulatedDisk();
            TestedLog log = openWithoutTime(disk, policy);
            for (int i = 1; i <= 3; i++) {
                log.awaitPublished(log.write("SET", "k", "" + i));
            }
            failAllButTheFirst(disk, good);
            log.write("SET", "k", "4");
            log.await("an answer", () -> log.log().problem() != null || log.lastPublished() == 4);
            int published = (int) log.lastPublished();
            SimulatedDisk next = disk.kill();
            log.abandon();
            Recovered left = Recovered.from(next);
            assertThat(left.refusal())
                    .as("%s steps towards a fresh segment", good)
                    .isNull();
            assertThat(left.entries().size())
                    .as("%s steps towards a fresh segment", good)
                    .isGreaterThanOrEqualTo(published);
        }
    }

    /** Fails a write of the log's thread, lets so many of its steps be, and fails all after them. */
    private static void failAllButTheFirst(SimulatedDisk disk, int good) {
        AtomicInteger steps = new AtomicInteger(-1);
        disk.fault(step -> {
            int since = step.isOfLogThread() ? steps.getAndIncrement() : 0;
            return since == -1 || since >= good && step.isOfLogThread() ? new IOException("broken") : null;
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_write_that_is_half_done_is_not_seen_twice(FsyncPolicy policy) throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            SimulatedDisk disk = new SimulatedDisk();
            Random random = new Random(seed);
            try (TestedLog log = TestedLog.open(disk, policy)) {
                log.awaitRoom(Room.YES, "SET", "k", "v");
                for (int i = 0; i < 5; i++) {
                    if (random.nextInt(3) == 0) {
                        failTimes(disk, 1, logThread(Operation.WRITE));
                    }
                    for (int j = 0; j < 20; j++) {
                        log.append("SET", "k" + j, "v".repeat(random.nextInt(5000)));
                    }
                    log.log().submit();
                    log.awaitPublished(log.log().nextLsn() - 1);
                }
            }
            Recovered left = Recovered.from(disk);
            assertThat(left.entries()).hasSize(100);
            assertThat(left.result().cutOff()).isNull();
        }
    }
}

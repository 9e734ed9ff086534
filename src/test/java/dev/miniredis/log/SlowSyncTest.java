package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sync that takes ten seconds: an engine and a real log, on a disk that waits for the test. */
@Timeout(60)
class SlowSyncTest {
    private static final Logger LOGGER = Logger.getLogger(SyncTimes.class.getName());

    private final AtomicLong nanos = new AtomicLong();
    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            told.add(logged.getLevel() + " " + new java.util.logging.SimpleFormatter().formatMessage(logged));
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stop_listening() {
        LOGGER.removeHandler(handler);
    }

    private void pass(int seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void writes_wait_reads_of_settled_keys_do_not_and_it_is_told_while_it_runs() throws Exception {
        try (TestedLog tested = TestedLog.recover(disk, FsyncPolicy.ALWAYS, nanos::get)) {
            LocalLog log = tested.log();
            log.start(tested);
            tested.awaitRest();
            Client client = new Client(log);
            client.run("SET", "settled", "v");
            tested.awaitPublished(1);
            client.engine.durable(1);

            DiskPause sync = disk.pause(step -> step.is(Operation.SYNC) && step.isOfLogThread());
            assertThat(client.run("SET", "k", "v")).isEqualTo(2);
            sync.awaitArrival();
            pass(10);
            log.look();
            log.look();
            assertThat(client.run("GET", "settled")).as("waits for nothing").isZero();
            assertThat(client.run("GET", "k")).as("waits for the write").isEqualTo(2);
            assertThat(client.run("SET", "other", "v")).as("the engine goes on").isEqualTo(3);
            assertThat(log.durableLsn()).isEqualTo(1);
            assertThat(log.problem()).as("slow is not broken").isNull();
            assertThat(log.figures().runningSyncNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(10));
            assertThat(log.figures().delayedSyncs()).isEqualTo(1);
            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("WARN")
                    .contains("has been syncing the log for 10000 ms; writes wait, reads go on");

            sync.release();
            tested.awaitPublished(3);
            assertThat(log.figures().delayedSyncs()).isEqualTo(1);
            assertThat(log.figures().runningSyncNanos()).isZero();
            assertThat(told).hasSize(2);
            assertThat(told.getLast()).contains("WARN").contains("took 10000 ms");
        }
    }

    @Test
    void one_that_ends_before_anybody_has_looked_is_told_once_and_counted_once() {
        SyncTimes times = new SyncTimes(nanos::get);
        times.began();
        pass(1);
        assertThat(times.ended()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        times.look();
        assertThat(told).hasSize(1);
        assertThat(times.delayed()).isEqualTo(1);
    }

    @Test
    void one_of_less_than_a_second_is_not_worth_a_word() {
        SyncTimes times = new SyncTimes(nanos::get);
        times.began();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        times.look();
        times.ended();
        assertThat(told).isEmpty();
        assertThat(times.delayed()).isZero();
    }

    /** What the server's thread does for a client. */
    private static final class Client {
        private final Engine engine;
        private final Session session = new Session(1, "c:1", "s:1", 0, Outlet.NONE);

        Client(LocalLog log) {
            engine = new Engine(1, 0x5eed, 16, Long.MAX_VALUE, log, Clocks.MACHINE, () -> {});
            engine.security().admit(session);
            engine.loaded();
        }

        /** @return the entry that the reply has to wait for; 0 for none */
        long run(String... words) {
            byte[][] arguments = new byte[words.length][];
            for (int i = 0; i < words.length; i++) {
                arguments[i] = RecordedEntry.latin1(words[i]);
            }
            assertThat(engine.execute(session, Request.of(arguments))).isTrue();
            long requiredLsn = engine.requiredLsn();
            engine.submit();
            return requiredLsn;
        }
    }
}

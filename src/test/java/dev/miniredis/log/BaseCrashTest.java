package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedFile.Loss;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A base takes the place of the log before it, and at whichever operation of the disk the power fails, base and log
 * together hold the state after some entry, and every durable one.
 */
@Timeout(120)
class BaseCrashTest {
    private static final int SEEDS = 4;
    private static final int KEYS = 5;

    /** What was written: the state after each entry, and how many of them are durable. */
    private static final class History {
        private final List<Map<String, String>> states = new ArrayList<>(List.of(Map.of()));
        private long durable;

        void set(String key, String value) {
            Map<String, String> next = new TreeMap<>(states.getLast());
            next.put(key, value);
            states.add(next);
        }

        long lsn() {
            return states.size() - 1L;
        }

        Map<String, String> stateAt(long lsn) {
            return states.get((int) lsn);
        }
    }

    /** The state that a recovery brings about, and the entry that it ends with. */
    private static final class Found {
        private final Map<String, String> state = new TreeMap<>();
        private long lastLsn;

        static Found on(SimulatedDisk disk) throws LogException {
            Found found = new Found();
            TestedLog log = TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime);
            for (RecordedEntry entry : log.recovered()) {
                List<String> command = entry.commands().getFirst();
                found.state.put(command.get(1), command.get(2));
            }
            found.lastLsn = log.log().nextLsn() - 1;
            log.abandon();
            return found;
        }
    }

    private static boolean write(TestedLog log, History history, int count) {
        for (int i = 0; i < count; i++) {
            String key = "k" + history.lsn() % KEYS;
            String value = "v" + history.lsn();
            if (log.tryAppend("SET", key, value) == 0) {
                return false;
            }
            history.set(key, value);
        }
        log.log().submit();
        long last = history.lsn();
        log.await("an answer", () -> log.lastPublished() == last || log.log().problem() != null);
        history.durable = Math.max(history.durable, log.lastPublished());
        log.log().look(); // which writes the mark
        return log.lastPublished() == last;
    }

    /** Makes a base while {@code meanwhile} entries are written. @return whether the disk still works */
    private static boolean compact(TestedLog log, History history, int meanwhile) throws InterruptedException {
        long lsn = log.log().rotate();
        Map<String, String> state = history.stateAt(lsn);
        IOException[] failure = {null};
        Thread writer = Thread.ofPlatform().start(() -> {
            try (BaseFile base =
                    log.log().newBase(new BaseHeader(lsn, 1_763_834_101_000L + lsn, lsn, List.of(state.size())))) {
                for (Map.Entry<String, String> pair : state.entrySet()) {
                    base.add(
                            0,
                            Request.of(
                                    RecordedEntry.latin1("SET"),
                                    RecordedEntry.latin1(pair.getKey()),
                                    RecordedEntry.latin1(pair.getValue())));
                }
                log.log().install(base, Retention.NONE);
            } catch (IOException e) {
                failure[0] = e;
            } catch (InterruptedException e) {
                failure[0] = new IOException(e);
            }
        });
        boolean works = write(log, history, meanwhile);
        log.await("the base", () -> !writer.isAlive() || log.log().problem() != null);
        writer.interrupt();
        writer.join();
        return works && failure[0] == null;
    }

    private static History work(SimulatedDisk disk) throws InterruptedException {
        History history = new History();
        TestedLog log;
        try {
            log = TestedLog.open(disk);
        } catch (LogException e) {
            return history;
        }
        if (write(log, history, 7) && compact(log, history, 3) && write(log, history, 4) && compact(log, history, 0)) {
            write(log, history, 2);
        }
        history.durable = Math.max(history.durable, log.lastPublished());
        log.abandon();
        return history;
    }

    private static void check(SimulatedDisk left, History history, String when) throws LogException {
        Found found = Found.on(left.copy());
        assertThat(found.lastLsn).as(when).isBetween(history.durable, history.lsn());
        assertThat(found.state).as(when).isEqualTo(history.stateAt(found.lastLsn));
        try (TestedLog log = TestedLog.open(left)) {
            log.awaitPublished(log.write("SET", "after", "the crash"));
        }
        Found again = Found.on(left);
        assertThat(again.lastLsn).as(when).isEqualTo(found.lastLsn + 1);
        assertThat(again.state).as(when).containsEntry("after", "the crash").containsAllEntriesOf(found.state);
    }

    @Test
    void a_base_replaces_the_log_before_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        History history = work(disk);
        assertThat(history.durable).isEqualTo(16);
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder("mini-redis.log", "mini-redis.base.14.log");
        check(disk.crash(new Random(1), Loss.ALL, NameOrder.KEPT), history, "at the end");
    }

    @Test
    void whichever_operation_the_disk_stops_at_and_the_power_fails() throws Exception {
        SimulatedDisk whole = new SimulatedDisk();
        work(whole);
        for (long n = 1; n <= whole.operations() + 1; n++) {
            SimulatedDisk disk = new SimulatedDisk();
            disk.stopAt(n);
            History history = work(disk);
            for (int seed = 0; seed < SEEDS; seed++) {
                Loss loss = seed == 0 ? Loss.ALL : seed == 1 ? Loss.NONE : Loss.ANY;
                check(
                        disk.copy().crash(new Random(seed), loss, NameOrder.KEPT),
                        history,
                        "operation " + n + ", seed " + seed);
            }
        }
    }

    @Test
    void a_base_that_is_damaged_or_not_whole_refuses_the_start() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        work(disk);
        byte[] base = disk.bytes("mini-redis.base.14.log");
        for (int at = 0; at < base.length - 1; at++) { // without its last line feed it is whole
            byte[] damaged = base.clone();
            damaged[at] ^= 0x10;
            assertThat(Recovered.from(disk.copy().put("mini-redis.base.14.log", damaged))
                            .refusal())
                    .as("byte " + at)
                    .contains("mini-redis.base.14.log")
                    .contains("Nothing was changed");
            byte[] cut = java.util.Arrays.copyOf(base, at);
            assertThat(Recovered.from(disk.copy().put("mini-redis.base.14.log", cut))
                            .refusal())
                    .as("cut at " + at)
                    .contains("mini-redis.base.14.log");
        }
    }
}

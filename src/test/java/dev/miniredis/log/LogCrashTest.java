package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedFile.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promise: whatever the disk does, and whenever the power fails, what was said to be durable is there, in order,
 * and nothing that was never written. A piece of work is done again and again, each time with the trouble one operation
 * later.
 */
@Timeout(120)
class LogCrashTest {
    private static final int SEEDS = 4;
    /** Lengths of values: lines of less than a write, of several writes, and enough for more room to be made. */
    private static final int[] LENGTHS = {1, 5000, 1, 300_000, 10, 270_000, 20, 1};

    /**
     * What an engine knows when its disk or its machine is gone.
     *
     * @param all what was recovered and appended
     * @param durable how much of it has to be there
     */
    private record Known(List<RecordedEntry> all, int durable) {
        static final Known NOTHING = new Known(List.of(), 0);
    }

    /** Writes group after group until it is done or the disk is. */
    private static Known work(SimulatedDisk disk) {
        TestedLog log;
        try {
            log = TestedLog.open(disk);
        } catch (LogException e) {
            return Known.NOTHING;
        }
        for (int i = 0; i < LENGTHS.length && writeGroup(log, LENGTHS[i], i % 3); i++) {
            // goes on
        }
        log.abandon();
        return new Known(
                log.all(), (int) Math.max(log.lastPublished(), log.recovered().size()));
    }

    /** @return false when the log takes no more */
    private static boolean writeGroup(TestedLog log, int length, int more) {
        for (int i = 0; i <= more; i++) {
            if (log.tryAppend("SET", "k" + i, "v".repeat(length)) == 0) {
                return false;
            }
        }
        log.log().submit();
        long last = log.log().nextLsn() - 1;
        log.await("an answer", () -> log.lastPublished() == last || log.log().problem() != null);
        log.log().look(); // which writes the mark
        return log.lastPublished() == last;
    }

    private static void assertLeft(List<RecordedEntry> found, Known known, String when) {
        if (found.size() < known.durable()
                || !known.all()
                        .subList(0, Math.min(found.size(), known.all().size()))
                        .equals(found)) {
            assertThat(lsnsOf(found))
                    .as(
                            "%s: %s of %s were durable",
                            when, known.durable(), known.all().size())
                    .isEqualTo(lsnsOf(known.all()));
            assertThat(found).as(when).isEqualTo(known.all());
        }
    }

    private static List<Long> lsnsOf(List<RecordedEntry> entries) {
        return entries.stream().map(RecordedEntry::lsn).toList();
    }

    private static void checkLeft(SimulatedDisk left, Known known, String when) throws LogException {
        Recovered found = Recovered.from(left.copy());
        assertThat(found.refusal()).as(when).isNull();
        assertLeft(found.entries(), known, when);
        List<RecordedEntry> all;
        try (TestedLog log = TestedLog.open(left)) {
            assertThat(log.recovered()).as(when).isEqualTo(found.entries());
            log.awaitPublished(log.write("SET", "after", "the crash"));
            all = log.all();
        }
        assertThat(Recovered.from(left).entries()).as(when).isEqualTo(all);
    }

    private static long operationsOfAll() {
        SimulatedDisk disk = new SimulatedDisk();
        assertThat(work(disk).durable()).isEqualTo(15);
        return disk.operations();
    }

    @Test
    void whichever_operation_the_disk_stops_at_and_the_power_fails() throws LogException {
        long operations = operationsOfAll();
        for (long n = 1; n <= operations + 1; n++) {
            SimulatedDisk disk = new SimulatedDisk();
            disk.stopAt(n);
            Known known = work(disk);
            for (int seed = 0; seed < SEEDS; seed++) {
                Loss loss = seed == 0 ? Loss.ALL : seed == 1 ? Loss.NONE : Loss.ANY;
                SimulatedDisk left = disk.copy().crash(new Random(seed), loss, NameOrder.KEPT);
                checkLeft(left, known, "operation " + n + ", seed " + seed);
            }
        }
    }

    /** What the next process finds it shows to clients, so from then on it has to be there. */
    @Test
    void whichever_operation_the_process_dies_at_and_later_the_power_fails() throws LogException {
        long operations = operationsOfAll();
        for (long n = 1; n <= operations + 1; n++) {
            SimulatedDisk disk = new SimulatedDisk();
            disk.dieAt(n);
            Known known = work(disk);
            SimulatedDisk second = disk.kill();
            TestedLog log = TestedLog.recover(second, FsyncPolicy.ALWAYS, System::nanoTime);
            assertLeft(log.recovered(), known, "died at operation " + n);
            Known seen = new Known(log.recovered(), log.recovered().size());
            for (int seed = 0; seed < SEEDS; seed++) {
                Loss loss = seed == 0 ? Loss.ALL : Loss.ANY;
                SimulatedDisk left = second.copy().crash(new Random(seed), loss, NameOrder.KEPT);
                checkLeft(left, seen, "died at operation " + n + ", seed " + seed);
            }
            log.abandon();
        }
    }

    @Test
    void whichever_operation_fails_once_nothing_is_lost() throws Exception {
        long operations = operationsOfAll();
        AtomicLong next = new AtomicLong(1);
        List<Future<Void>> runs = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (long i = 1; i <= operations; i++) {
                runs.add(threads.submit(() -> {
                    failOnce(next.getAndIncrement());
                    return null;
                }));
            }
        }
        for (Future<Void> run : runs) {
            run.get();
        }
    }

    private static void failOnce(long n) throws LogException {
        String when = "operation " + n;
        SimulatedDisk disk = new SimulatedDisk();
        disk.failOnceAt(n);
        try {
            failOnce(disk, TestedLog.open(disk), when);
        } catch (LogException e) {
            assertThat(disk.hasFailed()).as(when).isTrue();
            SimulatedDisk next = disk.kill();
            failOnce(next, TestedLog.open(next), when);
        }
    }

    private static void failOnce(SimulatedDisk disk, TestedLog opened, String when) {
        for (int i = 0; i < LENGTHS.length; i++) {
            String value = "v".repeat(LENGTHS[i]);
            opened.await("room", () -> opened.roomFor("SET", "k", value) == WriteLog.Room.YES);
            opened.awaitPublished(opened.write("SET", "k", value));
        }
        Recovered atLeast = Recovered.from(disk.durablePart());
        assertThat(atLeast.refusal()).as(when).isNull();
        assertLeft(atLeast.entries(), new Known(opened.all(), opened.all().size()), when);
        opened.abandon();
        disk.heal();
        assertLeft(
                Recovered.from(disk).entries(),
                new Known(opened.all(), opened.all().size()),
                when);
    }

    /**
     * A sync fails, a fresh segment is made, and the power fails on the way.
     *
     * @param anyOrder whether names reach the disk in any order, as on a file system without a journal
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wherever_the_power_fails_while_a_fresh_segment_is_made(boolean anyOrder) throws LogException {
        for (int later = 1; later <= 20; later++) {
            SimulatedDisk disk = new SimulatedDisk();
            TestedLog log = failAndDie(disk, Operation.SYNC, later);
            Known known = new Known(log.all(), (int) log.lastPublished());
            for (int seed = 0; seed < 8; seed++) {
                SimulatedDisk left =
                        disk.copy().crash(new Random(seed), Loss.ANY, anyOrder ? NameOrder.ANY : NameOrder.KEPT);
                checkLeft(
                        left,
                        known,
                        later + " operations later, seed " + seed + ", left "
                                + left.files().keySet());
            }
            log.abandon();
        }
    }

    /** As before, but first only the process dies, another one goes on, and then the power fails. */
    @Test
    void wherever_the_process_dies_while_a_fresh_segment_is_made() throws LogException {
        for (int later = 1; later <= 20; later++) {
            SimulatedDisk disk = new SimulatedDisk();
            TestedLog log = failAndDie(disk, Operation.WRITE, later);
            Known known = new Known(log.all(), (int) log.lastPublished());
            SimulatedDisk next = disk.kill();
            log.abandon();
            String when = later + " operations later";
            try (TestedLog second = TestedLog.open(next)) {
                assertLeft(second.recovered(), known, when);
                checkLeft(
                        next.durablePart(),
                        new Known(second.recovered(), second.recovered().size()),
                        when);
                second.awaitPublished(second.write("SET", "the", "next"));
                checkLeft(
                        next.durablePart(), new Known(second.all(), second.all().size()), when);
            }
        }
    }

    /** Writes something, then a write or sync of it fails, and so many operations later the process dies. */
    private static TestedLog failAndDie(SimulatedDisk disk, Operation failing, int later) throws LogException {
        TestedLog log = TestedLog.open(disk);
        log.awaitPublished(log.write("SET", "k", "1"));
        log.awaitPublished(log.write("SET", "k", "2"));
        log.awaitRest();
        AtomicLong failedAt = new AtomicLong();
        disk.fault(step -> {
            if (failedAt.get() == 0 && step.is(failing) && step.isOfLogThread()) {
                failedAt.set(step.number());
                disk.dieAt(step.number() + later);
                return new IOException("broken");
            }
            return null;
        });
        writeGroup(log, 20, 30);
        if (!disk.isDead()) {
            writeGroup(log, 20, 30);
        }
        return log;
    }

    @Test
    void random_lives_end_well() {
        for (int seed = 0; seed < 300; seed++) {
            try {
                new RandomLives(seed).live();
            } catch (AssertionError | LogException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** Several processes on one disk, one after the other; each does some work and comes to some end. */
    private static final class RandomLives {
        private final Random random;
        private SimulatedDisk disk = new SimulatedDisk();
        private Known known = Known.NOTHING;
        /** How much of what is known would be there had the power failed, and not only the process. */
        private int safe;

        private FsyncPolicy policy;

        private RandomLives(int seed) {
            random = new Random(seed);
        }

        private void live() throws LogException {
            for (int life = 0; life < 3; life++) {
                policy = FsyncPolicy.values()[random.nextInt(3)];
                plan();
                TestedLog log = open();
                if (log != null) {
                    knows(log, 0, 0);
                    work(log);
                    end(log);
                } else if (random.nextBoolean()) {
                    disk = disk.kill();
                } else {
                    powerFails();
                }
            }
            checkLeft(disk, known, "at last");
        }

        /** Decides when the process dies, and whether one of the log's writes or syncs fails before. */
        private void plan() {
            if (random.nextInt(4) > 0) {
                disk.dieAt(1 + random.nextInt(40));
            }
            if (policy != FsyncPolicy.NO && random.nextBoolean()) {
                int n = 1 + random.nextInt(30);
                disk.fault(step -> step.number() >= n && step.isOfLogThread() && !disk.hasFailed()
                        ? new IOException("broken")
                        : null);
            }
        }

        /** @return null when it has died on the way */
        private TestedLog open() throws LogException {
            try {
                TestedLog log = TestedLog.open(disk, policy);
                assertLeft(log.recovered(), known, "found");
                return log;
            } catch (LogException e) {
                if (disk.isDead()) {
                    return null;
                }
                throw e;
            }
        }

        private void work(TestedLog log) {
            int groups = random.nextInt(12);
            for (int i = 0; i < groups && !disk.isDead(); i++) {
                int entries = 1 + random.nextInt(4);
                for (int j = 0; j < entries && !disk.isDead(); j++) {
                    int length = random.nextInt(random.nextInt(10) == 0 ? 200_000 : 1000);
                    log.tryAppend("SET", "k" + j, "v".repeat(length));
                }
                log.log().submit();
                if (random.nextInt(3) > 0) {
                    log.await(
                            "an answer", () -> log.lastPublished() == log.log().nextLsn() - 1 || disk.isDead());
                }
            }
        }

        private void end(TestedLog log) {
            if (random.nextInt(3) == 0) {
                SimulatedDisk killed = disk.kill();
                log.abandon();
                knows(log, log.lastPublished(), synced(log));
                disk = killed;
                return;
            }
            if (random.nextBoolean()) {
                disk.dieAt(1);
            }
            log.abandon();
            if (disk.isDead()) {
                knows(log, log.lastPublished(), synced(log));
            } else { // it ended as it should, and all is synced
                knows(log, log.all().size(), log.all().size());
            }
            powerFails();
        }

        private long synced(TestedLog log) {
            return policy == FsyncPolicy.ALWAYS
                    ? log.lastPublished()
                    : log.log().syncedLsn();
        }

        private void knows(TestedLog log, long durable, long synced) {
            int found = log.recovered().size();
            known = new Known(log.all(), (int) Math.max(durable, found));
            safe = (int) Math.max(synced, found);
        }

        private void powerFails() {
            disk = disk.kill().crash(random, Loss.ANY, NameOrder.KEPT);
            known = new Known(known.all(), safe);
        }
    }
}

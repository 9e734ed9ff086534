package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedFile.Loss;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log whose end is missing is noticed, refused, and can be gone on with by the same ways as any other damage. */
@Timeout(120)
class DurableMarkTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;
    private static final long NOW = 77;

    private static byte[] mark(long lsn) {
        return Arrays.copyOf(LogText.checked("{\"log\":\"mini-redis\",\"durable\":" + lsn), 128);
    }

    private static LogText base(long lsn) {
        return new LogText()
                .line("{\"log\":\"mini-redis\",\"format\":1,\"base\":" + lsn + ",\"at\":1763834101000")
                .line("{\"cmd\":[\"SET\",\"b\",\"1\"]")
                .line("{\"end\":1");
    }

    private static LogText closed(long first, long last) {
        return LogText.ofBatches(first, last).line("{\"durable\":" + last);
    }

    /** A base up to 4, segments from 5, 8 and 11, closed after entry 12. */
    private static SimulatedDisk whole() {
        return new SimulatedDisk()
                .put(SegmentNames.base(4), base(4).bytes())
                .put(SegmentNames.retired(5), LogText.ofBatches(5, 7).bytes())
                .put(SegmentNames.retired(8), LogText.ofBatches(8, 10).bytes())
                .put(ACTIVE, closed(11, 12).bytes())
                .put(DurableMark.NAME, mark(12));
    }

    private static void cut(SimulatedDisk disk, String name, int length) {
        disk.put(name, Arrays.copyOf(disk.bytes(name), length));
    }

    private static List<String> repair(Disk disk) throws Exception {
        return new Repair(disk, NOW).run();
    }

    /**
     * What may happen to the files of a log.
     *
     * @param refusal what is said of it
     * @param losses what is said at each start after a repair
     */
    record Harm(String what, Consumer<SimulatedDisk> does, String refusal, List<String> losses) {
        static Harm of(String what, Consumer<SimulatedDisk> does, String refusal, String... losses) {
            return new Harm(what, does, refusal, List.of(losses));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Harm> harms() {
        LogText active = closed(11, 12);
        String end = "Entries 11 to 12 are missing";
        return Stream.of(
                Harm.of("cut to nothing", disk -> cut(disk, ACTIVE, 0), end, end),
                Harm.of("cut within the header", disk -> cut(disk, ACTIVE, 9), "this is not the header", end),
                Harm.of("cut after the header", disk -> cut(disk, ACTIVE, active.offset(1)), end, end),
                Harm.of(
                        "cut at a line",
                        disk -> cut(disk, ACTIVE, active.offset(2)),
                        "mini-redis.log ends with entry 11, but mini-redis.durable says that all up to entry 12 was on"
                                + " disk. Entry 12 is missing: ",
                        "Entry 12 is missing"),
                Harm.of(
                        "cut within a line",
                        disk -> cut(disk, ACTIVE, active.offset(2) + 20),
                        "line 3, byte " + active.offset(2) + ": it is not whole. Lost by it: entry 12, which had been"
                                + " synced.",
                        "Entry 12 is missing"),
                Harm.of("nothing but zeros", disk -> disk.put(ACTIVE, new byte[4096]), "this is not the header", end),
                Harm.of("the active segment deleted", disk -> disk.deleted(ACTIVE), end, end),
                Harm.of(
                        "all segments deleted",
                        disk -> Stream.of(ACTIVE, SegmentNames.retired(5), SegmentNames.retired(8))
                                .forEach(disk::deleted),
                        "/mini-redis.base.4.log ends with entry 4, ",
                        "Entries 5 to 12 are missing"),
                Harm.of(
                        "the folder emptied",
                        disk -> disk.files().keySet().forEach(disk::deleted),
                        "There is no log in /simulated, but mini-redis.durable says that all up to entry 12 was on disk.",
                        "Entries 1 to 12 are missing"),
                Harm.of(
                        "the base deleted",
                        disk -> disk.deleted(SegmentNames.base(4)),
                        "Entries 1 to 4 are missing",
                        "Entries 1 to 4 are missing"),
                Harm.of(
                        "a segment in the middle deleted",
                        disk -> disk.deleted(SegmentNames.retired(8)),
                        "Entries 8 to 10 are missing",
                        "Entries 8 to 10 are missing"),
                Harm.of(
                        "a segment in the middle cut to nothing",
                        disk -> cut(disk, SegmentNames.retired(8), 0),
                        "this is not the header",
                        "Entries 8 to 10 are missing"),
                Harm.of(
                        "a segment in the middle cut at a line",
                        disk -> cut(
                                disk,
                                SegmentNames.retired(8),
                                LogText.ofBatches(8, 9).size()),
                        "Entry 10 is missing",
                        "Entry 10 is missing"),
                Harm.of(
                        "an older copy",
                        disk -> {
                            disk.files().keySet().forEach(disk::deleted);
                            disk.put(ACTIVE, closed(1, 9).bytes());
                        },
                        "mini-redis.log ends with entry 9, but mini-redis.durable says",
                        "Entries 10 to 12 are missing"),
                Harm.of(
                        "a base newer than all that is left",
                        disk -> {
                            disk.files().keySet().forEach(disk::deleted);
                            disk.put(SegmentNames.base(10), base(10).bytes());
                            disk.put(ACTIVE, closed(1, 9).bytes());
                        },
                        "mini-redis.log ends with entry 9, but mini-redis.base.10.log stands for all up to 10",
                        end),
                Harm.of(
                        "a base newer than all that is left, without a mark",
                        disk -> {
                            List.copyOf(disk.files().keySet()).forEach(disk::deleted);
                            disk.deleted(DurableMark.NAME);
                            disk.put(SegmentNames.base(10), base(10).bytes());
                            disk.put(ACTIVE, closed(1, 9).bytes());
                        },
                        "mini-redis.log ends with entry 9, but mini-redis.base.10.log stands for all up to 10"));
    }

    @ParameterizedTest
    @MethodSource("harms")
    void what_is_missing_is_refused_and_a_repair_goes_on_and_says_so(Harm harm) throws Exception {
        SimulatedDisk disk = whole();
        harm.does().accept(disk);
        Map<String, String> before = disk.files();
        assertThat(Recovered.from(disk).refusal())
                .contains(harm.refusal())
                .contains("mini-redis log repair --data-dir /simulated")
                .contains("--on-damage=quarantine")
                .contains("Nothing was changed");
        assertThat(disk.files()).isEqualTo(before);

        assertThat(repair(disk)).isNotEmpty();
        assertThat(repair(disk)).as("once is enough").isEmpty();
        assertThat(disk.durablePart().files()).isEqualTo(disk.files());
        assertThat(Recovered.from(disk).result().losses())
                .containsExactlyElementsOf(harm.losses().stream()
                        .map(loss -> loss + " since a repair.")
                        .toList());
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "after", "the repair"));
            assertThat(log.log().durableLsn()).isEqualTo(harm.losses().isEmpty() ? 11 : 13);
        }
        assertThat(Recovered.from(disk).isRefused()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("harms")
    void a_repair_that_is_cut_short_can_be_done_again(Harm harm) throws Exception {
        boolean ended = false;
        for (long stop = 1; !ended; stop++) {
            SimulatedDisk disk = whole();
            harm.does().accept(disk);
            disk.dieAt(stop);
            try {
                repair(disk);
            } catch (LogException e) {
                // the disk is dead
            }
            ended = !disk.isDead();
            for (Loss loss : Loss.values()) {
                SimulatedDisk left = disk.copy().crash(new Random(stop), loss, NameOrder.KEPT);
                repair(left);
                assertThat(Recovered.from(left).refusal())
                        .as("operation %d", stop)
                        .isNull();
                assertThat(Recovered.from(left).result().lastLsn())
                        .as("operation %d", stop)
                        .isEqualTo(harm.losses().isEmpty() ? 10 : 12);
            }
        }
    }

    @Test
    void the_past_before_what_is_missing_can_still_be_looked_at() {
        SimulatedDisk disk =
                new SimulatedDisk().put(ACTIVE, LogText.ofBatches(1, 5).bytes()).put(DurableMark.NAME, mark(9));
        assertThat(Recovered.from(disk).refusal()).contains("Entries 6 to 9 are missing");
        assertThat(Recovered.from(disk, new Moment(5, Long.MAX_VALUE)).entries())
                .isEqualTo(LogText.entriesOf(1, 5));
        assertThat(Recovered.from(disk, new Moment(6, Long.MAX_VALUE)).refusal())
                .contains("Entries 6 to 9 are missing");
        assertThat(Recovered.from(disk, new Moment(Long.MAX_VALUE, Long.MAX_VALUE - 1))
                        .refusal())
                .as("a time after the end")
                .contains("Entries 6 to 9 are missing");
        cut(disk, ACTIVE, LogText.ofBatches(1, 5).offset(5) + 3);
        assertThat(Recovered.from(disk, new Moment(4, Long.MAX_VALUE)).entries())
                .as("the damage begins after it")
                .isEqualTo(LogText.entriesOf(1, 4));
    }

    @Test
    void a_log_that_is_closed_says_how_far_it_goes() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "1"));
            log.awaitPublished(log.write("SET", "k", "2"));
        }
        assertThat(disk.bytes(DurableMark.NAME)).hasSize(128);
        assertThat(DurableMark.read(disk)).isEqualTo(new DurableMark.Found(2, true, null));
        SimulatedDisk left = disk.crash(new Random(1), Loss.NONE, NameOrder.KEPT);
        cut(left, ACTIVE, 0);
        assertThat(Recovered.from(left).refusal()).contains("Entries 1 to 2 are missing");
    }

    @Test
    void a_log_whose_process_was_killed_says_how_far_it_went_when_it_was_looked_at() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        for (int i = 0; i < 12; i++) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
        }
        SimulatedDisk left = disk.kill();
        log.abandon();
        assertThat(DurableMark.read(left).lsn())
                .as("the last write may be torn")
                .isEqualTo(11);
        cut(left, ACTIVE, LogText.beginningWith(1).size());
        assertThat(Recovered.from(left).refusal()).contains("Entries 1 to 11 are missing");
    }

    /** As the kernel may leave it when the machine fails in the midst of a write: not refused. */
    @Test
    void the_last_write_before_a_kill_may_be_torn() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        for (int i = 0; i < 3; i++) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
        }
        SimulatedDisk killed = disk.kill();
        log.abandon();
        String text = new String(killed.bytes(ACTIVE), StandardCharsets.ISO_8859_1);
        int last = text.indexOf("{\"lsn\":3,");
        for (int cut = last; cut < text.indexOf("}\n", last); cut++) {
            SimulatedDisk torn = killed.copy();
            cut(torn, ACTIVE, cut);
            SimulatedDisk zeros = torn.copy();
            cut(zeros, ACTIVE, text.length());
            assertThat(Recovered.from(torn).entries()).as("cut at %d", cut).hasSize(2);
            assertThat(Recovered.from(zeros).entries()).as("zeros from %d", cut).hasSize(2);
        }
    }

    /** Where nothing is synced, nothing is said to be on disk. */
    @Test
    void what_was_not_synced_is_not_promised() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk, FsyncPolicy.NO);
        log.awaitPublished(log.write("SET", "k", "v"));
        log.log().look();
        assertThat(DurableMark.read(disk).lsn()).isZero();
        log.abandon();
        assertThat(DurableMark.read(disk).lsn()).as("the end syncs it").isEqualTo(1);
    }

    @Test
    void a_log_without_a_mark_starts_and_gets_one() throws Exception {
        SimulatedDisk disk = new SimulatedDisk().put(ACTIVE, closed(1, 5).bytes());
        TestedLog log = TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime);
        assertThat(log.report().damage()).isEmpty();
        assertThat(DurableMark.read(disk).lsn()).isEqualTo(5);
        log.abandon();
    }

    @Test
    void an_empty_segment_is_told_of_even_without_a_mark() throws Exception {
        SimulatedDisk disk = new SimulatedDisk().put(ACTIVE, new byte[0]);
        TestedLog log = TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime);
        assertThat(log.report().damage())
                .containsExactly("/simulated/mini-redis.log is empty, as no server leaves it: what it held is lost.");
        log.abandon();
    }

    @Test
    void a_mark_that_cannot_be_read_is_told_and_made_anew() throws Exception {
        for (byte[] content : List.of(new byte[0], RecordedEntry.latin1("{\"durable\":"), LogText.entryLine(1, 0))) {
            SimulatedDisk disk =
                    new SimulatedDisk().put(ACTIVE, closed(1, 5).bytes()).put(DurableMark.NAME, content);
            TestedLog log = TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime);
            assertThat(log.report().damage())
                    .singleElement()
                    .asString()
                    .startsWith("/simulated/mini-redis.durable cannot be read: ")
                    .endsWith("It is created anew.");
            assertThat(DurableMark.read(disk).lsn()).isEqualTo(5);
            log.abandon();
        }
    }

    @Test
    void a_mark_that_cannot_be_written_stops_nothing() throws Exception {
        SimulatedDisk disk = new SimulatedDisk().put(ACTIVE, closed(1, 5).bytes());
        disk.fail(step -> step.file().startsWith(DurableMark.NAME), SimulatedDisk.NO_SPACE);
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
            assertThat(log.log().problem()).isNull();
        }
        assertThat(Recovered.from(disk).entries()).hasSize(6);
    }

    @Test
    void a_mark_that_was_deleted_is_made_again() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
            disk.deleted(DurableMark.NAME);
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
            assertThat(DurableMark.read(disk).lsn()).isEqualTo(2);
            assertThat(log.log().problem()).isNull();
        }
    }

    @Test
    void the_mark_of_another_log_is_put_aside_with_that_log() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.log().look();
            disk.directoryReplaced(Map.of(ACTIVE, closed(1, 9).bytes(), DurableMark.NAME, mark(9)));
            log.log().look();
            assertThat(log.log().needsBase()).isTrue();
            assertThat(DurableMark.read(disk).lsn())
                    .as("it was not written over")
                    .isEqualTo(9);
            long lsn = log.log().rotate();
            try (BaseFile base = log.log().newBase(new BaseHeader(lsn, 1, 0, List.of()))) {
                log.log().install(base, Retention.NONE);
            }
            assertThat(disk.bytes(DurableMark.NAME + ".aside")).isEqualTo(mark(9));
        }
        assertThat(DurableMark.read(disk).lsn()).isEqualTo(1);
        assertThat(Recovered.from(disk).isRefused()).isFalse();
    }

    @Test
    void a_restored_log_has_a_mark_of_its_own() throws Exception {
        SimulatedDisk source = whole();
        SimulatedDisk target = new SimulatedDisk();
        new Restore(source, target).until(new Moment(9, Long.MAX_VALUE));
        assertThat(DurableMark.read(target).lsn()).isEqualTo(9);
        assertThat(Recovered.from(target).result().lastLsn()).isEqualTo(9);
    }

    /** Any harm to any files: what is missing is refused, what a repair leaves goes to the mark, and tells no lies. */
    @Test
    void whatever_happens_to_the_files_nothing_is_missing_in_silence() throws Exception {
        int repaired = 0;
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            SimulatedDisk disk = whole();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                List<String> names = List.copyOf(disk.files().keySet());
                if (!names.isEmpty()) {
                    harm(disk, names.get(random.nextInt(names.size())), random);
                }
            }
            Recovered found = Recovered.from(disk.copy());
            List<String> done = repair(disk);
            assertThat(done.isEmpty()).as("seed %d: %s", seed, found.refusal()).isEqualTo(!found.isRefused());
            Recovered after = Recovered.from(disk);
            assertThat(after.refusal()).as("seed %d", seed).isNull();
            assertThat(after.result().lastLsn()).as("seed %d", seed).isEqualTo(12);
            assertThat(after.entries().stream().filter(entry -> entry.lsn() > 4))
                    .as("seed %d", seed)
                    .allSatisfy(entry -> assertThat(entry).isEqualTo(LogText.entryOf(entry.lsn())));
            repaired += done.isEmpty() ? 0 : 1;
        }
        assertThat(repaired).isGreaterThan(2000);
    }

    private static void harm(SimulatedDisk disk, String name, Random random) {
        if (random.nextInt(3) == 0) {
            disk.deleted(name);
        } else {
            byte[] bytes = disk.bytes(name);
            int length = random.nextInt(4) == 0 ? 0 : random.nextInt(bytes.length + 1);
            disk.put(name, Arrays.copyOf(bytes, length));
        }
    }
}

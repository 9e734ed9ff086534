package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedFile.Loss;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recovery refuses, a repair makes readable: without what is lost, saying so, and keeping what was there. */
@Timeout(120)
class RepairTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;
    private static final long NOW = 77;

    private static SimulatedDisk diskWith(LogText active) {
        return new SimulatedDisk().put(ACTIVE, active.bytes());
    }

    private static List<String> repair(Disk disk) throws Exception {
        return new Repair(disk, NOW).run();
    }

    private static void flip(SimulatedDisk disk, String name, int at) {
        byte[] bytes = disk.bytes(name);
        bytes[at] ^= 1;
        disk.put(name, bytes);
    }

    private static List<RecordedEntry> without(List<RecordedEntry> entries, long... lost) {
        List<RecordedEntry> left = new ArrayList<>(entries);
        for (long lsn : lost) {
            left.removeIf(entry -> entry.lsn() == lsn);
        }
        return left;
    }

    @Test
    void a_damaged_line_is_left_out_and_noted_and_its_file_is_kept() throws Exception {
        LogText text = LogText.ofBatches(1, 6);
        SimulatedDisk disk = diskWith(text);
        flip(disk, ACTIVE, text.offset(3) + 20);
        String damaged = disk.files().get(ACTIVE);
        assertThat(Recovered.from(disk).refusal())
                .contains("line 4, byte " + text.offset(3))
                .contains("Lost by it: entry 3,")
                .contains("mini-redis log repair --data-dir /simulated")
                .contains("--on-damage=quarantine");

        assertThat(repair(disk))
                .singleElement()
                .asString()
                .contains("/simulated/mini-redis.log is damaged")
                .contains("entry 3 is lost")
                .contains("kept as mini-redis.log.damaged-77");

        assertThat(disk.files()).containsEntry(ACTIVE + ".damaged-77", damaged);
        Recovered found = Recovered.from(disk);
        assertThat(found.entries()).isEqualTo(without(LogText.entriesOf(1, 6), 3));
        assertThat(found.result().lastLsn()).isEqualTo(6);
        assertThat(found.result().losses()).containsExactly("Entry 3 is missing since a repair.");
        assertThat(disk.durablePart().files()).isEqualTo(disk.files());
        assertThat(repair(disk)).as("a second time").isEmpty();
    }

    @Test
    void a_healthy_log_and_a_torn_one_are_left_as_they_are() throws Exception {
        SimulatedDisk healthy =
                diskWith(LogText.ofBatches(1, 6).line("{\"durable\":6").blanks(50));
        assertThat(repair(healthy)).isEmpty();
        SimulatedDisk torn = diskWith(LogText.ofBatches(1, 6)
                .raw("{\"lsn\":7,\"at\"".getBytes(StandardCharsets.US_ASCII))
                .blanks(50));
        assertThat(repair(torn)).isEmpty();
        assertThat(torn.files()).containsOnlyKeys(ACTIVE);
        SimulatedDisk empty = new SimulatedDisk();
        assertThat(repair(empty)).isEmpty();
        assertThat(empty.files()).isEmpty();
    }

    @Test
    void a_line_that_swallowed_the_next_gives_it_back() throws Exception {
        LogText text = LogText.ofBatches(1, 5);
        SimulatedDisk disk = diskWith(text);
        flip(disk, ACTIVE, text.offset(3) - 1); // the line feed between entries 2 and 3
        repair(disk);
        assertThat(Recovered.from(disk).entries()).isEqualTo(without(LogText.entriesOf(1, 5), 2));
    }

    @Test
    void an_end_that_the_log_says_was_written_is_missed() throws Exception {
        LogText text = LogText.ofBatches(1, 4).line("{\"durable\":4");
        SimulatedDisk disk = diskWith(text);
        flip(disk, ACTIVE, text.offset(4) + 20);
        assertThat(Recovered.from(disk).refusal()).contains("Lost by it: entry 4,");
        repair(disk);
        Recovered found = Recovered.from(disk);
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 3));
        assertThat(found.result().lastLsn()).isEqualTo(4);
    }

    @Test
    void a_missing_segment_is_a_gap_that_is_noted() throws Exception {
        SimulatedDisk disk = diskWith(LogText.ofBatches(9, 10))
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        assertThat(repair(disk)).singleElement().asString().contains("entries 4 to 8 are lost");
        Recovered found = Recovered.from(disk);
        assertThat(found.result().losses()).containsExactly("Entries 4 to 8 are missing since a repair.");
        assertThat(found.entries()).hasSize(5);
    }

    @Test
    void a_missing_retired_segment_makes_the_one_after_it_begin_earlier() throws Exception {
        SimulatedDisk disk = diskWith(LogText.ofBatches(9, 10))
                .put(SegmentNames.retired(5), LogText.ofBatches(5, 8).bytes());
        repair(disk);
        assertThat(disk.files())
                .containsOnlyKeys(ACTIVE, SegmentNames.retired(1), SegmentNames.retired(5) + ".damaged-77");
        Recovered found = Recovered.from(disk);
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(5, 10));
        assertThat(found.result().losses()).containsExactly("Entries 1 to 4 are missing since a repair.");
    }

    @Test
    void a_header_that_cannot_be_read_is_written_anew() throws Exception {
        LogText text = LogText.ofBatches(1, 4);
        SimulatedDisk disk = diskWith(text);
        flip(disk, ACTIVE, 30);
        assertThat(repair(disk)).singleElement().asString().contains("line 1");
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 4));
        assertThat(Recovered.from(disk).result().losses()).isEmpty();
    }

    @Test
    void a_foreign_file_and_a_newer_format_are_not_touched() {
        SimulatedDisk foreign = new SimulatedDisk().put(ACTIVE, "Dear diary,\n".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> repair(foreign)).hasMessageContaining("no Mini Redis log, not even a damaged one");
        assertThat(foreign.files()).containsOnlyKeys(ACTIVE);
        SimulatedDisk newer = diskWith(new LogText().line("{\"log\":\"mini-redis\",\"format\":2,\"first\":1"));
        assertThatThrownBy(() -> repair(newer)).hasMessageContaining("Use the version that wrote it");
        assertThat(newer.files()).containsOnlyKeys(ACTIVE);
    }

    @Test
    void a_segment_that_was_cut_before_the_line_feed_of_its_header_holds_no_entry() throws Exception {
        byte[] header = LogText.beginningWith(5).bytes();
        SimulatedDisk disk = new SimulatedDisk()
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 4).bytes())
                .put(ACTIVE, Arrays.copyOf(header, header.length - 1));
        assertThat(Recovered.from(disk).refusal()).contains("it is not whole");
        assertThat(repair(disk)).singleElement().asString().contains("holds no entry any more");
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 4));
    }

    @Test
    void a_segment_behind_the_base_is_set_aside_under_the_name_that_the_repair_gave_it() throws Exception {
        LogText text = LogText.ofBatches(5, 8);
        SimulatedDisk disk = new SimulatedDisk()
                .put(SegmentNames.base(10), base(10, 3).bytes())
                .put(SegmentNames.retired(5), text.bytes());
        flip(disk, SegmentNames.retired(5), 30);
        flip(disk, SegmentNames.retired(5), text.offset(1) + 20);
        assertThat(repair(disk)).hasSize(2).last().asString().contains(SegmentNames.retired(6) + " ends with entry 8");
        assertThat(Recovered.from(disk).result().lastLsn()).isEqualTo(10);
    }

    @Test
    void entries_are_set_aside_on_both_sides_of_a_note_that_the_log_was_closed() throws Exception {
        LogText text =
                LogText.ofBatches(1, 2).line("{\"durable\":2").entry(3, 2).entry(4, 3);
        SimulatedDisk disk = diskWith(text);
        new Repair(disk, NOW).setAside(List.of(new Unrunnable(2, 0, "no"), new Unrunnable(3, 0, "no")));
        Recovered found = Recovered.from(disk);
        assertThat(found.entries()).isEqualTo(without(LogText.entriesOf(1, 4), 2, 3));
        assertThat(found.result().losses()).containsExactly("Entries 2 to 3 are missing since a repair.");
    }

    private static LogText base(long lsn, int lines) {
        LogText text =
                new LogText().line("{\"log\":\"mini-redis\",\"format\":1,\"base\":" + lsn + ",\"at\":1763834101000");
        for (int i = 1; i <= lines; i++) {
            text.line("{\"cmd\":[\"SET\",\"b" + i + "\",\"" + i + "\"]");
        }
        return text.line("{\"end\":" + lines);
    }

    @Test
    void a_damaged_base_loses_its_damaged_lines_only() throws Exception {
        LogText base = base(4, 3);
        SimulatedDisk disk = diskWith(LogText.ofBatches(5, 6)).put(SegmentNames.base(4), base.bytes());
        flip(disk, SegmentNames.base(4), base.offset(2) + 5);
        assertThat(Recovered.from(disk).refusal()).contains("log repair");
        repair(disk);
        Recovered found = Recovered.from(disk);
        assertThat(found.entries().stream()
                        .map(entry -> entry.commands().getFirst().get(1)))
                .containsExactly("b1", "b3", "key:5", "key:6");
        assertThat(found.result().losses())
                .containsExactly(
                        "/simulated/mini-redis.base.4.log: some of what the entries up to 4 had made is missing"
                                + " since a repair.");
        assertThat(repair(disk)).isEmpty();
    }

    @Test
    void a_damaged_base_loses_nothing_when_the_log_before_it_is_kept() throws Exception {
        LogText base = base(4, 3);
        SimulatedDisk disk = diskWith(LogText.ofBatches(5, 6))
                .put(SegmentNames.base(4), base.bytes())
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 4).bytes());
        flip(disk, SegmentNames.base(4), base.offset(2) + 5);
        assertThat(repair(disk)).singleElement().asString().contains("Nothing is lost");
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 6));
    }

    /** Base and segments of an ordinary log, with damage in a few places. */
    private static SimulatedDisk damaged(Random random) {
        long baseLsn = random.nextBoolean() ? 0 : 2 + random.nextInt(4);
        long split = baseLsn + 1 + random.nextInt(6);
        SimulatedDisk disk = new SimulatedDisk();
        if (baseLsn > 0) {
            disk.put(SegmentNames.base(baseLsn), base(baseLsn, 3).bytes());
        }
        long active = baseLsn + 1;
        if (split > active) {
            disk.put(
                    SegmentNames.retired(active),
                    LogText.ofBatches(active, split - 1).bytes());
            active = split;
        }
        LogText last = LogText.ofBatches(active, active + 6);
        disk.put(
                ACTIVE,
                (random.nextBoolean() ? last.line("{\"durable\":" + (active + 6)) : last)
                        .blanks(9)
                        .bytes());
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            List<String> names = List.copyOf(disk.files().keySet());
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = disk.bytes(name);
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 300));
            for (int at = from; at < to; at++) {
                bytes[at] = (byte) random.nextInt(256);
            }
            disk.put(name, bytes);
        }
        return disk;
    }

    /** What is found is what was written, at its place; what is not found is said to be lost. */
    private static void assertHonest(Recovered found, long seed) {
        assertThat(found.refusal()).as("seed %d", seed).isNull();
        long told = found.result().losses().stream()
                .map(loss -> loss.split(" "))
                .mapToLong(words -> switch (words[0]) {
                    case "Entry" -> 1;
                    case "Entries" -> Long.parseLong(words[3]) - Long.parseLong(words[1]) + 1;
                    default -> 0;
                })
                .sum();
        List<RecordedEntry> entries = found.entries().stream()
                .filter(entry -> !entry.commands().getFirst().get(1).startsWith("b"))
                .toList();
        assertThat(entries)
                .as("seed %d", seed)
                .allSatisfy(entry -> assertThat(entry).isEqualTo(LogText.entryOf(entry.lsn())));
        assertThat(entries.size() + told)
                .as("seed %d: %s", seed, found.result())
                .isGreaterThanOrEqualTo(found.result().lastLsn() - firstLsn(entries, found));
    }

    private static long firstLsn(List<RecordedEntry> entries, Recovered found) {
        return entries.isEmpty() ? found.result().lastLsn() : entries.getFirst().lsn() - 1;
    }

    @Test
    void whatever_is_damaged_can_be_repaired() throws Exception {
        int repaired = 0;
        for (long seed = 0; seed < 4000; seed++) {
            SimulatedDisk disk = damaged(new Random(seed));
            if (!Recovered.from(disk.copy()).isRefused()) {
                assertThat(repair(disk))
                        .as("seed %d: what is not refused is not damaged", seed)
                        .isEmpty();
                continue;
            }
            try {
                assertThat(repair(disk)).as("seed %d", seed).isNotEmpty();
            } catch (LogException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("not even a damaged one");
                continue;
            }
            assertHonest(Recovered.from(disk), seed);
            repaired++;
        }
        assertThat(repaired).isGreaterThan(2000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void a_repair_that_is_cut_short_can_be_done_again(long seed) throws Exception {
        if (!Recovered.from(damaged(new Random(seed))).isRefused()) {
            return;
        }
        boolean ended = false;
        for (long stop = 1; !ended; stop++) {
            SimulatedDisk disk = damaged(new Random(seed));
            disk.dieAt(stop);
            try {
                repair(disk);
                ended = !disk.isDead();
            } catch (LogException e) {
                ended = !disk.isDead();
            }
            for (Loss loss : Loss.values()) {
                SimulatedDisk left = disk.crash(new Random(stop), loss, NameOrder.values()[0]);
                try {
                    repair(left);
                    assertHonest(Recovered.from(left), seed);
                } catch (LogException e) {
                    assertThat(e).hasMessageContaining("not even a damaged one");
                }
            }
        }
    }

    @Test
    void a_log_in_quarantine_is_opened_and_goes_on() throws Exception {
        LogText text = LogText.ofBatches(1, 6);
        SimulatedDisk disk = diskWith(text);
        flip(disk, ACTIVE, text.offset(3) + 20);
        LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.QUARANTINE, System::nanoTime);
        WriteLog.Recovered recovered = log.recover(ReadBatch::release, NOW);
        log.close();
        assertThat(recovered.entries()).isEqualTo(6);
        assertThat(recovered.damage()).hasSize(2).first().asString().contains("entry 3 is lost");
        try (TestedLog again = TestedLog.open(disk)) {
            again.awaitPublished(again.write("SET", "k", "v"));
        }
        assertThat(Recovered.from(disk).entries())
                .hasSize(6)
                .last()
                .satisfies(entry -> assertThat(entry.lsn()).isEqualTo(7));
    }
}

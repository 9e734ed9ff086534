package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was once durable and cannot be read is never passed over: the start is refused, and nothing changed. */
class RecoveryDamageTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;

    private static SimulatedDisk diskWith(LogText active) {
        return new SimulatedDisk().put(ACTIVE, active.bytes());
    }

    private static AbstractStringAssert<?> assertRefused(SimulatedDisk disk) {
        Map<String, String> before = disk.files();
        Recovered found = Recovered.from(disk);
        assertThat(found.refusal()).as("refused; found %s", found.result()).isNotNull();
        assertThat(disk.files()).as("nothing was changed").isEqualTo(before);
        assertThat(disk.history()).noneMatch(step -> step.is(SimulatedDisk.Operation.WRITE));
        return assertThat(found.refusal()).contains("/simulated/").contains("Nothing was changed");
    }

    /** Cut off as a torn tail, and the entries before it were kept. */
    private static void assertCutOff(SimulatedDisk disk, long lastLsn) {
        Recovered found = Recovered.from(disk);
        assertThat(found.refusal()).isNull();
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, lastLsn));
        assertThat(found.result().cutOff()).isNotNull();
    }

    private static String lineAndByte(LogText text, int line) {
        return ACTIVE + " is damaged: line " + (line + 1) + ", byte " + text.offset(line) + ": ";
    }

    private static SimulatedDisk flipped(LogText text, int at, int bit) {
        byte[] bytes = text.bytes();
        bytes[at] ^= (byte) (1 << bit);
        return new SimulatedDisk().put(ACTIVE, bytes);
    }

    @Test
    void any_bit_flipped_in_what_was_durable_refuses_the_start() {
        LogText text = LogText.ofBatches(1, 5);
        for (int line = 0; line <= 4; line++) {
            for (int at = text.offset(line); at < text.offset(line + 1); at++) {
                for (int bit = 0; bit < 8; bit++) {
                    SimulatedDisk disk = flipped(text, at, bit);
                    Map<String, String> before = disk.files();
                    Recovered found = Recovered.from(disk);
                    String expected = line == 0
                            ? "/simulated/" + ACTIVE + ": line 1, byte 0: "
                            : "/simulated/" + lineAndByte(text, line);
                    assertThat(found.refusal())
                            .as("line %s, byte %s of the file, bit %s: %s", line, at, bit, found.result())
                            .startsWith(expected);
                    assertThat(disk.files()).isEqualTo(before);
                }
            }
        }
    }

    @Test
    void any_bit_flipped_in_the_last_batch_cuts_it_off() {
        LogText text = LogText.ofBatches(1, 4).entry(5, 4).entry(6).entry(7);
        for (int at = text.offset(5); at < text.size(); at++) {
            int before = at < text.offset(6) ? 4 : at < text.offset(7) ? 5 : 6;
            for (int bit = 0; bit < 8; bit++) {
                SimulatedDisk disk = flipped(text, at, bit);
                assertCutOff(disk, before);
                assertThat(disk.files().get(ACTIVE + ".tail-" + Recovered.NOW))
                        .as("kept aside")
                        .isNotNull();
            }
        }
    }

    @Test
    void any_bit_flipped_in_the_blanks_at_the_end_loses_nothing() {
        LogText text = LogText.ofBatches(1, 3);
        int end = text.size();
        text.blanks(20);
        for (int at = end; at < text.size(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                assertCutOff(flipped(text, at, bit), 3);
            }
        }
    }

    @Test
    void any_bit_flipped_in_a_retired_segment_refuses_the_start() {
        LogText retired = LogText.ofBatches(1, 3);
        for (int at = 0; at < retired.size(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bytes = retired.bytes();
                bytes[at] ^= (byte) (1 << bit);
                SimulatedDisk disk = diskWith(LogText.beginningWith(4)).put(SegmentNames.retired(1), bytes);
                assertRefused(disk)
                        .contains(SegmentNames.retired(1))
                        .contains("line ")
                        .contains("byte ");
            }
        }
    }

    @Test
    void a_batch_that_was_never_synced_may_be_damaged_in_its_middle() {
        LogText text = LogText.ofBatches(1, 3).entry(4, 3).entry(5).entry(6);
        for (int line : new int[] {4, 5, 6}) {
            for (int length : new int[] {1, 10, 512}) {
                byte[] bytes = text.bytes();
                int from = text.offset(line) + 3;
                Arrays.fill(bytes, from, Math.min(bytes.length, from + length), (byte) 0);
                assertCutOff(new SimulatedDisk().put(ACTIVE, bytes), line - 1);
            }
        }
    }

    @Test
    void batches_written_one_after_the_other_without_a_sync_may_be_damaged_in_their_middle() {
        LogText text = LogText.ofBatches(1, 3).entry(4, 3).entry(5, 3).entry(6, 3);
        byte[] bytes = text.bytes();
        bytes[text.offset(4) + 20] ^= 1;
        assertCutOff(new SimulatedDisk().put(ACTIVE, bytes), 3);
    }

    @Test
    void the_message_names_what_was_lost() {
        LogText text = LogText.ofBatches(1, 7);
        assertRefused(flipped(text, text.offset(4) + 9, 0))
                .contains(lineAndByte(text, 4))
                .contains("checksum")
                .contains("Lost by it: entry 4,");
        byte[] bytes = text.bytes();
        Arrays.fill(bytes, text.offset(3) + 5, text.offset(5) + 5, (byte) 0);
        assertRefused(new SimulatedDisk().put(ACTIVE, bytes))
                .contains(lineAndByte(text, 3))
                .contains("Lost by it: entries 3 to 5,");
    }

    @Test
    void the_message_names_all_that_the_end_of_a_retired_segment_lost() {
        LogText retired = LogText.ofBatches(1, 9);
        byte[] bytes = Arrays.copyOf(retired.bytes(), retired.offset(5) + 8); // entries 5 to 9 are gone
        SimulatedDisk disk = diskWith(LogText.ofBatches(10, 11)).put(SegmentNames.retired(1), bytes);
        assertRefused(disk).contains("Lost by it: entries 5 to 9,");
    }

    @Test
    void a_missing_line_refuses_the_start() {
        LogText text = LogText.ofBatches(1, 2).entry(4, 3).entry(5, 4);
        assertRefused(diskWith(text))
                .contains(lineAndByte(text, 3))
                .contains("it is entry 4 where 3 should be")
                .contains("entry 3,");
    }

    @Test
    void a_missing_line_within_a_batch_that_a_later_one_calls_durable_refuses_the_start() {
        LogText text = LogText.beginningWith(1).entry(1, 0).entry(3).entry(4, 3);
        assertRefused(diskWith(text)).contains(lineAndByte(text, 2));
    }

    @Test
    void a_line_that_stands_twice_refuses_the_start() {
        LogText text = LogText.ofBatches(1, 2).entry(2, 1).entry(3, 2).entry(4, 3);
        assertRefused(diskWith(text)).contains(lineAndByte(text, 3)).contains("it is entry 2 where 3 should be");
    }

    @Test
    void swapped_lines_refuse_the_start_and_the_message_makes_sense() {
        LogText text = LogText.ofBatches(1, 1).entry(3, 2).entry(2, 1).entry(4, 3);
        assertRefused(diskWith(text))
                .contains(lineAndByte(text, 2))
                .contains("it is entry 3 where 2 should be")
                .doesNotContain("entries 2 to 1");
    }

    @Test
    void an_entry_of_the_future_refuses_the_start() {
        LogText text = LogText.ofBatches(1, 2).entry(900, 899);
        assertRefused(diskWith(text)).contains("entries 3 to 899,");
    }

    @Test
    void a_missing_first_segment_refuses_the_start() {
        assertRefused(diskWith(LogText.ofBatches(4, 6)))
                .contains("begins with entry 4")
                .contains("Entries 1 to 3 are missing");
    }

    @Test
    void a_missing_segment_in_the_middle_refuses_the_start() {
        SimulatedDisk disk = diskWith(LogText.ofBatches(9, 10))
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        assertRefused(disk).contains("begins with entry 9").contains("Entries 4 to 8 are missing");
    }

    @Test
    void a_retired_segment_that_ends_too_early_refuses_the_start() {
        LogText retired = LogText.ofBatches(1, 3);
        for (int end = 0; end < retired.size(); end++) {
            SimulatedDisk disk =
                    diskWith(LogText.ofBatches(4, 5)).put(SegmentNames.retired(1), Arrays.copyOf(retired.bytes(), end));
            assertRefused(disk);
        }
    }

    @Test
    void two_segments_that_begin_alike_refuse_the_start() {
        SimulatedDisk disk = diskWith(LogText.ofBatches(1, 5))
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        assertRefused(disk).contains(ACTIVE + " begins with entry 1");
    }

    @Test
    void a_newer_format_refuses_the_start() {
        LogText text = new LogText().line("{\"log\":\"mini-redis\",\"format\":2,\"first\":1");
        assertRefused(diskWith(text)).contains("format 2").contains("reads format 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n\n\n",
                "\0\0\0\0",
                "REDIS0011\ufffd\n",
                "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n",
                "{\"log\":\"mini-redis\",\"format\":1,\"first\":1}\n",
                "{\"log\":\"mini-redis\",\"format\":1,\"first\":1,\"crc\":\"00000000\"}\n",
                "{\"log\":\"mini-red"
            })
    void a_file_without_the_header_of_a_log_refuses_the_start(String content) {
        SimulatedDisk disk = new SimulatedDisk().put(ACTIVE, content.getBytes(StandardCharsets.UTF_8));
        assertRefused(disk).contains(ACTIVE + ": line 1, byte 0: ").contains("header");
    }

    @Test
    void a_log_without_its_header_refuses_the_start() {
        assertRefused(diskWith(new LogText().entry(1, 0).entry(2, 1))).contains("header");
    }

    @Test
    void a_header_damaged_in_the_second_segment_refuses_the_start() {
        byte[] second = LogText.ofBatches(4, 6).bytes();
        second[12] ^= 4;
        SimulatedDisk disk = new SimulatedDisk()
                .put(ACTIVE, second)
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        assertRefused(disk).contains(ACTIVE + ": line 1, byte 0: ");
    }

    @Test
    void damage_and_a_torn_end_together_refuse_the_start() {
        LogText text = LogText.ofBatches(1, 5).raw("{\"lsn\":6,\"at\"".getBytes(StandardCharsets.US_ASCII));
        assertRefused(flipped(text, text.offset(2) + 30, 3)).contains(lineAndByte(text, 2));
    }

    @Test
    void damage_seen_only_from_far_away_refuses_the_start() {
        LogText text = LogText.beginningWith(1).entry(1, 0);
        for (long lsn = 2; lsn <= 4000; lsn++) {
            text.entry(lsn);
        }
        text.entry(4001, 4000);
        assertRefused(flipped(text, text.offset(1) + 30, 3)).contains("Lost by it: entry 1,");
        assertRefused(flipped(text, text.offset(3999) + 30, 3)).contains("Lost by it: entry 3999,");
    }

    @Test
    void a_tail_is_never_said_to_be_more_than_the_log_can_know() {
        LogText text = LogText.ofBatches(1, 3);
        SimulatedDisk disk = flipped(text, text.offset(3) + 20, 1); // the last entry, which had been acknowledged
        List<RecordedEntry> before = LogText.entriesOf(1, 2);
        Recovered found = Recovered.from(disk);
        assertThat(found.entries()).isEqualTo(before);
        assertThat(found.result().cutOff()).doesNotContain("never acknowledged");
    }
}

package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.Operation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What recovery makes of logs that are whole or end torn. */
@Timeout(60)
class RecoveryTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;
    private static final String TAIL = ACTIVE + ".tail-" + Recovered.NOW;

    private static SimulatedDisk diskWith(byte[] active) {
        return new SimulatedDisk().put(ACTIVE, active);
    }

    private static SimulatedDisk diskWith(LogText active) {
        return diskWith(active.bytes());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What is left of a tail when the blanks and zeros at its end are taken off. */
    private static String contentOf(byte[] tail) {
        int end = tail.length;
        while (end > 0 && (tail[end - 1] == '\n' || tail[end - 1] == 0)) {
            end--;
        }
        return new String(tail, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** Writes two entries to a log that was recovered, ends it, and finds all of them again. */
    private static void goesOn(SimulatedDisk disk, List<RecordedEntry> before) throws Exception {
        try (TestedLog log = TestedLog.open(disk)) {
            assertThat(log.recovered()).isEqualTo(before);
            log.write("SET", "after", "1");
            log.awaitPublished(log.write("SET", "after", "2"));
            SimulatedDisk crashed = disk.durablePart();
            assertThat(Recovered.from(crashed).entries()).isEqualTo(log.all());
        }
        Recovered again = Recovered.from(disk);
        assertThat(again.refusal()).isNull();
        assertThat(again.result().cutOff()).isNull();
        assertThat(again.entries()).hasSize(before.size() + 2);
        assertThat(again.entries().subList(0, before.size())).isEqualTo(before);
    }

    @Test
    void an_empty_directory_is_an_empty_log() throws Exception {
        Recovered found = Recovered.from(new SimulatedDisk());
        assertThat(found.result()).isEqualTo(new Recovery.Result(0, 0, 0, 0, null, List.of()));
        goesOn(new SimulatedDisk(), List.of());
    }

    @Test
    void an_empty_file_is_an_empty_log_and_told_of() throws Exception {
        assertThat(Recovered.from(diskWith(new byte[0])).result())
                .isEqualTo(new Recovery.Result(
                        0,
                        0,
                        0,
                        0,
                        null,
                        List.of("/simulated/mini-redis.log is empty, as no server leaves it: what it held is lost.")));
        goesOn(diskWith(new byte[0]), List.of());
    }

    @Test
    void a_header_alone_is_an_empty_log() throws Exception {
        LogText text = LogText.beginningWith(1);
        assertThat(Recovered.from(diskWith(text)).result())
                .isEqualTo(new Recovery.Result(0, 0, 1, text.size(), null, List.of()));
        goesOn(diskWith(text), List.of());
    }

    @Test
    void a_log_that_was_closed_is_read_to_its_end() throws Exception {
        LogText text = LogText.ofBatches(1, 5);
        Recovered found = Recovered.from(diskWith(text));
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 5));
        assertThat(found.result())
                .isEqualTo(new Recovery.Result(5, LogText.entryOf(5).atMillis(), 1, text.size(), null, List.of()));
        goesOn(diskWith(text), LogText.entriesOf(1, 5));
    }

    @Test
    void blank_lines_mean_nothing_wherever_they_are() throws Exception {
        LogText text = LogText.beginningWith(1).blanks(3).entry(1, 0).blanks(1).entry(2, 1);
        int end = text.size();
        text.blanks(300_000);
        Recovered found = Recovered.from(diskWith(text));
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 2));
        assertThat(found.result().activeEnd()).isEqualTo(end);
        assertThat(found.result().cutOff()).isNull();
        goesOn(diskWith(text), LogText.entriesOf(1, 2));
    }

    @Test
    void entries_are_handed_over_in_order_and_may_be_kept() {
        LogText text = LogText.ofBatches(1, 5000);
        assertThat(Recovered.from(diskWith(text)).entries()).isEqualTo(LogText.entriesOf(1, 5000));
    }

    @Test
    void time_does_not_go_back_though_an_entry_says_so() {
        LogText text = LogText.beginningWith(1)
                .line("{\"lsn\":1,\"at\":500,\"cmd\":[\"PING\"]")
                .line("{\"lsn\":2,\"at\":400,\"cmd\":[\"PING\"]");
        assertThat(Recovered.from(diskWith(text)).result().lastMillis()).isEqualTo(500);
    }

    /** What may stand after the bytes of a record that reached the disk. */
    enum Filling {
        NOTHING,
        BLANKS,
        ZEROS,
        GARBAGE;

        byte[] bytes(int seed) {
            byte[] bytes = new byte[this == NOTHING ? 0 : 700];
            if (this == BLANKS) {
                Arrays.fill(bytes, (byte) '\n');
            } else if (this == GARBAGE) {
                new Random(seed).nextBytes(bytes);
                bytes[0] = 'g'; // never what was torn off
            }
            return bytes;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_record_torn_at_any_byte_is_dropped_alone_and_kept_aside(Filling filling) throws Exception {
        LogText text = LogText.ofBatches(1, 3);
        byte[] last = LogText.entryLine(4, 3);
        for (int torn = 0; torn < last.length; torn++) {
            byte[] tail = join(Arrays.copyOf(last, torn), filling.bytes(torn));
            SimulatedDisk disk = diskWith(join(text.bytes(), tail));
            boolean isClean = contentOf(tail).isEmpty() && filling != Filling.ZEROS;
            boolean isWhole = torn == last.length - 1 && filling == Filling.BLANKS;
            if (isClean || isWhole) {
                continue; // nothing of it arrived, or all of it
            }
            tornAt(disk, text, tail);
        }
    }

    private static void tornAt(SimulatedDisk disk, LogText text, byte[] tail) {
        Recovered found = Recovered.from(disk);
        assertThat(found.refusal()).isNull();
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 3));
        assertThat(found.result().activeEnd()).isEqualTo(text.size());
        assertThat(found.result().cutOff())
                .contains("/simulated/" + ACTIVE + ": line 5, byte " + text.size() + ": ")
                .contains("after entry 3");
        assertThat(disk.bytes(ACTIVE)).isEqualTo(text.bytes());
        if (contentOf(tail).isEmpty()) {
            assertThat(disk.files().keySet()).containsExactlyInAnyOrder(ACTIVE);
            assertThat(found.result().cutOff()).contains("nothing but blanks and zeros");
        } else {
            assertThat(disk.files()).containsOnlyKeys(ACTIVE, TAIL).containsEntry(TAIL, contentOf(tail));
            assertThat(found.result().cutOff())
                    .contains(contentOf(tail).length() + " bytes, kept in /simulated/" + TAIL);
        }
        assertThat(disk.durablePart().files()).as("all of that is durable").isEqualTo(disk.files());
        assertThat(Recovered.from(disk).result().cutOff()).as("once is enough").isNull();
    }

    @ParameterizedTest
    @EnumSource
    void after_a_torn_record_the_log_goes_on(Filling filling) throws Exception {
        byte[] last = LogText.entryLine(4, 3);
        for (int torn : new int[] {1, 7, last.length / 2, last.length - 19, last.length - 2}) {
            byte[] tail = join(Arrays.copyOf(last, torn), filling.bytes(torn));
            goesOn(diskWith(join(LogText.ofBatches(1, 3).bytes(), tail)), LogText.entriesOf(1, 3));
        }
    }

    @Test
    void a_record_without_its_line_feed_is_torn() {
        LogText text = LogText.ofBatches(1, 4);
        SimulatedDisk disk = diskWith(Arrays.copyOf(text.bytes(), text.size() - 1));
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 3));
    }

    @Test
    void a_second_tail_does_not_replace_the_first() {
        byte[] log = LogText.ofBatches(1, 2).bytes();
        SimulatedDisk disk = diskWith(join(log, "x".getBytes(StandardCharsets.US_ASCII)))
                .put(TAIL, new byte[] {'a'})
                .put(TAIL + "-2", new byte[] {'b'});
        assertThat(Recovered.from(disk).result().cutOff()).contains(TAIL + "-3");
        assertThat(disk.files())
                .containsEntry(TAIL, "a")
                .containsEntry(TAIL + "-2", "b")
                .containsEntry(TAIL + "-3", "x");
    }

    @Test
    void a_large_tail_is_kept_whole() {
        byte[] tail = new byte[200_001];
        new Random(5).nextBytes(tail);
        tail[0] = 'g';
        tail[tail.length - 1] = 'z';
        SimulatedDisk disk = diskWith(join(LogText.ofBatches(1, 2).bytes(), tail));
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 2));
        assertThat(disk.bytes(TAIL)).isEqualTo(tail);
    }

    @Test
    void a_crash_while_a_tail_is_cut_off_loses_nothing_of_it() {
        byte[] tail = "{\"lsn\":3,\"at\":1,\"by\"".getBytes(StandardCharsets.US_ASCII);
        byte[] whole = join(LogText.ofBatches(1, 2).bytes(), tail);
        long operations = 1;
        for (boolean isOver = false; !isOver; operations++) {
            for (int seed = 0; seed < 20; seed++) {
                SimulatedDisk disk = diskWith(whole);
                disk.stopAt(operations);
                try {
                    Recovered.from(disk);
                    isOver = true;
                } catch (AssertionError stopped) {
                    assertThat(disk.hasFailed()).isTrue();
                }
                SimulatedDisk left = disk.crash(new Random(seed), SimulatedFile.Loss.ANY, SimulatedDisk.NameOrder.ANY);
                assertThat(Recovered.from(left).entries()).isEqualTo(LogText.entriesOf(1, 2));
                assertThat(left.files().values()).anyMatch(file -> file.endsWith("{\"lsn\":3,\"at\":1,\"by\""));
            }
        }
        assertThat(operations).isGreaterThan(5);
    }

    @Test
    void a_segment_left_unfinished_is_of_no_account() throws Exception {
        SimulatedDisk disk = diskWith(LogText.ofBatches(1, 3))
                .put(SegmentNames.UNFINISHED, "{\"log\":\"mini-re".getBytes(StandardCharsets.US_ASCII));
        goesOn(disk, LogText.entriesOf(1, 3));
        SimulatedDisk alone = new SimulatedDisk()
                .put(
                        SegmentNames.UNFINISHED,
                        LogText.beginningWith(1).blanks(100).bytes());
        goesOn(alone, List.of());
        assertThat(alone.bytes(ACTIVE)).startsWith(LogText.beginningWith(1).bytes());
    }

    @Test
    void two_segments_are_one_log() throws Exception {
        SimulatedDisk disk = diskWith(LogText.ofBatches(4, 6))
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        goesOn(disk, LogText.entriesOf(1, 6));
    }

    @Test
    void segments_are_read_in_the_order_of_their_entries() {
        SimulatedDisk disk = diskWith(LogText.ofBatches(101, 103))
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 8).bytes())
                .put(SegmentNames.retired(9), LogText.ofBatches(9, 10).bytes())
                .put(SegmentNames.retired(11), LogText.ofBatches(11, 100).bytes());
        assertThat(Recovered.from(disk).entries()).isEqualTo(LogText.entriesOf(1, 103));
    }

    @Test
    void what_a_retired_segment_has_beyond_the_next_ones_beginning_is_of_no_account() {
        LogText stale = LogText.ofBatches(1, 3);
        int durable = stale.size();
        stale.line("{\"lsn\":4,\"cmd\":[\"SET\",\"stale\",\"1\"]").entry(5).blanks(50);
        byte[] whole = stale.bytes();
        for (int end = durable; end < whole.length; end += 7) {
            SimulatedDisk disk =
                    diskWith(LogText.ofBatches(4, 6)).put(SegmentNames.retired(1), Arrays.copyOf(whole, end));
            Recovered found = Recovered.from(disk);
            assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 6));
            assertThat(found.result().cutOff()).isNull();
            assertThat(disk.bytes(SegmentNames.retired(1))).hasSize(end);
        }
    }

    @Test
    void without_an_active_segment_the_retired_one_may_end_torn_and_the_log_goes_on() throws Exception {
        byte[] torn = join(LogText.ofBatches(4, 6).bytes(), Arrays.copyOf(LogText.entryLine(7, 6), 30));
        SimulatedDisk disk = new SimulatedDisk()
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes())
                .put(SegmentNames.retired(4), torn);
        goesOn(disk, LogText.entriesOf(1, 6));
        assertThat(disk.files()).containsKey(SegmentNames.ACTIVE);
    }

    @Test
    void an_empty_active_segment_is_as_none_and_the_one_before_it_may_end_torn() throws Exception {
        byte[] torn = join(LogText.ofBatches(1, 3).bytes(), Arrays.copyOf(LogText.entryLine(4, 3), 30));
        goesOn(diskWith(new byte[0]).put(SegmentNames.retired(1), torn), LogText.entriesOf(1, 3));
    }

    @Test
    void an_active_segment_that_is_empty_is_as_none() throws Exception {
        SimulatedDisk disk = diskWith(new byte[0])
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes());
        goesOn(disk, LogText.entriesOf(1, 3));
    }

    @Test
    void files_with_other_names_are_left_alone() throws Exception {
        SimulatedDisk disk = diskWith(LogText.ofBatches(1, 3))
                .put("mini-redis.lock", new byte[0])
                .put("mini-redis.log.tail-5", new byte[] {'x'})
                .put("mini-redis..log", new byte[] {'x'})
                .put("mini-redis.1.log.bak", new byte[] {'x'})
                .put("mini-redis.x.log", new byte[] {'x'});
        goesOn(disk, LogText.entriesOf(1, 3));
        assertThat(disk.files()).containsEntry("mini-redis.log.tail-5", "x").containsEntry("mini-redis.1.log.bak", "x");
    }

    /**
     * What a killed process left in the operating system's hands is not on the disk yet; once it has been handed over,
     * clients see it, and it has to stay.
     */
    @Test
    void what_is_handed_over_survives_a_crash() throws Exception {
        SimulatedDisk first = new SimulatedDisk();
        TestedLog log = TestedLog.open(first, FsyncPolicy.NO);
        log.awaitPublished(log.write("SET", "k", "v"));
        SimulatedDisk second = first.kill();
        log.abandon();
        TestedLog again = TestedLog.recover(second, FsyncPolicy.ALWAYS, System::nanoTime);
        assertThat(again.recovered()).hasSize(1);
        assertThat(again.log().durableLsn()).isEqualTo(1);
        assertThat(Recovered.from(second.durablePart()).entries()).isEqualTo(again.recovered());
        again.close();
    }

    /** After a sync that failed, the operating system may hold for clean what the disk does not have. */
    @Test
    void what_a_failed_sync_left_in_memory_survives_a_crash_once_it_is_handed_over() throws Exception {
        SimulatedDisk first = new SimulatedDisk();
        TestedLog log = TestedLog.open(first);
        log.awaitPublished(log.write("SET", "k", "1"));
        first.fail(step -> step.isOfLogThread() && !step.is(Operation.WRITE), SimulatedDisk.IO_ERROR);
        log.write("SET", "k", "2");
        log.await("the problem", () -> log.log().problem() != null);
        SimulatedDisk second = first.kill();
        log.abandon();
        TestedLog again = TestedLog.recover(second, FsyncPolicy.ALWAYS, System::nanoTime);
        assertThat(again.recovered()).hasSize(2);
        assertThat(Recovered.from(second.durablePart()).entries()).isEqualTo(again.recovered());
        again.close();
    }

    @Test
    void the_name_of_what_is_handed_over_survives_a_crash() throws Exception {
        SimulatedDisk first = new SimulatedDisk();
        first.fail(step -> step.is(Operation.SYNC_DIRECTORY), SimulatedDisk.IO_ERROR);
        assertThatThrownBy(() -> TestedLog.open(first)).isInstanceOf(LogException.class);
        SimulatedDisk second = first.kill();
        TestedLog log = TestedLog.open(second);
        log.awaitPublished(log.write("SET", "k", "v"));
        assertThat(Recovered.from(second.durablePart()).entries()).isEqualTo(log.all());
        log.close();
    }

    @Test
    void entries_may_be_recovered_by_one_who_is_interrupted() {
        SimulatedDisk disk = diskWith(LogText.ofBatches(1, 3));
        LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime);
        Thread.currentThread().interrupt(); // the server ends
        assertThatThrownBy(() -> log.recover(ReadBatch::release, 1)).isInstanceOf(InterruptedException.class);
        assertThat(disk.bytes(ACTIVE)).isEqualTo(LogText.ofBatches(1, 3).bytes());
    }

    /** What was never acknowledged is no reason not to start. */
    @Test
    void a_torn_end_is_cut_off_also_when_the_disk_has_no_room_for_it() throws Exception {
        LogText text = LogText.ofBatches(1, 3);
        byte[] torn = "{\"lsn\":4,".repeat(100).getBytes(StandardCharsets.US_ASCII);
        SimulatedDisk disk = diskWith(join(text.bytes(), torn));
        disk.capacity(disk.usedBytes());
        Recovered found = Recovered.from(disk);
        assertThat(found.result().cutOff()).contains("Cut off: 900 bytes, of which 900 are kept in /simulated/" + TAIL);
        assertThat(disk.bytes(TAIL)).isEqualTo(torn);
        assertThat(disk.bytes(ACTIVE)).isEqualTo(text.bytes());
        assertThat(disk.durablePart().files()).isEqualTo(disk.files());
    }

    @Test
    void a_torn_end_that_cannot_be_kept_is_said_to_be_gone() {
        LogText text = LogText.ofBatches(1, 3);
        SimulatedDisk disk = diskWith(join(text.bytes(), "{\"lsn\":4,".getBytes(StandardCharsets.US_ASCII)));
        disk.fail(step -> step.is(Operation.WRITE) && step.file().equals(TAIL), "No space left on device");
        Recovered found = Recovered.from(disk);
        assertThat(found.result().cutOff())
                .contains("Cut off: 9 bytes, which could not be kept: No space left on device.");
        assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, 3));
    }
}

package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A moment in the past is read from the log and nothing is changed by that. */
class PastLogTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;

    private static SimulatedDisk disk() {
        return new SimulatedDisk()
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 4).bytes())
                .put(
                        ACTIVE,
                        LogText.ofBatches(5, 9)
                                .raw("torn".getBytes(StandardCharsets.US_ASCII))
                                .bytes());
    }

    private static Moment at(long lsn) {
        return new Moment(lsn, Long.MAX_VALUE);
    }

    private static String baseOf(long lsn) {
        return SegmentNames.base(lsn);
    }

    private static byte[] base(long lsn) {
        return new LogText()
                .line("{\"log\":\"mini-redis\",\"format\":1,\"base\":" + lsn + ",\"at\":"
                        + LogText.entryOf(lsn).atMillis())
                .line("{\"cmd\":[\"SET\",\"base\",\"" + lsn + "\"]")
                .line("{\"end\":1")
                .bytes();
    }

    @Test
    void every_entry_is_a_moment() {
        SimulatedDisk disk = disk();
        Map<String, String> before = disk.files();
        for (long lsn = 1; lsn <= 9; lsn++) {
            Recovered found = Recovered.from(disk, at(lsn));
            assertThat(found.entries()).isEqualTo(LogText.entriesOf(1, lsn));
            assertThat(found.result().lastLsn()).isEqualTo(lsn);
        }
        assertThat(disk.files()).as("not even the torn end is cut off").isEqualTo(before);
    }

    @Test
    void a_time_stands_for_the_entries_up_to_it() {
        long time = LogText.entryOf(6).atMillis();
        assertThat(Recovered.from(disk(), new Moment(Long.MAX_VALUE, time)).entries())
                .isEqualTo(LogText.entriesOf(1, 6));
        assertThat(Recovered.from(disk(), new Moment(Long.MAX_VALUE, Long.MAX_VALUE - 1))
                        .entries())
                .as("the future is as far as the log goes")
                .isEqualTo(LogText.entriesOf(1, 9));
    }

    @Test
    void an_entry_that_is_not_there_is_said_to_be() {
        assertThat(Recovered.from(disk(), at(10)).refusal()).contains("ends with entry 9, before entry 10");
    }

    @Test
    void the_newest_base_before_the_moment_is_read_and_later_ones_are_not() {
        SimulatedDisk disk = disk().put(baseOf(3), base(3)).put(baseOf(6), base(6));
        Recovered five = Recovered.from(disk, at(5));
        assertThat(five.entries())
                .hasSize(3)
                .first()
                .satisfies(entry -> assertThat(entry.commands().getFirst()).containsExactly("SET", "base", "3"));
        Recovered two = Recovered.from(disk, at(2));
        assertThat(two.entries()).isEqualTo(LogText.entriesOf(1, 2));
        assertThat(Recovered.from(disk, at(6)).entries()).hasSize(1);
    }

    @Test
    void what_is_not_kept_any_more_is_said_to_be() {
        SimulatedDisk disk = new SimulatedDisk()
                .put(baseOf(4), base(4))
                .put(ACTIVE, LogText.ofBatches(5, 9).bytes());
        assertThat(Recovered.from(disk, at(3)).refusal())
                .contains("Nothing is kept of entry 3")
                .contains("goes back to entry 4");
    }

    @Test
    void nothing_is_taken() throws Exception {
        PastLog log = new PastLog(disk(), at(5));
        WriteLog.Recovered recovered = log.recover(ReadBatch::release, Long.MAX_VALUE);
        assertThat(recovered.entries()).isEqualTo(5);
        assertThat(recovered.lastMillis()).isEqualTo(LogText.entryOf(5).atMillis());
        assertThat(log.roomFor(1)).isEqualTo(WriteLog.Room.READ_ONLY);
        assertThat(log.figures().progress().readBytes()).isPositive();
        log.close();
    }

    @Test
    void moments_are_read_as_people_write_them() {
        assertThat(Moment.parse("1041")).isEqualTo(at(1041));
        assertThat(Moment.parse("@1763834101123")).isEqualTo(new Moment(Long.MAX_VALUE, 1_763_834_101_123L));
        assertThat(Moment.parse("2025-11-22T17:55:01.123Z")).isEqualTo(new Moment(Long.MAX_VALUE, 1_763_834_101_123L));
        assertThat(Moment.parse("2025-11-22T18:55:01+01:00")).isEqualTo(new Moment(Long.MAX_VALUE, 1_763_834_101_000L));
        assertThat(Moment.parse("2025-11-22 17:55:01"))
                .isEqualTo(new Moment(
                        Long.MAX_VALUE,
                        LocalDateTime.of(2025, 11, 22, 17, 55, 1)
                                .atZone(ZoneId.systemDefault())
                                .toInstant()
                                .toEpochMilli()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "-1", "@", "2025-11-31", "12345678901234567890"})
    void what_is_no_moment_is_refused(String text) {
        assertThatThrownBy(() -> Moment.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither the number of an entry nor a time like");
    }
}

package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SegmentReader.Line;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a line is to a log whose last entry is 4: the one question that recovery, repair and the cursor ask. */
class SegmentReaderTest {
    private static final long LAST_LSN = 4;

    private final LogEntry entry = new LogEntry();

    private static SegmentReader readerOf(LogText text) throws Exception {
        SimulatedDisk disk = new SimulatedDisk().put(SegmentNames.ACTIVE, text.bytes());
        return new SegmentReader(disk.open(SegmentNames.ACTIVE), byte[]::new);
    }

    private static SegmentReader behindHeaderOf(LogText text) throws Exception {
        SegmentReader reader = readerOf(text);
        assertThat(reader.header()).isEqualTo(5);
        assertThat(reader.next()).isTrue();
        return reader;
    }

    private Line kindOf(String body) throws Exception {
        return behindHeaderOf(LogText.beginningWith(5).line(body)).read(entry, LAST_LSN);
    }

    @Test
    void an_entry_is_the_next_one_a_later_one_or_one_that_is_known() throws Exception {
        assertThat(kindOf("{\"lsn\":5,\"cmd\":[\"PING\"]")).isEqualTo(Line.NEXT);
        assertThat(kindOf("{\"lsn\":6,\"cmd\":[\"PING\"]")).isEqualTo(Line.AFTER_GAP);
        assertThat(kindOf("{\"lsn\":4,\"cmd\":[\"PING\"]")).isEqualTo(Line.REPEATED);
    }

    @Test
    void a_note_of_lost_entries_is_the_next_line_by_the_first_of_them() throws Exception {
        assertThat(kindOf("{\"lost\":[5,9],\"at\":1")).isEqualTo(Line.NEXT);
        assertThat(kindOf("{\"lost\":[6,9],\"at\":1")).isEqualTo(Line.AFTER_GAP);
        assertThat(kindOf("{\"lost\":[4,9],\"at\":1")).isEqualTo(Line.REPEATED);
    }

    @Test
    void a_note_of_what_is_durable_is_the_next_line_where_that_was_read() throws Exception {
        assertThat(kindOf("{\"durable\":4")).isEqualTo(Line.NEXT);
        assertThat(kindOf("{\"durable\":1")).isEqualTo(Line.NEXT);
        assertThat(kindOf("{\"durable\":5")).isEqualTo(Line.AFTER_GAP);
    }

    @Test
    void a_line_that_is_damaged_or_not_whole_is_unreadable() throws Exception {
        byte[] line = LogText.entryLine(5, -1);
        line[20] ^= 1;
        SegmentReader damaged = behindHeaderOf(LogText.beginningWith(5).raw(line));
        assertThat(damaged.read(entry, LAST_LSN)).isEqualTo(Line.UNREADABLE);
        assertThat(damaged.problem()).isEqualTo("its checksum does not match");

        byte[] whole = LogText.entryLine(5, -1);
        byte[] torn = Arrays.copyOf(whole, whole.length - 1);
        SegmentReader cut = behindHeaderOf(LogText.beginningWith(5).raw(torn));
        assertThat(cut.read(entry, LAST_LSN)).isEqualTo(Line.UNREADABLE);
        assertThat(cut.problem()).isEqualTo("it is not whole");
    }

    @Test
    void blank_lines_are_passed_over_and_the_good_end_is_behind_the_last_accepted_line() throws Exception {
        LogText text = LogText.beginningWith(5).entry(5).blanks(3).entry(6);
        SegmentReader reader = behindHeaderOf(text);
        reader.read(entry, LAST_LSN);
        reader.accept();
        assertThat(reader.goodEnd()).isEqualTo(text.offset(1) + LogText.entryLine(5, -1).length);
        assertThat(reader.goodLine()).isEqualTo(2);
        assertThat(reader.next()).isTrue();
        assertThat(reader.line().lineNumber()).isEqualTo(6);
        reader.backToGoodEnd();
        assertThat(reader.next()).isTrue();
        assertThat(reader.read(entry, 5)).isEqualTo(Line.NEXT);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void an_entry_is_found_within_a_line_that_has_swallowed_it() throws Exception {
        byte[] swallowed = LogText.entryLine(5, -1);
        SegmentReader reader = behindHeaderOf(LogText.beginningWith(5)
                .raw("{\"lsn\":4,".getBytes(StandardCharsets.US_ASCII))
                .raw(swallowed));
        assertThat(reader.read(entry, LAST_LSN)).isEqualTo(Line.UNREADABLE);
        int at = reader.entryIn(reader.line().from() + 1);
        assertThat(reader.readFrom(at, entry, LAST_LSN)).isEqualTo(Line.NEXT);
        assertThat(reader.entryIn(at + 1)).isNegative();
    }

    @Test
    void a_header_must_be_whole_a_log_s_and_in_a_format_that_is_known() {
        assertThatThrownBy(() -> readerOf(new LogText()).header())
                .isInstanceOf(LineReader.BadLineException.class)
                .hasMessage("it is not whole");
        assertThatThrownBy(() -> readerOf(new LogText().line("{\"log\":\"other\",\"first\":1"))
                        .header())
                .isInstanceOf(LineReader.BadLineException.class);
        assertThatThrownBy(() -> readerOf(new LogText().line("{\"log\":\"mini-redis\",\"format\":2,\"first\":1"))
                        .header())
                .isInstanceOf(LineReader.OtherFormatException.class);
    }
}

package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.LineReader.BadLineException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader takes besides what the writer writes, and what it does not take. */
class LineReaderTest {
    private static final RecordedEntry ENTRY =
            new RecordedEntry(5, 77, "default@h:1", 3, List.of(List.of("SET", "k", "v")));
    private static final byte[] SAMPLE = LogText.checked(
            "{\"lsn\":5,\"at\":77,\"by\":\"default@h:1\",\"db\":3,\"cmd\":[\"SET\",\"k\\n\",{\"b64\":\"/w==\"}],"
                    + "\"durable\":4");

    private static LogEntry read(byte[] line, int length) throws BadLineException {
        LogEntry entry = new LogEntry();
        new LineReader().readEntry(line, 0, length, entry);
        return entry;
    }

    private static RecordedEntry readBody(String body) throws BadLineException {
        byte[] line = LogText.checked(body);
        return RecordedEntry.of(read(line, line.length - 1));
    }

    private static List<String> readArguments(String arguments) throws BadLineException {
        return readBody("{\"lsn\":5,\"cmd\":" + arguments).commands().getFirst();
    }

    private static boolean isRefused(byte[] line, int length) {
        try {
            read(line, length);
            return false;
        } catch (BadLineException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"lsn\":5,\"at\":77,\"by\":\"default@h:1\",\"db\":3,\"cmd\":[\"SET\",\"k\",\"v\"]",
                "{\"cmd\":[\"SET\",\"k\",\"v\"],\"db\":3,\"by\":\"default@h:1\",\"at\":77,\"lsn\":5",
                "{\"durable\":4,\"cmds\":[[\"SET\",\"k\",\"v\"]],\"db\":3,\"lsn\":5,\"by\":\"default@h:1\",\"at\":77",
                "{\"by\":\"default@h:1\",\"at\":77,\"db\":3,\"lsn\":5,\"cmd\":[\"SET\",{\"b64\":\"aw==\"},\"v\"]",
                "{ \"lsn\" : 5 ,\t\"at\" : 77 , \"by\" : \"default@h:1\" , \"db\" : 3 , \"cmd\" : [ \"SET\" , \"k\" , { \"b64\" : \"dg==\" } ] ",
                "{\"\\u006csn\":5,\"at\":77,\"by\":\"def\\u0061ult@h:1\",\"db\":3,\"cmd\":[\"S\\u0045T\",\"k\",\"v\"]"
            })
    void the_same_entry_in_other_words_is_the_same_entry(String body) throws BadLineException {
        assertThat(readBody(body)).isEqualTo(ENTRY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"term\":3",
                "\"term\" : 3 ",
                "\"x\":null",
                "\"x\":-1.5e+10",
                "\"x\":true",
                "\"x\":\"a,b]}\\\"{[\"",
                "\"x\":\"\\u00e9\\ud83e\\udd8a\"",
                "\"x\":[]",
                "\"x\":{}",
                "\"x\":[1,[2,{\"cmd\":[\"DEL\"]}],\"]\"]",
                "\"x\":{\"lsn\":9,\"a\":{\"b\":[{}]},\"c\":\"}\"}",
                "\"\":1",
                "\"lsnx\":9,\"ls\":9,\"bt\":9,\"Lsn\":9,\"durably\":9,\"cmx\":9"
            })
    void a_field_that_it_does_not_know_is_ignored_wherever_it_stands(String field) throws BadLineException {
        String body = "\"lsn\":5,\"at\":77,\"by\":\"default@h:1\",\"db\":3,\"cmd\":[\"SET\",\"k\",\"v\"]";
        assertThat(readBody("{" + field + "," + body)).isEqualTo(ENTRY);
        assertThat(readBody("{" + body + "," + field)).isEqualTo(ENTRY);
        assertThat(readBody("{\"lsn\":5,\"at\":77," + field
                        + ",\"by\":\"default@h:1\",\"db\":3,\"cmd\":[\"SET\",\"k\",\"v\"]"))
                .isEqualTo(ENTRY);
    }

    @Test
    void a_space_after_a_field_that_it_does_not_know_at_the_end_is_ignored() throws BadLineException {
        assertThat(readBody("{\"lsn\":5,\"cmd\":[\"PING\"],\"x\":1 ").lsn()).isEqualTo(5);
    }

    @Test
    void all_escapes_of_json_are_read() throws BadLineException {
        String argument = readArguments("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00E9\\u20ac\\ud83e\\udd8a\"]")
                .getFirst();
        assertThat(new String(RecordedEntry.latin1(argument), StandardCharsets.UTF_8))
                .isEqualTo("\"\\/\b\f\n\r\t\0\u00e9\u20ac\ud83e\udd8a");
    }

    @Test
    void many_decoded_arguments_of_one_line_do_not_overwrite_each_other() throws BadLineException {
        assertThat(readArguments(
                        "[\"a\\n\",\"b\",\"\\tc\",{\"b64\":\"ZGQ=\"},\"\\u0065\",\"\\\\\",{\"b64\":\"\"},\"\"]"))
                .containsExactly("a\n", "b", "\tc", "dd", "e", "\\", "", "");
    }

    @Test
    void an_entry_stays_when_the_reader_goes_on() throws BadLineException {
        LineReader reader = new LineReader();
        LogEntry first = new LogEntry();
        byte[] line = LogText.checked("{\"lsn\":5,\"cmd\":[\"a\\n\"]");
        reader.readEntry(line, 0, line.length - 1, first);
        byte[] other = LogText.checked("{\"lsn\":6,\"cmd\":[\"b\\t\"]");
        reader.readEntry(other, 0, other.length - 1, new LogEntry());
        assertThat(RecordedEntry.of(first).commands()).containsExactly(List.of("a\n"));
    }

    @Test
    void a_line_with_any_bit_flipped_is_refused() {
        for (int i = 0; i < SAMPLE.length - 1; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = SAMPLE.clone();
                damaged[i] ^= (byte) (1 << bit);
                assertThat(isRefused(damaged, damaged.length - 1))
                        .as("byte %s, bit %s", i, bit)
                        .isTrue();
            }
        }
    }

    @Test
    void a_line_with_any_byte_replaced_is_refused() {
        for (int i = 0; i < SAMPLE.length - 1; i++) {
            for (int other : new int[] {0, '\n', ' ', '0', '"', '}', 'A', 0xff}) {
                byte[] damaged = SAMPLE.clone();
                damaged[i] = (byte) other;
                assertThat(isRefused(damaged, damaged.length - 1))
                        .as("byte %s becomes %s", i, other)
                        .isEqualTo(SAMPLE[i] != (byte) other);
            }
        }
    }

    @Test
    void a_line_cut_off_anywhere_is_refused() {
        assertThat(isRefused(SAMPLE, SAMPLE.length - 1)).isFalse();
        for (int length = 0; length < SAMPLE.length - 1; length++) {
            assertThat(isRefused(SAMPLE, length)).as("%s bytes", length).isTrue();
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(SAMPLE, length), SAMPLE.length);
            assertThat(isRefused(zeros, zeros.length - 1))
                    .as("%s bytes, then zeros", length)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "null",
                "{\"lsn\":5",
                "{\"cmd\":[\"PING\"]",
                "{\"lsn\":0,\"cmd\":[\"PING\"]",
                "{\"lsn\":-5,\"cmd\":[\"PING\"]",
                "{\"lsn\":\"5\",\"cmd\":[\"PING\"]",
                "{\"lsn\":9999999999999999999,\"cmd\":[\"PING\"]",
                "{\"lsn\":5,\"cmd\":[]",
                "{\"lsn\":5,\"cmd\":[[\"PING\"]]",
                "{\"lsn\":5,\"cmd\":[\"PING\",]",
                "{\"lsn\":5,\"cmd\":[\"PING\" \"x\"]",
                "{\"lsn\":5,\"cmd\":[\"PING\"",
                "{\"lsn\":5,\"cmd\":[\"PING",
                "{\"lsn\":5,\"cmd\":[\"PING\\",
                "{\"lsn\":5,\"cmd\":[\"PING\\u00",
                "{\"lsn\":5,\"cmd\":[\"\\x\"]",
                "{\"lsn\":5,\"cmd\":[\"\\u12g4\"]",
                "{\"lsn\":5,\"cmd\":[7]",
                "{\"lsn\":5,\"cmd\":\"PING\"",
                "{\"lsn\":5,\"cmd\":[{\"b64\":\"?\"}]",
                "{\"lsn\":5,\"cmd\":[{\"b64\":\"QQ==\",\"x\":1}]",
                "{\"lsn\":5,\"cmd\":[{\"hex\":\"41\"}]",
                "{\"lsn\":5,\"cmd\":[{}]",
                "{\"lsn\":5,\"cmds\":[]",
                "{\"lsn\":5,\"cmds\":[\"PING\"]",
                "{\"lsn\":5 \"cmd\":[\"PING\"]",
                "{\"lsn\" 5,\"cmd\":[\"PING\"]",
                "{lsn:5,\"cmd\":[\"PING\"]",
                "{\"lsn\":5,\"cmd\":[\"PING\"],",
                "{\"lsn\":5,\"cmd\":[\"PING\"],\"x\":",
                "{\"lsn\":5,\"cmd\":[\"PING\"],\"x\":[1",
                "{\"lsn\":5,\"cmd\":[\"PING\"],\"x\":\"1"
            })
    void what_is_no_entry_is_refused_though_its_checksum_is_right(String body) {
        assertThatThrownBy(() -> readBody(body)).isInstanceOf(BadLineException.class);
    }

    /** Two escapes that are no pair: whoever wrote them meant no character at all. */
    @ParameterizedTest
    @ValueSource(strings = {"\\udbff\\uffff", "\\ud83e\\u0041", "\\ud83e\\ud83e", "\\ud83ex", "\\ud83e", "\\udd8a"})
    void half_a_pair_of_surrogates_is_refused(String escapes) {
        assertThatThrownBy(() -> readArguments("[\"" + escapes + "\"]")).isInstanceOf(BadLineException.class);
    }

    @Test
    void a_checksum_in_capital_letters_is_refused() {
        String line = new String(LogText.checked("{\"lsn\":5,\"cmd\":[\"PING\"]"), StandardCharsets.US_ASCII);
        int at = line.indexOf("\"crc\":\"") + 7;
        String digits = line.substring(at, at + 8);
        assertThat(digits).containsPattern("[a-f]");
        byte[] capitals =
                line.replace(digits, digits.toUpperCase(java.util.Locale.ROOT)).getBytes(StandardCharsets.US_ASCII);
        assertThat(isRefused(capitals, capitals.length - 1)).isTrue();
    }

    @Test
    void a_header_is_read() throws BadLineException {
        byte[] line = LogText.checked("{\"log\":\"mini-redis\",\"made\":[1],\"format\":1,\"first\":1041");
        assertThat(new LineReader().readHeader(line, 0, line.length - 1)).isEqualTo(new LineReader.Header(1, 1041));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"log\":\"mini-redis\",\"format\":1",
                "{\"log\":\"mini-redis\",\"format\":1,\"first\":0",
                "{\"log\":\"maxi-redis\",\"format\":1,\"first\":1",
                "{\"format\":1,\"first\":1",
                "{\"lsn\":5,\"cmd\":[\"PING\"]"
            })
    void what_is_no_header_is_refused(String body) {
        byte[] line = LogText.checked(body);
        assertThatThrownBy(() -> new LineReader().readHeader(line, 0, line.length - 1))
                .isInstanceOf(BadLineException.class);
    }

    @Test
    void an_entry_is_no_place_for_more_than_its_line() {
        byte[] two = (new String(SAMPLE, StandardCharsets.US_ASCII) + new String(SAMPLE, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
        assertThat(isRefused(two, two.length - 1)).isTrue();
    }

    @Test
    void the_header_of_a_base_is_read_as_it_is_written_and_without_what_may_be_missing() throws Exception {
        LineReader reader = new LineReader();
        BaseHeader header = new BaseHeader(1041, 1_763_834_101_123L, 0xf00dfeed12345678L, List.of(5, 0, 7));
        byte[] line = LogText.checked(new String(LineWriter.baseHeader(header), StandardCharsets.US_ASCII));
        assertThat(reader.readBaseHeader(line, 0, line.length - 1)).isEqualTo(header);
        byte[] old = LogText.checked("{\"log\":\"mini-redis\",\"format\":1,\"base\":4,\"at\":9");
        assertThat(reader.readBaseHeader(old, 0, old.length - 1)).isEqualTo(new BaseHeader(4, 9, 0, List.of()));
        byte[] empty = LogText.checked("{\"format\":1,\"base\":4,\"at\":9,\"seed\":\"0\",\"keys\":[]");
        assertThat(reader.readBaseHeader(empty, 0, empty.length - 1)).isEqualTo(new BaseHeader(4, 9, 0, List.of()));
    }
}

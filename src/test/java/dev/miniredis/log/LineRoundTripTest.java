package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.miniredis.log.LineReader.BadLineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again, by the reader and by any other reader of JSON. */
class LineRoundTripTest {
    private static final long LARGEST = 999_999_999_999_999_999L;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The line of an entry, written where there is room for its bound and not for a byte more. */
    private static byte[] lineOf(RecordedEntry recorded, long durable) {
        LogEntry entry = recorded.toEntry();
        byte[] target = new byte[Math.toIntExact(LineWriter.bound(entry))];
        int end = LineWriter.putBody(target, 0, entry);
        if (durable >= 0) {
            end = LineWriter.putDurable(target, end, durable);
        }
        end = LineWriter.putEnd(target, 0, end, new CRC32C());
        return Arrays.copyOf(target, end);
    }

    private static RecordedEntry read(byte[] line, long durable) throws BadLineException {
        byte[] around = new byte[line.length + 20]; // the reader sees neither what is before nor what is after it
        Arrays.fill(around, (byte) '"');
        System.arraycopy(line, 0, around, 10, line.length);
        LogEntry entry = new LogEntry();
        new LineReader().readEntry(around, 10, 10 + line.length - 1, entry);
        assertThat(entry.durable()).isEqualTo(Math.max(0, durable));
        return RecordedEntry.of(entry);
    }

    private static String textOf(JsonNode argument) throws IOException {
        byte[] bytes = argument.isObject()
                ? Base64.getDecoder().decode(argument.get("b64").textValue())
                : argument.textValue().getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<String> commandOf(JsonNode array) throws IOException {
        List<String> command = new ArrayList<>();
        for (JsonNode argument : array) {
            command.add(textOf(argument));
        }
        return command;
    }

    private static RecordedEntry readAsJson(byte[] line) throws IOException {
        JsonNode json = JSON.readTree(line);
        List<List<String>> commands = new ArrayList<>();
        if (json.has("cmd")) {
            commands.add(commandOf(json.get("cmd")));
        } else {
            for (JsonNode command : json.get("cmds")) {
                commands.add(commandOf(command));
            }
        }
        int database = json.has("db") ? json.get("db").intValue() : 0;
        return new RecordedEntry(
                json.get("lsn").longValue(), json.get("at").longValue(), textOf(json.get("by")), database, commands);
    }

    private static void checkChecksum(byte[] line) {
        String end = new String(line, line.length - 19, 19, StandardCharsets.ISO_8859_1);
        CRC32C crc = new CRC32C();
        crc.update(line, 0, line.length - 19);
        assertThat(end).isEqualTo(String.format(Locale.ROOT, ",\"crc\":\"%08x\"}\n", crc.getValue()));
    }

    private static void comesBack(RecordedEntry recorded, long durable) throws Exception {
        byte[] line = lineOf(recorded, durable);
        assertThat(Arrays.copyOf(line, line.length - 1)).doesNotContain('\n');
        assertThat(Utf8.isValid(line, 0, line.length)).isTrue();
        checkChecksum(line);
        assertThat(readAsJson(line)).isEqualTo(recorded);
        assertThat(read(line, durable)).isEqualTo(recorded);
    }

    private static RecordedEntry ofArgument(String argument) {
        return RecordedEntry.of(1, "SET", "k", argument);
    }

    private static void argumentComesBack(String argument) throws Exception {
        comesBack(ofArgument(argument), 0);
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<String> arguments() {
        Arbitrary<String> bytes =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
        Arbitrary<String> ascii = Arbitraries.strings().ascii().ofMaxLength(40);
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(12).map(LineRoundTripTest::utf8);
        Arbitrary<String> beyond = Arbitraries.integers()
                .between(0x10000, 0x10ffff)
                .map(Character::toString)
                .map(LineRoundTripTest::utf8);
        Arbitrary<String> special = Arbitraries.strings()
                .withChars('"', '\\', '\0', '\n', '\r', '\t', '\b', '\f', '\u001f', ' ', '\u007f', 'a', '/')
                .ofMaxLength(80);
        Arbitrary<String> mostlyPlain = Combinators.combine(
                        Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(20),
                        special.filter(s -> s.length() <= 3),
                        Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(20))
                .as((before, inside, after) -> before + inside + after);
        return Arbitraries.oneOf(bytes, ascii, text, beyond, special, mostlyPlain);
    }

    @Provide
    Arbitrary<RecordedEntry> entries() {
        Arbitrary<Long> numbers =
                Arbitraries.longs().between(1, LARGEST).edgeCases(edges -> edges.add(9L, 10L, LARGEST));
        Arbitrary<String> senders = Arbitraries.oneOf(
                Arbitraries.just(""),
                Arbitraries.just("default@10.0.0.7:51544"),
                Arbitraries.strings()
                        .ofMaxLength(12)
                        .filter(s -> s.chars().noneMatch(c -> c < ' '))
                        .map(LineRoundTripTest::utf8));
        Arbitrary<Integer> databases =
                Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(1, Integer.MAX_VALUE));
        Arbitrary<List<List<String>>> commands = arguments()
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        return Combinators.combine(numbers, numbers, senders, databases, commands)
                .as(RecordedEntry::new);
    }

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    void any_entry_comes_back(@ForAll("entries") RecordedEntry entry, @ForAll boolean isFirst) throws Exception {
        comesBack(entry, isFirst ? entry.lsn() - 1 : -1);
    }

    @Test
    void the_time_zero_comes_back() throws Exception {
        comesBack(new RecordedEntry(1, 0, "", 0, List.of(List.of(""))), 0);
    }

    /** A user's name may be any bytes once there are users. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00fe@10.0.0.7:1", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0@10.0.0.7:1"})
    void a_sender_that_becomes_base64_comes_back(String by) throws Exception {
        comesBack(new RecordedEntry(1, 1, by, 0, List.of(List.of("PING"))), 0);
    }

    @Test
    void a_special_byte_at_any_place_of_any_length_comes_back() throws Exception {
        String special = "\"\\\0\u001f \u007f\u0080\u00ff\n";
        for (int length = 1; length <= 34; length++) {
            for (int place = 0; place < length; place++) {
                for (int i = 0; i < special.length(); i++) {
                    argumentComesBack("a".repeat(place) + special.charAt(i) + "!".repeat(length - place - 1));
                }
            }
        }
    }

    @Test
    void a_special_byte_beside_any_other_byte_comes_back() throws Exception {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second += first % 5 + 1) {
                argumentComesBack("abc" + (char) first + (char) second + "defgh");
            }
        }
    }

    @Test
    void lengths_around_the_pieces_of_base64_come_back() throws Exception {
        for (int length : new int[] {24_575, 24_576, 24_577, 24_578, 49_151, 49_152, 49_153, 100_000}) {
            argumentComesBack("\u00ff".repeat(length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {262_143, 262_144, 262_145, 1_048_576, 3_000_001})
    void large_arguments_come_back(int length) throws Exception {
        argumentComesBack("v".repeat(length));
        argumentComesBack("v".repeat(length - 1) + "\n");
        argumentComesBack("\u00e9".repeat(length / 2));
        argumentComesBack(utf8("\u00e9".repeat(length / 2)));
    }

    @Test
    void many_arguments_and_many_commands_come_back() throws Exception {
        List<String> command = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < 5000; i++) {
            command.add(i % 7 == 0 ? "\u00ff" + i : "k\"" + i);
        }
        comesBack(new RecordedEntry(7, 8, "b", 0, List.of(command)), 6);
        List<List<String>> commands = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            commands.add(List.of("SET", "k" + i, "\n"));
        }
        comesBack(new RecordedEntry(7, 8, "b", 15, commands), 6);
    }

    @Test
    void what_would_be_much_longer_as_a_string_becomes_base64() {
        assertThat(new String(lineOf(ofArgument("\u0001".repeat(100)), 0), StandardCharsets.UTF_8))
                .contains("{\"b64\":\"AQEB");
        assertThat(new String(lineOf(ofArgument("\u0001".repeat(3) + "text"), 0), StandardCharsets.UTF_8))
                .contains("\"\\u0001\\u0001\\u0001text\"");
        assertThat(new String(lineOf(ofArgument("\n\"".repeat(1000)), 0), StandardCharsets.UTF_8))
                .contains("{\"b64\":\"");
    }

    @Test
    void text_stays_readable() {
        byte[] line = lineOf(
                new RecordedEntry(
                        1042,
                        1_763_834_101_124L,
                        "default@10.0.0.9:40022",
                        3,
                        List.of(List.of("SET", utf8("größe"), utf8("🦊\n")))),
                1041);
        assertThat(new String(line, StandardCharsets.UTF_8))
                .startsWith("{\"lsn\":1042,\"at\":1763834101124,\"by\":\"default@10.0.0.9:40022\",\"db\":3,"
                        + "\"cmd\":[\"SET\",\"größe\",\"🦊\\n\"],\"durable\":1041,\"crc\":\"");
    }
}

package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Text here is ISO 8859-1: a character is a byte. */
class RequestReaderTest {
    private static final int KB = 1024;

    /** The requests that were read, each as its words, and the error that ended it; null without one. */
    private record Outcome(List<List<String>> requests, String error) {}

    private record Case(String name, String bytes, Outcome expected) {}

    private static Case reads(String name, String bytes, String... requests) {
        return new Case(name, bytes, new Outcome(words(requests), null));
    }

    private static Case fails(String name, String bytes, String error, String... requests) {
        return new Case(name, bytes, new Outcome(words(requests), error));
    }

    /** Words are divided by {@code |}. */
    private static List<List<String>> words(String... requests) {
        return Arrays.stream(requests)
                .map(request -> List.of(request.split("\\|", -1)))
                .toList();
    }

    private static Stream<Case> cases() {
        return Stream.of(inlineCases(), arrayCases(), countCases(), lengthCases(), firstByteCases())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> inlineCases() {
        String unbalanced = "unbalanced quotes in request";
        return Stream.of(
                reads("nothing", ""),
                reads("a line", "PING\r\n", "PING"),
                reads("a line that ends with LF only", "PING\n", "PING"),
                reads("white space around words", " \t GET \t k  \r\n", "GET|k"),
                reads("vertical tab and form feed are white space", "GET\u000bk\fx\r\n", "GET|k|x"),
                reads("empty lines are skipped", "\r\n\n  \r\n\t\nPING\r\n", "PING"),
                reads("two lines", "PING\r\nECHO x\r\n", "PING", "ECHO|x"),
                reads("a line without end", "PING"),
                reads("a line up to its CR", "PING\r"),
                reads("a CR inside is white space", "PING\rPONG\r\n", "PING|PONG"),
                reads("two CR at the end", "PING\r\r\n", "PING"),
                reads("double quotes", "SET k \"a b\"\r\n", "SET|k|a b"),
                reads("escapes", "ECHO \"\\x41\\n\\r\\t\\b\\a\\\\\\\"\\q\"\r\n", "ECHO|A\n\r\t\b\u0007\\\"q"),
                reads("half a hexadecimal escape", "ECHO \"\\x4\\xg1\"\r\n", "ECHO|x4xg1"),
                reads("bytes of any value by escapes", "ECHO \"\\x00\\xff\"\r\n", "ECHO|\u0000\u00ff"),
                reads("single quotes", "ECHO 'it\\'s \\n'\r\n", "ECHO|it's \\n"),
                reads("empty words", "ECHO \"\" ''\r\n", "ECHO||"),
                reads("quotes inside a word", "ECHO a\"b c\"\r\n", "ECHO|ab c"),
                reads("a quoted command", "\"PING\"\r\n", "PING"),
                reads("bytes above 127", "ECHO \u00ff\u00fe\r\n", "ECHO|\u00ff\u00fe"),
                reads("an apostrophe in double quotes", "ECHO \"'\" '\"'\r\n", "ECHO|'|\""),
                reads("other types of RESP are inline commands", "$4\r\n%1\r\n:1\r\n", "$4", "%1", ":1"),
                reads("a NUL hides the rest of the line", "SET k a\u0000b\r\nPING\r\n"),
                reads("a NUL at the start", "\u0000PING\r\n"),
                fails("an open double quote", "PING\r\nECHO \"a\r\n", unbalanced, "PING"),
                fails("an open single quote", "ECHO 'a\r\n", unbalanced),
                fails("a letter after a double quote", "ECHO \"a\"b\r\n", unbalanced),
                fails("a letter after a single quote", "ECHO 'a'b\r\n", unbalanced),
                fails("a lone quote", "\"\r\n", unbalanced),
                fails("an escaped closing quote", "ECHO \"a\\\"\r\n", unbalanced));
    }

    private static Stream<Case> arrayCases() {
        return Stream.of(
                reads("one word", "*1\r\n$4\r\nPING\r\n", "PING"),
                reads("three words", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n", "SET|k|a\r\nbc"),
                reads("an empty word", "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|"),
                reads("an empty command", "*1\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", "", "PING"),
                reads(
                        "arrays and lines in turn",
                        "PING\r\n*1\r\n$1\r\na\r\nPING\r\n*1\r\n$1\r\nb\r\n",
                        "PING",
                        "a",
                        "PING",
                        "b"),
                reads("an empty line before an array", "\r\n*1\r\n$4\r\nPING\r\n", "PING"),
                reads("a word that is not there yet", "*2\r\n$4\r\nECHO\r\n"),
                reads("a word whose CR LF is not there yet", "*1\r\n$4\r\nPING\r"),
                reads("only a star", "*"),
                reads("a star and a CR", "*\r"),
                reads("the end of a word is not looked at", "*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPONG\r\n", "PING", "PONG"),
                reads("the byte after a CR is not looked at", "*1\rX$4\rYPING\r\n", "PING"),
                reads("LF alone ends no header", "*1\n$4\nPING\n"),
                fails("LF alone, then CR LF", "*1\n$4\nPING\n*1\r\n", "invalid multibulk length"),
                reads("a NUL hides the rest of a count", "*1\u0000\r\n$4\r\nPING\r\n"),
                reads("a NUL hides the rest of a length", "*1\r\n$4\u0000\r\nPING\r\n"),
                fails("a word longer than announced", "*2\r\n$1\r\nabcd$1\r\n", "expected '$', got 'd'"),
                fails("a byte that is no text", "*1\r\n\u00ff4\r\n", "expected '$', got '\udcff'"),
                reads("a NUL hides the end of a line", "*1\r\n\u00004\r\n"),
                fails("an array in an array", "*1\r\n*1\r\n$4\r\nPING\r\n", "expected '$', got '*'"),
                fails(
                        "an error after requests",
                        "PING\r\n*1\r\n$1\r\na\r\n*1\r\n+x\r\n",
                        "expected '$', got '+'",
                        "PING",
                        "a"));
    }

    private static Stream<Case> countCases() {
        String ping = "*1\r\n$4\r\nPING\r\n";
        return Stream.concat(
                Stream.of("0", "-1", "-2", "-99999", "-9223372036854775808")
                        .map(count ->
                                reads("an array of " + count + " is nothing", "*" + count + "\r\n" + ping, "PING")),
                Stream.of(
                                "",
                                "a",
                                "1a",
                                " 1",
                                "1 ",
                                "+1",
                                "01",
                                "-0",
                                "1.0",
                                "0x1",
                                "--1",
                                "-",
                                "2147483648",
                                "4294967297",
                                "9223372036854775807",
                                "9223372036854775808",
                                "-9223372036854775809",
                                "99999999999999999999",
                                "0000000000000000000000000000001")
                        .map(count -> fails("no count: " + count, "*" + count + "\r\n", "invalid multibulk length")));
    }

    private static Stream<Case> lengthCases() {
        return Stream.of(
                        "",
                        "a",
                        "4a",
                        " 4",
                        "4 ",
                        "+4",
                        "04",
                        "-1",
                        "-2",
                        "4.0",
                        "0x4",
                        "536870913",
                        "2147483648",
                        "4294967300",
                        "9223372036854775807",
                        "9223372036854775808",
                        "99999999999999999999")
                .map(length ->
                        fails("no length: " + length, "*1\r\n$" + length + "\r\nPING\r\n", "invalid bulk length"));
    }

    private static Stream<Case> firstByteCases() {
        return Stream.of('+', '-', ':', '*', '%', '~', '>', '|', ',', '(', '#', '_', '=', '!', 'P', ' ', '\r', '\n')
                .map(first -> fails(
                        "first byte " + (int) first, "*1\r\n" + first + "4\r\n", "expected '$', got '" + first + "'"));
    }

    @TestFactory
    Stream<DynamicTest> reads_what_redis_reads_wherever_the_network_cuts_it() {
        return cases().map(c -> DynamicTest.dynamicTest(c.name(), () -> {
            assertThat(read(List.of(c.bytes()))).as("whole").isEqualTo(c.expected());
            assertThat(read(List.of(c.bytes().split("")))).as("byte by byte").isEqualTo(c.expected());
            for (int cut = 1; cut < c.bytes().length(); cut++) {
                List<String> pieces =
                        List.of(c.bytes().substring(0, cut), c.bytes().substring(cut));
                assertThat(read(pieces)).as("cut at " + cut).isEqualTo(c.expected());
            }
        }));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void reads_any_requests_wherever_they_are_cut(
            @ForAll("requests") List<List<String>> requests, @ForAll("cuts") List<Integer> cuts) {
        StringBuilder bytes = new StringBuilder();
        requests.forEach(words -> bytes.append(encode(words)));

        assertThat(read(cut(bytes.toString(), cuts))).isEqualTo(new Outcome(requests, null));
    }

    @Provide
    Arbitrary<List<List<String>>> requests() {
        Arbitrary<Integer> lengths = Arbitraries.frequencyOf(
                Tuple.of(30, Arbitraries.integers().between(0, 20)),
                Tuple.of(1, Arbitraries.integers().between(60 * KB, 70 * KB)));
        Arbitrary<String> word =
                lengths.flatMap(length -> Arbitraries.integers().between(0, 255).map(seed -> {
                    StringBuilder text = new StringBuilder(length);
                    for (int i = 0; i < length; i++) {
                        text.append((char) (seed + i * 7 & 0xff));
                    }
                    return text.toString();
                }));
        return word.list().ofMinSize(1).ofMaxSize(5).list().ofMaxSize(8);
    }

    /** Lengths of pieces, to be used in turn. */
    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.integers().between(1, 10)),
                        Tuple.of(1, Arbitraries.integers().between(1, TurnBuffer.BYTES / 4)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    private static List<String> cut(String bytes, List<Integer> lengths) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        for (int i = 0; at < bytes.length(); i++) {
            // after a while the pieces are large, or tiny ones would make it take long
            int length = i < 200 ? lengths.get(i % lengths.size()) : 10 * KB;
            pieces.add(bytes.substring(at, Math.min(bytes.length(), at + length)));
            at += length;
        }
        return pieces;
    }

    /** Reads pieces, one a turn; between the turns another connection uses the turn's buffer. */
    private static Outcome read(List<String> pieces) {
        TurnBuffer turn = new TurnBuffer();
        RequestReader reader = new RequestReader(turn);
        RequestReader other = new RequestReader(turn);
        Request request = new Request();
        List<List<String>> requests = new ArrayList<>();
        try {
            for (String piece : pieces) {
                feed(reader, piece);
                while (reader.next(request)) {
                    requests.add(copy(request));
                }
                reader.endTurn();
                useTheTurnBuffer(turn, other);
            }
        } catch (ProtocolException e) {
            return new Outcome(requests, e.getMessage());
        }
        return new Outcome(requests, null);
    }

    private static void useTheTurnBuffer(TurnBuffer turn, RequestReader other) throws ProtocolException {
        turn.clear();
        Arrays.fill(turn.bytes(), (byte) '#');
        Request request = new Request();
        feed(other, "\r\nPONG\r\n*1\r\n$5\r\nhalf ");
        assertThat(other.next(request)).isTrue();
        assertThat(copy(request)).containsExactly("PONG");
        assertThat(other.next(request)).isFalse();
        other.endTurn();
        feed(other, "\r\n");
        assertThat(other.next(request)).isTrue();
        assertThat(copy(request)).containsExactly("half ");
        other.endTurn();
        turn.clear();
    }

    private static void feed(RequestReader reader, String text) throws ProtocolException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        reader.reserve(bytes.length);
        System.arraycopy(bytes, 0, reader.buffer(), reader.limit(), bytes.length);
        reader.arrived(bytes.length);
    }

    private static List<String> copy(Request request) {
        return IntStream.range(0, request.size())
                .mapToObj(i -> new String(request.arg(i).copy(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static String encode(List<String> words) {
        StringBuilder bytes = new StringBuilder("*" + words.size() + "\r\n");
        words.forEach(word -> bytes.append('$')
                .append(word.length())
                .append("\r\n")
                .append(word)
                .append("\r\n"));
        return bytes.toString();
    }

    @Test
    void an_unread_request_is_read_again() throws ProtocolException {
        RequestReader reader = new RequestReader(new TurnBuffer());
        Request request = new Request();
        feed(reader, "\r\nECHO 'a b'\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\nPI");
        for (List<String> expected : words("ECHO|a b", "ECHO|x")) {
            for (int again = 0; again < 3; again++) {
                assertThat(reader.next(request)).isTrue();
                assertThat(copy(request)).isEqualTo(expected);
                reader.unread(request);
                if (again > 0) {
                    reader.endTurn();
                }
            }
            assertThat(reader.next(request)).isTrue();
        }
        assertThat(reader.next(request)).isFalse();
        feed(reader, "NG\r\n");
        assertThat(reader.next(request)).isTrue();
        assertThat(copy(request)).containsExactly("PING");
    }

    @Test
    void what_is_announced_takes_no_memory_before_it_arrives() throws ProtocolException {
        RequestReader reader = new RequestReader(new TurnBuffer());
        Request request = new Request();
        feed(reader, "*1048576\r\n$4\r\nECHO\r\n$536870912\r\n0123456789");
        assertThat(reader.next(request)).isFalse();
        assertThat(reader.ownBytes()).isZero();
        reader.endTurn();
        assertThat(reader.pendingBytes()).isEqualTo(42);
        assertThat(reader.buffer().length).isEqualTo(42);
        assertThat(reader.freeBytes()).isZero();

        String piece = "x".repeat(16 * KB);
        int arrived = 42;
        for (int i = 0; i < 64; i++) {
            feed(reader, piece);
            arrived += piece.length();
            assertThat(reader.next(request)).isFalse();
            reader.endTurn();
            assertThat(reader.pendingBytes()).isEqualTo(arrived);
            assertThat(reader.buffer().length).isLessThanOrEqualTo(2 * arrived + 16 * KB);
        }
    }

    @Test
    void the_buffer_of_a_large_word_ends_with_the_word() throws ProtocolException {
        RequestReader reader = new RequestReader(new TurnBuffer());
        Request request = new Request();
        String header = "*2\r\n$4\r\nECHO\r\n$1000000\r\n";
        String piece = "x".repeat(10_000);
        feed(reader, header);
        for (int i = 0; i < 100; i++) {
            feed(reader, piece);
            assertThat(reader.next(request)).isFalse();
            reader.endTurn();
            assertThat(reader.buffer().length).isLessThanOrEqualTo(header.length() + 1_000_000 + 2);
        }
        feed(reader, "\r\n");
        assertThat(reader.next(request)).isTrue();
        assertThat(request.arg(1).length()).isEqualTo(1_000_000);
        reader.endTurn();
        assertThat(reader.buffer().length).isZero();
    }

    @Test
    void a_reader_without_an_unfinished_request_holds_no_buffer() throws ProtocolException {
        TurnBuffer turn = new TurnBuffer();
        RequestReader reader = new RequestReader(turn);
        Request request = new Request();
        assertThat(reader.buffer().length).isZero();
        feed(reader, "PING\r\n");
        assertThat(reader.buffer()).isSameAs(turn.bytes());
        assertThat(reader.next(request)).isTrue();
        reader.endTurn();
        assertThat(reader.buffer().length).isZero();
        assertThat(reader.pendingBytes()).isZero();
        assertThat(reader.freeBytes()).isZero();

        feed(reader, "PING\r\nPI");
        assertThat(reader.buffer()).isSameAs(turn.bytes());
        assertThat(reader.next(request)).isTrue();
        reader.endTurn();
        assertThat(reader.buffer()).hasSize(2);
        assertThat(reader.ownBytes()).isEqualTo(2);
    }

    @Test
    void requests_not_asked_for_yet_outlive_the_turn() throws ProtocolException {
        RequestReader reader = new RequestReader(new TurnBuffer());
        Request request = new Request();
        feed(reader, "PING\r\n*1\r\n$1\r\na\r\nPONG\r\n");
        assertThat(reader.next(request)).isTrue();
        reader.endTurn();
        assertThat(reader.pendingBytes()).isEqualTo(17);
        assertThat(reader.next(request)).isTrue();
        assertThat(copy(request)).containsExactly("a");
        reader.endTurn();
        assertThat(reader.next(request)).isTrue();
        assertThat(copy(request)).containsExactly("PONG");
    }

    @Test
    void a_line_may_be_64_kb_long_and_no_longer() throws ProtocolException {
        assertLineLimit("", "x", "too big inline request");
        assertLineLimit("*", "1", "too big mbulk count string");
        assertLineLimit("*1\r\n$", "1", "too big bulk count string");
    }

    private static void assertLineLimit(String start, String letter, String error) throws ProtocolException {
        RequestReader reader = new RequestReader(new TurnBuffer());
        Request request = new Request();
        int lineStart = start.lastIndexOf('\n') + 1;
        feed(reader, start + letter.repeat(RequestReader.MAX_LINE_BYTES - (start.length() - lineStart)));
        assertThat(reader.next(request)).isFalse();
        reader.endTurn();
        feed(reader, letter);
        assertThatThrownBy(() -> reader.next(request))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(error);
    }

    @Test
    void a_request_may_be_1_gb_long_and_no_longer() throws ProtocolException {
        assertThat(RequestLimits.MAX_REQUEST_BYTES).isEqualTo(1024 * KB * KB);
        assertThat(RequestLimits.DEFAULT_BULK_BYTES).isEqualTo(512 * KB * KB);
        RequestReader reader = new RequestReader(new TurnBuffer());
        feed(reader, "*2\r\n$4\r\n");
        assertThatThrownBy(() -> reader.reserve(RequestLimits.MAX_REQUEST_BYTES - 7))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("too big request");
        assertThat(reader.ownBytes()).isZero();
    }

    @Test
    void limits_that_are_set_hold_for_every_reader_and_never_pass_1_gb() throws ProtocolException {
        RequestLimits limits = new RequestLimits();
        RequestReader reader = new RequestReader(new TurnBuffer(), limits);
        limits.bulkBytes(3);
        feed(reader, "*2\r\n$3\r\nabc\r\n$4\r\n");
        assertThatThrownBy(() -> reader.next(new Request()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("invalid bulk length");
        limits.bulkBytes(Long.MAX_VALUE);
        limits.requestBytes(Long.MAX_VALUE);
        assertThat(limits.bulkBytes()).isEqualTo(RequestLimits.MAX_REQUEST_BYTES);
        assertThat(limits.requestBytes()).isEqualTo(RequestLimits.MAX_REQUEST_BYTES);
    }

    @Test
    void requests_that_several_readers_of_a_turn_leave_unfinished_are_kept_apart() throws ProtocolException {
        TurnBuffer turn = new TurnBuffer();
        Request request = new Request();
        List<RequestReader> readers =
                List.of(new RequestReader(turn), new RequestReader(turn), new RequestReader(turn));
        for (int i = 0; i < 3; i++) {
            feed(readers.get(i), "*100\r\n" + ("$2\r\n" + i + "x\r\n").repeat(10 + 40 * i));
            assertThat(readers.get(i).next(request)).isFalse();
        }
        readers.forEach(RequestReader::endTurn);
        turn.clear();
        for (int i = 0; i < 3; i++) {
            feed(readers.get(i), ("$3\r\n" + i + "yz\r\n").repeat(90 - 40 * i));
            assertThat(readers.get(i).next(request)).isTrue();
            assertThat(copy(request).subList(0, 10 + 40 * i)).containsOnly(i + "x");
            assertThat(copy(request).subList(10 + 40 * i, 100)).containsOnly(i + "yz");
        }
    }

    @Test
    void many_words_fit_into_a_request() throws ProtocolException {
        List<String> words = IntStream.range(0, 100_000).mapToObj(i -> "w" + i).toList();
        assertThat(read(cut(encode(words), List.of(4000))).requests()).containsExactly(words);
    }
}

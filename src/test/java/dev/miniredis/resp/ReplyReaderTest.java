package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.resp.ReplyValue.Bool;
import dev.miniredis.resp.ReplyValue.Int;
import dev.miniredis.resp.ReplyValue.Items;
import dev.miniredis.resp.ReplyValue.ItemsKind;
import dev.miniredis.resp.ReplyValue.Nil;
import dev.miniredis.resp.ReplyValue.Text;
import dev.miniredis.resp.ReplyValue.TextKind;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyReaderTest {
    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of("+OK\r\n", text(TextKind.SIMPLE, "OK")),
                Arguments.of("+\r\n", text(TextKind.SIMPLE, "")),
                Arguments.of("+a\rb\nc\r\n", text(TextKind.SIMPLE, "a\rb\nc")),
                Arguments.of("-ERR no\r\n", text(TextKind.ERROR, "ERR no")),
                Arguments.of("!6\r\nERR\r\nx\r\n", text(TextKind.ERROR, "ERR\r\nx")),
                Arguments.of(":0\r\n", new Int(0)),
                Arguments.of(":+12\r\n", new Int(12)),
                Arguments.of(":-9223372036854775808\r\n", new Int(Long.MIN_VALUE)),
                Arguments.of("$0\r\n\r\n", text(TextKind.BULK, "")),
                Arguments.of("$8\r\na\r\nb\0\u00ff\r\n\r\n", text(TextKind.BULK, "a\r\nb\0\u00ff\r\n")),
                Arguments.of("$-1\r\n", new Nil()),
                Arguments.of("*-1\r\n", new Nil()),
                Arguments.of("_\r\n", new Nil()),
                Arguments.of("=7\r\ntxt:a b\r\n", text(TextKind.VERBATIM, "a b")),
                Arguments.of("=4\r\nmkd:\r\n", text(TextKind.VERBATIM, "")),
                Arguments.of(",-1.5e10\r\n", text(TextKind.DOUBLE, "-1.5e10")),
                Arguments.of(",inf\r\n", text(TextKind.DOUBLE, "inf")),
                Arguments.of("(-12345678901234567890\r\n", text(TextKind.BIG_NUMBER, "-12345678901234567890")),
                Arguments.of("#t\r\n", new Bool(true)),
                Arguments.of("#f\r\n", new Bool(false)),
                Arguments.of("*0\r\n", items(ItemsKind.ARRAY)),
                Arguments.of("*2\r\n:1\r\n*1\r\n+x\r\n", items(ItemsKind.ARRAY, new Int(1), array("x"))),
                Arguments.of("%1\r\n+k\r\n:1\r\n", items(ItemsKind.MAP, text(TextKind.SIMPLE, "k"), new Int(1))),
                Arguments.of("~1\r\n:1\r\n", items(ItemsKind.SET, new Int(1))),
                Arguments.of(">1\r\n:1\r\n", items(ItemsKind.PUSH, new Int(1))),
                Arguments.of("%-1\r\n", new Nil()),
                Arguments.of("|1\r\n+ttl\r\n:1\r\n:5\r\n", new Int(5)),
                Arguments.of("|0\r\n|-1\r\n:5\r\n", new Int(5)),
                Arguments.of("*1\r\n|1\r\n+k\r\n*1\r\n:1\r\n+x\r\n", array("x")));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void every_type_is_read(String wire, ReplyValue expected) throws Exception {
        ReplyReader reader = new ReplyReader(stream(wire + "+next\r\n"));

        assertThat(reader.read()).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(reader.read()).isEqualTo(text(TextKind.SIMPLE, "next"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void a_reply_may_come_in_pieces_cut_anywhere(String wire, ReplyValue expected) throws Exception {
        for (int cut = 0; cut <= wire.length(); cut++) {
            InputStream pieces = new SequenceInputStream(stream(wire.substring(0, cut)), stream(wire.substring(cut)));
            assertThat(new ReplyReader(pieces).read()).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("replies")
    void an_end_before_the_end_of_a_reply_is_an_error(String wire, ReplyValue expected) {
        assertThat(expected).isNotNull();
        for (int length = 0; length < wire.length(); length++) {
            ReplyReader reader = new ReplyReader(stream(wire.substring(0, length)));
            assertThatThrownBy(reader::read)
                    .as("%d bytes", length)
                    .isInstanceOf(EOFException.class)
                    .hasMessage("Server closed the connection");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    'x',               'got "x" as reply type byte'
                    '\0',              'got "\\x00" as reply type byte'
                    'HTTP/1.1 400 ',   'got "H" as reply type byte'
                    ':1x\r\n',         'Bad integer value'
                    ':\r\n',           'Bad integer value'
                    ':+\r\n',          'Bad integer value'
                    ':01\r\n',         'Bad integer value'
                    ':9223372036854775808\r\n', 'Bad integer value'
                    '$x\r\n',          'Bad bulk string length'
                    '$-2\r\n',         'Bulk string length out of range'
                    '$536870913\r\n',  'Bulk string length out of range'
                    '$?\r\n',          'Bad bulk string length'
                    '$1\r\nab\r\n',    'Bad bulk string terminator'
                    '$1\r\na\rx',      'Bad bulk string terminator'
                    '*x\r\n',          'Bad multi-bulk length'
                    '*-2\r\n',         'Multi-bulk length out of range'
                    '*2147483648\r\n', 'Multi-bulk length out of range'
                    '=3\r\ntxt\r\n',   'Verbatim string 4 bytes of content type are missing or incorrectly encoded.'
                    '=5\r\ntxt-a\r\n', 'Verbatim string 4 bytes of content type are missing or incorrectly encoded.'
                    '#x\r\n',          'Bad bool value'
                    '#tt\r\n',         'Bad bool value'
                    '_x\r\n',          'Bad nil value'
                    ',\r\n',           'Bad double value'
                    ',1 2\r\n',        'Bad double value'
                    '(\r\n',           'Bad bignum value'
                    '(-\r\n',          'Bad bignum value'
                    '(12a\r\n',        'Bad bignum value'
                    """)
    void what_is_not_resp_is_refused(String wire, String problem) {
        ReplyReader reader = new ReplyReader(stream(wire));

        assertThatThrownBy(reader::read).isInstanceOf(ProtocolException.class).hasMessage("Protocol error, " + problem);
    }

    @Test
    void a_line_may_have_64_kilobytes_and_no_more() throws Exception {
        String longest = "x".repeat(ReplyReader.MAX_LINE_BYTES);

        assertThat(new ReplyReader(stream("+" + longest + "\r\n")).read()).isEqualTo(text(TextKind.SIMPLE, longest));
        assertThatThrownBy(() -> new ReplyReader(stream("+x" + longest + "\r\n")).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessage("Protocol error, line longer than 65536 bytes");
    }

    @Test
    void arrays_may_lie_128_deep_in_each_other_and_no_deeper() throws Exception {
        String deepest = "*1\r\n".repeat(ReplyReader.MAX_DEPTH) + ":1\r\n";

        assertThat(new ReplyReader(stream(deepest)).read()).isInstanceOf(Items.class);
        assertThatThrownBy(() -> new ReplyReader(stream("*1\r\n" + deepest)).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessage("Protocol error, No support for nested arrays deeper than 128");
    }

    @Test
    void a_large_bulk_string_is_read_whole() throws Exception {
        String large = "0123456789".repeat(100_000);

        assertThat(new ReplyReader(stream("$1000000\r\n" + large + "\r\n")).read())
                .isEqualTo(text(TextKind.BULK, large));
    }

    /** Were the announced memory taken, each of these would take gigabytes and fail. */
    @Test
    void headers_that_announce_much_take_no_memory() {
        String nested = "*2147483647\r\n".repeat(100);
        String bulks = "*1\r\n".repeat(100) + "$536870912\r\n";

        assertThatThrownBy(() -> new ReplyReader(stream(nested)).read()).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new ReplyReader(stream("%2147483647\r\n")).read())
                .isInstanceOf(EOFException.class);
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> new ReplyReader(stream(bulks)).read()).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void many_items_are_read() throws Exception {
        ReplyValue reply = new ReplyReader(stream("*100000\r\n" + ":7\r\n".repeat(100_000))).read();

        assertThat(reply).isEqualTo(new Items(ItemsKind.ARRAY, Collections.nCopies(100_000, new Int(7))));
    }

    @Test
    void a_failure_of_the_stream_is_passed_on() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Connection reset");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(new ReplyReader(broken)::read)
                .isInstanceOf(IOException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void errors_and_pushes_can_be_told() {
        assertThat(text(TextKind.ERROR, "ERR").isError()).isTrue();
        assertThat(text(TextKind.BULK, "ERR").isError()).isFalse();
        assertThat(items(ItemsKind.PUSH).isPush()).isTrue();
        assertThat(items(ItemsKind.ARRAY).isPush()).isFalse();
    }

    private static ReplyValue text(TextKind kind, String latin1) {
        return new Text(kind, latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ReplyValue items(ItemsKind kind, ReplyValue... values) {
        return new Items(kind, List.of(values));
    }

    private static ReplyValue array(String simple) {
        return items(ItemsKind.ARRAY, text(TextKind.SIMPLE, simple));
    }

    private static InputStream stream(String latin1) {
        return new ByteArrayInputStream(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
}

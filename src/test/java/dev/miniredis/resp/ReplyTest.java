package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {
    private static String written(int protocol, Consumer<Reply> verbs) {
        Reply reply = new Reply().protocol(protocol);
        verbs.accept(reply);
        return text(reply);
    }

    private static String text(Reply reply) {
        return new String(reply.bytes(), 0, reply.size(), StandardCharsets.ISO_8859_1);
    }

    private static void assertBoth(Consumer<Reply> verbs, String bytes) {
        assertForms(verbs, bytes, bytes);
    }

    private static void assertForms(Consumer<Reply> verbs, String resp2, String resp3) {
        assertThat(written(2, verbs)).isEqualTo(resp2);
        assertThat(written(3, verbs)).isEqualTo(resp3);
    }

    @Test
    void writes_lines() {
        assertBoth(Reply::ok, "+OK\r\n");
        assertBoth(Reply::pong, "+PONG\r\n");
        assertBoth(reply -> reply.simple(""), "+\r\n");
        assertBoth(reply -> reply.simple("none"), "+none\r\n");
        assertBoth(reply -> reply.error("ERR no"), "-ERR no\r\n");
        assertBoth(reply -> reply.error("ERR a\r\nb\nc\udcff\u00e9"), "-ERR a  b c\u00ff\u00c3\u00a9\r\n");
    }

    @Test
    void line_ends_around_an_error_are_left_out() {
        assertBoth(reply -> reply.error("\r\n\nERR no\n\r\n"), "-ERR no\r\n");
        assertBoth(reply -> reply.error("\n"), "-\r\n");
    }

    /**
     * A client chooses a part of some error texts: in quadratic time, this one would hold up all clients for minutes.
     */
    @Test
    @Timeout(10)
    void a_long_error_costs_no_more_than_its_bytes() {
        String ends = "\n".repeat(1_000_000);
        assertBoth(reply -> reply.error("ERR '" + ends + "'"), "-ERR '" + " ".repeat(ends.length()) + "'\r\n");
    }

    @Test
    void writes_bulk_strings() {
        assertBoth(reply -> reply.bulk(Slice.of("")), "$0\r\n\r\n");
        assertBoth(reply -> reply.bulk(Slice.of("a\r\nb")), "$4\r\na\r\nb\r\n");
        assertBoth(reply -> reply.bulk("é"), "$2\r\n\u00c3\u00a9\r\n");
        assertBoth(reply -> reply.bulk(new byte[] {1, 2, 3, 4}, 1, 2), "$2\r\n\u0002\u0003\r\n");
        assertBoth(reply -> reply.bulk(new Slice().wrap(new byte[] {1, 2, 3, 4}, 2, 1)), "$1\r\n\u0003\r\n");
    }

    @Test
    void writes_what_differs_between_the_protocols() {
        assertForms(Reply::nil, "$-1\r\n", "_\r\n");
        assertForms(Reply::nilArray, "*-1\r\n", "_\r\n");
        assertForms(reply -> reply.bool(true), ":1\r\n", "#t\r\n");
        assertForms(reply -> reply.bool(false), ":0\r\n", "#f\r\n");
        assertForms(
                reply -> reply.bigNumber("-12345678901234567890"),
                "$21\r\n-12345678901234567890\r\n",
                "(-12345678901234567890\r\n");
        assertThat(written(3, reply -> reply.attribute(1))).isEqualTo("|1\r\n");
        assertThat(written(3, reply -> reply.push(2))).isEqualTo(">2\r\n");
        assertForms(reply -> reply.map(0), "*0\r\n", "%0\r\n");
        assertForms(reply -> reply.map(7), "*14\r\n", "%7\r\n");
        assertForms(reply -> reply.set(3), "*3\r\n", "~3\r\n");
        assertForms(
                reply -> reply.verbatim("a\r\né"), "$5\r\na\r\n\u00c3\u00a9\r\n", "=9\r\ntxt:a\r\n\u00c3\u00a9\r\n");
        assertForms(reply -> reply.verbatim(""), "$0\r\n\r\n", "=4\r\ntxt:\r\n");
        assertBoth(reply -> reply.array(2), "*2\r\n");
        assertForms(reply -> reply.map(Integer.MAX_VALUE), "*4294967294\r\n", "%2147483647\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                9,
                10,
                11,
                99,
                100,
                -1,
                -9,
                -10,
                -99,
                -100,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L
            })
    void writes_integers_with_all_their_digits(long value) {
        assertBoth(reply -> reply.integer(value), ":" + value + "\r\n");
    }

    @Property
    void writes_any_integer(@ForAll long value) {
        assertBoth(reply -> reply.integer(value), ":" + value + "\r\n");
        byte[] digits = new byte[Decimal.MAX_BYTES + 2];
        int end = Decimal.put(digits, 1, value);
        assertThat(new String(digits, 1, end - 1, StandardCharsets.US_ASCII)).isEqualTo(Long.toString(value));
        assertThat(digits[0]).isZero();
        assertThat(digits[end]).isZero();
    }

    @Test
    void the_protocol_can_change_between_replies() {
        Reply reply = new Reply();
        assertThat(reply.isResp3()).isFalse();
        reply.nil();
        assertThat(reply.protocol(3).isResp3()).isTrue();
        reply.nil();
        reply.protocol(2).nil();
        assertThat(text(reply)).isEqualTo("$-1\r\n_\r\n$-1\r\n");
    }

    @Test
    void a_reply_is_taken_back_to_its_mark() {
        Reply reply = new Reply();
        reply.ok();
        int mark = reply.mark();
        reply.array(3);
        reply.bulk("x".repeat(100_000));
        reply.rewind(mark);
        reply.error("ERR no");
        assertThat(text(reply)).isEqualTo("+OK\r\n-ERR no\r\n");
        reply.rewind(mark);
        assertThat(text(reply)).isEqualTo("+OK\r\n");
        reply.clear();
        assertThat(reply.size()).isZero();
    }

    @Property(tries = 200)
    void an_array_gets_its_header_when_its_count_is_known(@ForAll("elements") int elements) {
        Reply reply = new Reply();
        reply.ok();
        int mark = reply.mark();
        StringBuilder expected = new StringBuilder("+OK\r\n*" + elements + "\r\n");
        for (int i = 0; i < elements; i++) {
            reply.bulk("element " + i);
            expected.append('$')
                    .append(("element " + i).length())
                    .append("\r\nelement ")
                    .append(i)
                    .append("\r\n");
        }
        reply.arrayFrom(mark, elements);
        reply.pong();
        assertThat(text(reply)).isEqualTo(expected + "+PONG\r\n");
    }

    @Provide
    Arbitrary<Integer> elements() {
        return Arbitraries.integers().between(0, 2000);
    }

    @Test
    void grows_with_what_is_written_and_shrinks_when_cleared() {
        Reply reply = new Reply();
        int small = reply.bytes().length;
        String piece = "x".repeat(10_000);
        for (int i = 0; i < 500; i++) {
            reply.bulk(piece);
        }
        assertThat(text(reply)).isEqualTo(("$10000\r\n" + piece + "\r\n").repeat(500));
        assertThat(reply.bytes().length).isGreaterThan(5_000_000);
        reply.clear();
        assertThat(reply.bytes().length).isEqualTo(small);

        reply.bulk("x".repeat(500_000));
        int middling = reply.bytes().length;
        reply.clear();
        assertThat(reply.bytes().length)
                .as("a buffer that is not too large is kept")
                .isEqualTo(middling);
    }
}

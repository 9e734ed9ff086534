package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Items;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyPrinterTest {
    private final ReplyPrinter forPeople = new ReplyPrinter(false);
    private final ReplyPrinter raw = new ReplyPrinter(true);

    static List<RecordedReply> replies() {
        return RecordedReply.all();
    }

    @ParameterizedTest
    @MethodSource("replies")
    void a_reply_is_printed_as_redis_cli_prints_it(RecordedReply recorded) throws Exception {
        ReplyValue reply = reply(recorded.wire());

        assertThat(text(forPeople.print(reply, false))).isEqualTo(recorded.forPeople());
        assertThat(text(raw.print(reply, false))).isEqualTo(recorded.raw());
        assertThat(text(forPeople.print(reply, true))).isEqualTo(recorded.verbatim());
    }

    @Test
    void a_big_number_on_which_redis_cli_gives_up_is_printed() throws Exception {
        ReplyValue reply = reply("(-3492890328409238509324850943850943825024385\r\n");

        assertThat(text(forPeople.print(reply, false)))
                .isEqualTo("(big number) -3492890328409238509324850943850943825024385\n");
        assertThat(text(raw.print(reply, false))).isEqualTo("-3492890328409238509324850943850943825024385\n");
    }

    @Test
    void an_error_sent_in_bulk_is_an_error() throws Exception {
        assertThat(text(forPeople.print(reply("!9\r\nERR a\r\nb!\r\n"), false))).isEqualTo("(error) ERR a\r\nb!\n");
    }

    @Test
    void an_invalidation_is_told_in_one_line() throws Exception {
        Items push = (Items) reply(">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n");

        assertThat(text(forPeople.printPush(push))).isEqualTo("-> invalidate: 'a', 'b'\n");
        assertThat(text(raw.printPush(push))).isEqualTo("invalidate\na\nb\n");
    }

    @Test
    void other_pushes_look_like_arrays() throws Exception {
        Items push = (Items) reply(">2\r\n$10\r\ninvalidate\r\n_\r\n");

        assertThat(text(forPeople.printPush(push))).isEqualTo("1) \"invalidate\"\n2) (nil)\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INFO",
                "info server",
                "LOLWUT VERSION 5",
                "CLIENT LIST",
                "client list TYPE normal",
                "CLIENT INFO",
                "MEMORY DOCTOR",
                "memory malloc-stats",
                "CLUSTER NODES",
                "cluster info",
                "LATENCY DOCTOR",
                "latency graph command",
                "DEBUG HTSTATS 0",
                "debug htstats-key k",
                "DEBUG client-eviction"
            })
    void texts_for_people_are_printed_as_they_are(String command) throws Exception {
        assertThat(ReplyPrinter.isVerbatim(words(command))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET info",
                "CLIENT",
                "CLIENT ID",
                "CLUSTER NODES extra",
                "LATENCY GRAPH",
                "MEMORY USAGE k",
                "COMMAND INFO"
            })
    void other_replies_are_not(String command) throws Exception {
        assertThat(ReplyPrinter.isVerbatim(words(command))).isFalse();
    }

    private static CommandWords words(String line) throws Exception {
        return CommandWords.split(line.getBytes(StandardCharsets.UTF_8));
    }

    private static ReplyValue reply(String wire) throws Exception {
        return new ReplyReader(new ByteArrayInputStream(wire.getBytes(StandardCharsets.ISO_8859_1))).read();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

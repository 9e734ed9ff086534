package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandHintsTest {
    /** As redis-server 7.0 describes them. */
    private static final String DOCS = array(
            bulk("get"),
            array(
                    bulk("summary"),
                    bulk("Get the value of a key"),
                    bulk("since"),
                    bulk("1.0.0"),
                    bulk("group"),
                    bulk("string"),
                    bulk("arguments"),
                    array(argument("key", "key"))),
            bulk("set"),
            array(
                    bulk("summary"),
                    bulk("Set the string value of a key"),
                    bulk("arguments"),
                    array(
                            argument("key", "key"),
                            argument("value", "string"),
                            choice(
                                    "expiration",
                                    array(
                                            bulk("name"),
                                            bulk("s"),
                                            bulk("type"),
                                            bulk("integer"),
                                            bulk("token"),
                                            bulk("EX")),
                                    token("keepttl", "KEEPTTL")))),
            bulk("del"),
            array(
                    bulk("arguments"),
                    array(array(
                            bulk("name"),
                            bulk("key"),
                            bulk("type"),
                            bulk("key"),
                            bulk("flags"),
                            array("+multiple\r\n")))),
            bulk("sort"),
            array(
                    bulk("arguments"),
                    array(
                            argument("key", "key"),
                            array(
                                    bulk("name"),
                                    bulk("get"),
                                    bulk("type"),
                                    bulk("string"),
                                    bulk("token"),
                                    bulk("GET"),
                                    bulk("flags"),
                                    array("+optional\r\n", "+multiple\r\n", "+multiple_token\r\n")))),
            bulk("config"),
            array(
                    bulk("summary"),
                    bulk("A container"),
                    bulk("subcommands"),
                    array(bulk("config|get"), array(bulk("arguments"), array(argument("parameter", "string"))))),
            bulk("strange"),
            ":1\r\n");

    private FakeServer server;
    private CommandHints hints;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(words -> words.equals(List.of("COMMAND", "DOCS")) ? DOCS : "-ERR\r\n");
        hints = hints(server.address());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void names_of_commands_and_subcommands_are_offered() {
        assertThat(hints.names("")).containsExactly("config", "del", "get", "set", "sort", "strange");
        assertThat(hints.names("CONFIG")).containsExactly("get");
        assertThat(hints.names("nope")).isEmpty();
    }

    @Test
    void the_server_is_asked_once() {
        assertThat(server.requests()).isEmpty();

        hints.names("");
        hints.names("config");
        hints.hint("GET");

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_typed_command_is_followed_by_what_is_missing() {
        hints.names("");

        assertThat(hints.hint("GET")).isEqualTo(" key");
        assertThat(hints.hint("get ")).isEqualTo("key");
        assertThat(hints.hint("get k")).isEmpty();
        assertThat(hints.hint("SET")).isEqualTo(" key value [EX s|KEEPTTL]");
        assertThat(hints.hint("SET k")).isEqualTo(" value [EX s|KEEPTTL]");
        assertThat(hints.hint("SET k v ")).isEqualTo("[EX s|KEEPTTL]");
        assertThat(hints.hint("SET k v EX 10 ")).isEqualTo("[EX s|KEEPTTL]");
        assertThat(hints.hint("DEL ")).isEqualTo("key [key ...]");
        assertThat(hints.hint("SORT l")).isEqualTo(" [GET get [GET get ...]]");
        assertThat(hints.hint("config get")).isEqualTo(" parameter");
    }

    @Test
    void nothing_follows_what_is_unknown_or_unfinished() {
        hints.names("");

        assertThat(hints.hint("")).isEmpty();
        assertThat(hints.hint("   ")).isEmpty();
        assertThat(hints.hint("G")).isEmpty();
        assertThat(hints.hint("NOPE x")).isEmpty();
        assertThat(hints.hint("CONFIG nope")).isEmpty();
    }

    @Test
    void hints_come_when_the_answer_is_there() {
        assertThat(hints.hint("GET")).isEmpty();
        await().untilAsserted(() -> assertThat(hints.hint("GET")).isEqualTo(" key"));
    }

    @Test
    void help_tells_what_the_server_knows() {
        assertThat(hints.help("get")).isEqualTo("""

                  GET key
                  summary: Get the value of a key
                  since: 1.0.0
                  group: string

                """);
        assertThat(hints.help("config")).contains("CONFIG\n", "CONFIG GET parameter\n");
        assertThat(hints.help("nope")).isEmpty();
    }

    @Test
    void a_server_without_descriptions_costs_the_hints_only() throws Exception {
        try (FakeServer old = new FakeServer(words -> "-ERR unknown subcommand\r\n")) {
            CommandHints none = hints(old.address());

            assertThat(none.names("")).isEmpty();
            assertThat(none.hint("GET")).isEmpty();
            assertThat(none.help("get")).isEmpty();
            assertThat(old.requests()).hasSize(1);
        }
    }

    @Test
    void no_server_costs_the_hints_only() throws Exception {
        ServerAddress nowhere = server.address();
        server.close();

        assertThat(hints(nowhere).names("")).isEmpty();
    }

    private static CommandHints hints(ServerAddress address) {
        PrintStream nothing = new PrintStream(new ByteArrayOutputStream());
        return new CommandHints(
                new ClientSession(Destination.of(address), false, new ReplyPrinter(false), false, nothing, nothing));
    }

    private static String argument(String name, String type) {
        return array(bulk("name"), bulk(name), bulk("type"), bulk(type));
    }

    private static String token(String name, String token) {
        return array(bulk("name"), bulk(name), bulk("type"), bulk("pure-token"), bulk("token"), bulk(token));
    }

    private static String choice(String name, String... arguments) {
        return array(
                bulk("name"),
                bulk(name),
                bulk("type"),
                bulk("oneof"),
                bulk("flags"),
                array("+optional\r\n"),
                bulk("arguments"),
                array(arguments));
    }

    private static String array(String... items) {
        return "*" + items.length + "\r\n" + String.join("", items);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}

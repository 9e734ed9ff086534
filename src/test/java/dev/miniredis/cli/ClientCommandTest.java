package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code client} without a terminal: one command, or lines from a pipe. Output here is raw, as it is no terminal. */
class ClientCommandTest {
    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
            "PING", "+PONG\r\n",
            "GET", "$8\r\nJohn Doe\r\n",
            "SET", "+OK\r\n",
            "SELECT", "+OK\r\n",
            "MULTI", "+OK\r\n",
            "WATCH", "+OK\r\n",
            "HELLO", "%1\r\n+proto\r\n:3\r\n",
            "DEL", ":1\r\n",
            "NOPE", "-ERR unknown command\r\n",
            "INFO", "$10\r\n# Server\r\n\r\n"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer(words -> answers.get(words.getFirst()));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void a_command_is_run_and_its_reply_printed() {
        assertThat(client("GET", "user:1")).isZero();

        assertThat(out()).isEqualTo("John Doe\n");
        assertThat(err()).isEmpty();
        assertThat(server.requests()).containsExactly(List.of("GET", "user:1"));
    }

    @Test
    void replies_can_be_printed_for_people() {
        assertThat(client("--no-raw", "GET", "user:1")).isZero();
        assertThat(client("--no-raw", "DEL", "user:1")).isZero();
        assertThat(client("--raw", "DEL", "user:1")).isZero();

        assertThat(out()).isEqualTo("\"John Doe\"\n(integer) 1\n1\n");
    }

    @Test
    void an_error_reply_is_printed_and_ends_with_1() {
        assertThat(client("--no-raw", "NOPE")).isEqualTo(1);

        assertThat(out()).isEqualTo("(error) ERR unknown command\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void from_the_command_s_name_on_nothing_is_an_option() {
        assertThat(client("SET", "-1", "--raw", "--", "--help", "@file", "", "\"quoted\""))
                .isZero();

        assertThat(server.requests())
                .containsExactly(List.of("SET", "-1", "--raw", "--", "--help", "@file", "", "\"quoted\""));
    }

    @Test
    void an_argument_is_sent_as_utf_8() {
        client("SET", "k", "h\u00e9");

        assertThat(server.requests().getFirst().get(2)).isEqualTo("h\u00c3\u00a9");
    }

    @Test
    void the_last_argument_can_come_from_input() {
        client("a\0b\r\n\u00ff", "-x", "SET", "k");

        assertThat(server.requests()).containsExactly(List.of("SET", "k", "a\0b\r\n\u00ff"));
    }

    @Test
    void an_argument_from_input_needs_a_command() {
        assertThat(client("-x")).isEqualTo(2);

        assertThat(err()).startsWith("-x adds an argument to a command, and there is none");
    }

    @Test
    void a_line_without_end_is_given_up() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                Arrays.fill(target, offset, offset + length, (byte) 'x');
                return length;
            }
        };

        assertThat(new CommandLine(new ClientCommand(endless, print(out), print(err))).execute())
                .isEqualTo(1);

        assertThat(err()).isEqualTo("Error: a line of the input is longer than 67108864 bytes\n");
    }

    @Test
    void a_text_for_people_is_printed_as_it_is() {
        client("--no-raw", "INFO");

        assertThat(out()).isEqualTo("# Server\r\n");
    }

    @Test
    void resp3_is_asked_for() {
        answers.put("GET", "%1\r\n+a\r\n,1.5\r\n");

        assertThat(client("-3", "--no-raw", "GET", "x")).isZero();

        assertThat(server.requests()).containsExactly(List.of("HELLO", "3"), List.of("GET", "x"));
        assertThat(out()).isEqualTo("1# a => (double) 1.5\n");
    }

    @Test
    void a_server_that_cannot_speak_resp3_is_told_about() {
        answers.put("HELLO", "-NOPROTO unsupported protocol version\r\n");

        assertThat(client("-3", "PING")).isEqualTo(1);

        assertThat(err()).isEqualTo("HELLO 3 failed: NOPROTO unsupported protocol version\n");
    }

    @Test
    void no_server_is_told_and_ends_with_1() throws IOException {
        server.close();

        assertThat(client("PING")).isEqualTo(1);

        assertThat(out()).isEmpty();
        assertThat(err())
                .isEqualTo("Could not connect to Mini Redis at 127.0.0.1:" + server.port() + ": Connection refused\n");
    }

    @Test
    void an_unknown_host_is_told() {
        String[] arguments = {"--server", "host.invalid:7", "PING"};

        assertThat(commandLine("").execute(arguments)).isEqualTo(1);

        assertThat(err()).isEqualTo("Could not connect to Mini Redis at host.invalid:7: Name or service not known\n");
    }

    @Test
    void a_server_that_goes_away_instead_of_answering_is_told_and_not_asked_again() {
        answers.remove("GET");

        assertThat(client("GET", "k")).isEqualTo(1);

        assertThat(err()).isEqualTo("Error: Server closed the connection\n");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_server_of_another_kind_is_told() {
        answers.put("GET", "HTTP/1.1 400 Bad Request\r\n");

        assertThat(client("GET", "k")).isEqualTo(1);

        assertThat(err()).isEqualTo("Error: Protocol error, got \"H\" as reply type byte\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope:x", "::1", "host:0"})
    void a_bad_address_is_a_mistake_on_the_command_line(String address) {
        assertThat(commandLine("").execute("--server", address, "PING")).isEqualTo(2);

        assertThat(err()).startsWith("Invalid value for option '--server': '" + address + "' is not");
    }

    @Test
    void an_unknown_option_is_a_mistake_on_the_command_line() {
        assertThat(client("--bogus", "PING")).isEqualTo(2);

        assertThat(err()).startsWith("Unknown option: '--bogus'");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void lines_of_a_pipe_are_commands() {
        int exitCode = client("SET user:1 \"John Doe\"\n\n  \nGET user:1\nDEL user:1", "--no-raw");

        assertThat(exitCode).isZero();
        assertThat(out()).isEqualTo("OK\n\"John Doe\"\n(integer) 1\n");
        assertThat(server.requests().getFirst()).containsExactly("SET", "user:1", "John Doe");
    }

    @Test
    void lines_may_hold_any_bytes() {
        client("SET k \u00ff\u0080 \"\\xfe\"\r\n");

        assertThat(server.requests()).containsExactly(List.of("SET", "k", "\u00ff\u0080", "\u00fe"));
    }

    @Test
    void lines_after_an_error_are_carried_out() {
        assertThat(client("NOPE\nGET \"k\n0 PING\nconnect host nowhere\nPING\n"))
                .isZero();

        assertThat(out()).isEqualTo("""
                        ERR unknown command

                        Invalid argument(s)
                        Invalid repeat count: the number before a command must be at least 1
                        Invalid port 'nowhere'
                        PONG
                        """);
    }

    @Test
    void quit_ends_the_lines() {
        assertThat(client("PING\nQuit\nPING\n")).isZero();

        assertThat(out()).isEqualTo("PONG\nGoodbye!\n");
    }

    @Test
    void a_number_repeats_a_line() {
        client("3 PING\n");

        assertThat(out()).isEqualTo("PONG\nPONG\nPONG\n");
    }

    @Test
    void lines_without_a_server_end_with_1() throws IOException {
        server.close();

        assertThat(client("PING\nPING\n")).isEqualTo(1);

        assertThat(err().lines()).hasSize(2);
    }

    @Test
    void connect_goes_to_another_server() throws IOException {
        try (FakeServer other = new FakeServer(words -> "+other\r\n")) {
            client("PING\nconnect 127.0.0.1 " + other.port() + "\nPING\n");

            assertThat(out()).isEqualTo("PONG\nother\n");
        }
    }

    @Test
    void help_needs_no_server() throws IOException {
        server.close();

        assertThat(client("help")).isZero();

        assertThat(out()).contains("quit, exit or Ctrl-D");
    }

    @Test
    void a_closed_connection_is_replaced_before_a_command_is_sent() throws Exception {
        try (ClientSession session = session()) {
            run(session, "SELECT 3");
            assertThat(session.prompt()).isEqualTo("mini-redis[3]> ");
            server.dropConnections();

            assertThat(run(session, "GET k")).isEqualTo(ClientSession.Outcome.REPLIED);

            assertThat(session.prompt()).isEqualTo("mini-redis[3]> ");
            assertThat(server.requests())
                    .containsExactly(List.of("SELECT", "3"), List.of("SELECT", "3"), List.of("GET", "k"));
            assertThat(err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MULTI", "WATCH k"})
    void what_belongs_to_a_lost_transaction_is_not_sent_outside_of_it(String start) throws Exception {
        try (ClientSession session = session()) {
            run(session, start);
            server.dropConnections();

            assertThat(run(session, "SET k v")).isEqualTo(ClientSession.Outcome.NO_SERVER);

            assertThat(session.prompt()).isEqualTo("not connected> ");
            assertThat(err()).isEqualTo("Error: Server closed the connection\n");
            assertThat(run(session, "GET k")).isEqualTo(ClientSession.Outcome.REPLIED);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void the_session_survives_a_restart_of_the_server() throws Exception {
        try (ClientSession session = session()) {
            run(session, "PING");
            server.close();

            assertThat(run(session, "PING")).isEqualTo(ClientSession.Outcome.NO_SERVER);
            assertThat(session.prompt()).isEqualTo("not connected> ");
            try (FakeServer restarted = new FakeServer(server.port(), words -> "+back\r\n")) {
                assertThat(run(session, "PING")).isEqualTo(ClientSession.Outcome.REPLIED);
                assertThat(restarted.requests()).hasSize(1);
            }
            assertThat(session.prompt()).isEqualTo("mini-redis> ");
            assertThat(out()).isEqualTo("PONG\nback\n");
        }
    }

    @Test
    void the_prompt_tells_the_transaction() throws Exception {
        answers.put("DISCARD", "+OK\r\n");
        answers.put("EXEC", "*-1\r\n");
        answers.put("RESET", "+RESET\r\n");
        try (ClientSession session = session()) {
            assertThat(session.prompt()).isEqualTo("not connected> ");
            List<String> prompts = new ArrayList<>();
            for (String line :
                    List.of("PING", "MULTI", "DISCARD", "SELECT 2", "MULTI", "SELECT 4", "EXEC", "NOPE", "RESET")) {
                run(session, line);
                prompts.add(session.prompt());
            }
            assertThat(prompts)
                    .containsExactly(
                            "mini-redis> ",
                            "mini-redis(TX)> ",
                            "mini-redis> ",
                            "mini-redis[2]> ",
                            "mini-redis[2](TX)> ",
                            "mini-redis[4](TX)> ",
                            "mini-redis[2]> ",
                            "mini-redis[2]> ",
                            "mini-redis> ");
        }
    }

    @Test
    void messages_are_printed_until_interrupted() throws Exception {
        String confirmed = "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n";
        answers.put("SUBSCRIBE", confirmed + "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n");
        try (ClientSession session = session()) {
            Thread user = Thread.ofPlatform().start(() -> {
                await().until(() -> out().contains("message"));
                session.interrupt();
            });

            run(session, "SUBSCRIBE ch");
            user.join();

            assertThat(out()).isEqualTo("subscribe\nch\n1\nmessage\nch\nhi\n\n");
            assertThat(err()).isEmpty();
            assertThat(session.prompt()).isEqualTo("mini-redis> ");
            assertThat(run(session, "PING")).isEqualTo(ClientSession.Outcome.REPLIED);
        }
    }

    @Test
    void a_refused_subscription_is_over() throws Exception {
        answers.put("SUBSCRIBE", "-NOPERM no\r\n");
        try (ClientSession session = session()) {
            assertThat(run(session, "SUBSCRIBE ch")).isEqualTo(ClientSession.Outcome.ERROR_REPLY);
        }
    }

    @Test
    void each_channel_s_end_is_confirmed() throws Exception {
        answers.put("UNSUBSCRIBE", "*1\r\n:1\r\n>1\r\n:2\r\n");
        try (ClientSession session = session()) {
            run(session, "UNSUBSCRIBE a b");
            run(session, "PING");

            assertThat(out()).isEqualTo("1\n2\nPONG\n");
        }
    }

    @Test
    void monitor_prints_until_the_connection_ends() throws Exception {
        answers.put("MONITOR", "+OK\r\n+1.2 [0 127.0.0.1:1] \"PING\"\r\n");
        try (ClientSession session = session()) {
            Thread user = Thread.ofPlatform().start(() -> {
                await().until(() -> out().contains("PING"));
                session.interrupt();
            });

            run(session, "MONITOR");
            user.join();

            assertThat(out()).isEqualTo("OK\n1.2 [0 127.0.0.1:1] \"PING\"\n\n");
        }
    }

    @Test
    void what_the_server_says_unasked_is_shown_at_a_terminal_only() throws Exception {
        answers.put("GET", ">2\r\n+invalidate\r\n*1\r\n+k\r\n+v\r\n");
        ReplyPrinter forPeople = new ReplyPrinter(false);
        try (ClientSession quiet = new ClientSession(
                        Destination.of(server.address()), false, forPeople, false, print(out), print(err));
                ClientSession shown = new ClientSession(
                        Destination.of(server.address()), false, forPeople, true, print(out), print(err))) {
            run(quiet, "GET k");
            run(shown, "GET k");
        }
        assertThat(out()).isEqualTo("v\n-> invalidate: 'k'\nv\n");
    }

    @Test
    void shutdown_needs_no_reply() throws Exception {
        try (ClientSession session = session()) {
            assertThat(run(session, "SHUTDOWN")).isEqualTo(ClientSession.Outcome.REPLIED);

            assertThat(err()).isEmpty();
            assertThat(session.prompt()).isEqualTo("not connected> ");
        }
    }

    @Test
    void a_reader_of_the_output_that_has_seen_enough_ends_the_client() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int next) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PrintStream full = new PrintStream(closed, true, StandardCharsets.UTF_8);
        try (ClientSession session = new ClientSession(
                Destination.of(server.address()), false, new ReplyPrinter(true), false, full, print(err))) {
            session.run(new CommandWords(List.of("PING".getBytes(StandardCharsets.US_ASCII))), 1000);
        }
        assertThat(server.requests()).hasSize(1);
    }

    private ClientSession session() {
        return new ClientSession(
                Destination.of(server.address()), false, new ReplyPrinter(true), false, print(out), print(err));
    }

    private static ClientSession.Outcome run(ClientSession session, String line) throws Exception {
        return session.run(CommandWords.split(line.getBytes(StandardCharsets.UTF_8)), 1);
    }

    /** Runs the client with arguments, or, if the first is a text of lines, with that as its input. */
    private int client(String... arguments) {
        boolean hasInput = arguments[0].contains("\n") || arguments[0].contains("\0");
        List<String> all = new ArrayList<>(List.of("--server", "127.0.0.1:" + server.port()));
        all.addAll(Arrays.asList(arguments).subList(hasInput ? 1 : 0, arguments.length));
        return commandLine(hasInput ? arguments[0] : "").execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine(String input) {
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1));
        return new CommandLine(new ClientCommand(in, print(out), print(err)))
                .setExpandAtFiles(false)
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}

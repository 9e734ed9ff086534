package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** As whom the client comes and to which database; {@code TlsIT} has it come through TLS. */
class ClientLoginTest {
    private static final String WARNING =
            "Warning: Using a password with '-a' or '-u' option on the command line" + " interface may not be safe.\n";
    private static final List<String> PING = List.of("PING");

    @TempDir
    private Path folder;

    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
            "AUTH", "+OK\r\n",
            "SELECT", "+OK\r\n",
            "PING", "+PONG\r\n",
            "HELLO", "%1\r\n+proto\r\n:3\r\n"));

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
    void host_and_port_have_options_of_their_own() {
        assertThat(execute("", "-h", "127.0.0.1", "-p", port(), "PING")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("PONG\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void a_password_is_sent_first_and_warned_about() {
        assertThat(client("-a", "secret", "PING")).isZero();
        assertThat(client("--user", "ann", "--pass", "s t", "--no-auth-warning", "PING"))
                .isZero();

        assertThat(server.requests())
                .containsExactly(List.of("AUTH", "secret"), PING, List.of("AUTH", "ann", "s t"), PING);
        assertThat(err()).isEqualTo(WARNING);
    }

    @Test
    void a_user_without_a_password_does_not_log_in() {
        assertThat(client("--user", "ann", "PING")).isZero();

        assertThat(server.requests()).containsExactly(PING);
    }

    @Test
    void a_password_can_come_from_the_input() {
        assertThat(execute("sécret\nPING\n", "-p", port(), "--askpass")).isZero();

        assertThat(server.requests())
                .containsExactly(
                        List.of(
                                "AUTH",
                                new String("sécret".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)),
                        PING);
        assertThat(err()).isEmpty();
    }

    @Test
    void a_password_can_come_from_a_file() throws IOException {
        String file = Files.writeString(folder.resolve("password"), "s\u00e9cret\r\nnot this\n")
                .toString();
        assertThat(client("--pass-file", file, "PING")).isZero();
        assertThat(client("--pass-file", file, "--user", "ann", "PING")).isZero();
        assertThat(client("--pass-file", file, "-a", "better", "--no-auth-warning", "PING"))
                .isZero();

        String bytes = new String("s\u00e9cret".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(server.requests())
                .containsExactly(
                        List.of("AUTH", bytes),
                        PING,
                        List.of("AUTH", "ann", bytes),
                        PING,
                        List.of("AUTH", "better"),
                        PING);
        assertThat(err()).isEmpty();
    }

    @Test
    void a_file_without_a_password_is_told_and_nothing_is_sent() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\nsecret\n");
        assertThat(client("--pass-file", empty.toString(), "PING")).isEqualTo(1);
        assertThat(client("--pass-file", "/nowhere/password", "PING")).isEqualTo(1);

        assertThat(err())
                .isEqualTo("Error: The first line of " + empty + ", where the password should be, is empty\n"
                        + "Error: Cannot read the password: /nowhere/password: No such file or directory\n");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void the_environment_has_the_password_or_names_its_file() throws IOException {
        String file = Files.writeString(folder.resolve("password"), "kept\n").toString();

        assertThat(password(Map.of())).isNull();
        assertThat(password(Map.of("REDISCLI_AUTH", "", "REDISCLI_AUTH_FILE", "")))
                .isNull();
        assertThat(password(Map.of("REDISCLI_AUTH_FILE", file))).isEqualTo("kept");
        assertThat(password(Map.of("REDISCLI_AUTH", "said", "REDISCLI_AUTH_FILE", file)))
                .isEqualTo("said");
    }

    private static String password(Map<String, String> environment) throws IOException {
        Login login = DestinationOptions.fromEnvironment(null, environment);
        return login == null ? null : new String(login.password(), StandardCharsets.UTF_8);
    }

    @Test
    void a_uri_says_all_of_it_and_options_say_it_better() {
        String uri = "redis://ann:secret@127.0.0.1:" + port() + "/7";
        assertThat(execute("", "-u", uri, "PING")).isZero();
        assertThat(execute("", "-u", uri, "--user", "bob", "-n", "8", "PING")).isZero();
        assertThat(execute("", "-u", uri, "-a", "other", "-n", "0", "PING")).isZero();

        assertThat(server.requests())
                .containsExactly(
                        List.of("AUTH", "ann", "secret"),
                        List.of("SELECT", "7"),
                        PING,
                        List.of("AUTH", "bob", "secret"),
                        List.of("SELECT", "8"),
                        PING,
                        List.of("AUTH", "other"),
                        PING);
        assertThat(err()).isEqualTo(WARNING.repeat(3));
    }

    @Test
    void a_refused_password_or_database_is_told_and_the_command_is_sent_all_the_same() {
        answers.put("AUTH", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        answers.put("SELECT", "-ERR DB index is out of range\r\n");

        assertThat(client("-a", "wrong", "-n", "99", "--no-auth-warning", "PING"))
                .isZero();

        assertThat(err()).isEqualTo("""
                AUTH failed: WRONGPASS invalid username-password pair or user is disabled.
                SELECT 99 failed: ERR DB index is out of range
                """);
        assertThat(server.requests()).containsExactly(List.of("AUTH", "wrong"), List.of("SELECT", "99"), PING);
    }

    @Test
    void a_mistaken_uri_is_a_mistake_on_the_command_line_and_its_password_is_not_shown() {
        assertThat(execute("", "-u", "http://:secret@host", "PING")).isEqualTo(2);

        assertThat(err()).contains("Invalid URI scheme").doesNotContain("secret");
    }

    @Test
    void a_certificate_that_cannot_be_read_is_told() {
        assertThat(client("--tls", "--cacert", "/nowhere/ca.crt", "PING")).isEqualTo(1);

        assertThat(err())
                .isEqualTo("Error: Cannot read the CA certificate file /nowhere/ca.crt: No such file or directory\n");
    }

    @Test
    void a_key_and_its_certificate_need_each_other() {
        assertThat(client("--tls", "--cert", "/nowhere/client.crt", "PING")).isEqualTo(2);
        assertThat(client("--tls", "--key", "/nowhere/client.key", "PING")).isEqualTo(2);

        assertThat(err()).contains("--cert and --key need each other");
    }

    @Test
    void who_has_logged_in_is_logged_in_on_the_next_connection_too() throws Exception {
        Destination destination = new Destination(server.address(), null, new Login(null, ascii("first")), 0);
        try (ClientSession session =
                new ClientSession(destination, true, new ReplyPrinter(true), false, print(out), print(err))) {
            run(session, "PING");
            run(session, "AUTH ann second");
            server.dropConnections();
            run(session, "PING");
            run(session, "HELLO 3 SETNAME x AUTH bob third");
            server.dropConnections();
            run(session, "PING");
            run(session, "AUTH fourth");
            server.dropConnections();
            run(session, "PING");
        }
        assertThat(server.requests())
                .filteredOn(words -> words.getFirst().equals("AUTH"))
                .containsExactly(
                        List.of("AUTH", "first"),
                        List.of("AUTH", "ann", "second"),
                        List.of("AUTH", "ann", "second"),
                        List.of("AUTH", "bob", "third"),
                        List.of("AUTH", "fourth"),
                        List.of("AUTH", "fourth"));
        assertThat(err()).isEmpty();
    }

    private static void run(ClientSession session, String line) throws Exception {
        session.run(CommandWords.split(ascii(line)), 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private String port() {
        return Integer.toString(server.port());
    }

    private int client(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--server", "127.0.0.1:" + port()));
        all.addAll(List.of(arguments));
        return execute("", all.toArray(String[]::new));
    }

    private int execute(String input, String... arguments) {
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new CommandLine(new ClientCommand(in, print(out), print(err)))
                .setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}

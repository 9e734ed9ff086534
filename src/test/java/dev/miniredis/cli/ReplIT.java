package dev.miniredis.cli;

import static dev.miniredis.cli.PseudoTerminal.ARROW_UP;
import static dev.miniredis.cli.PseudoTerminal.CTRL_C;
import static dev.miniredis.cli.PseudoTerminal.CTRL_D;
import static dev.miniredis.cli.PseudoTerminal.TAB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged client as a person meets it, at a terminal, with the packaged server. */
class ReplIT {
    @TempDir
    private Path folder;

    private int port;
    private ServerProcess server;

    @BeforeAll
    static void needs_pseudo_terminals() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script of util-linux");
        Assumptions.assumeTrue(Path.of("/proc/self").toFile().exists(), "options of script differ outside of Linux");
    }

    @BeforeEach
    void choose_a_port() throws IOException {
        port = ServerProcess.freePort();
    }

    @AfterEach
    void stop_server() {
        if (server != null) {
            server.kill();
        }
    }

    @Test
    void the_session_of_the_readme() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("SET user:1 \"John Doe\"\r");
            terminal.awaitLines("mini-redis> SET user:1 \"John Doe\"", "OK", "mini-redis>");
            terminal.type("GET user:1\r");
            terminal.awaitLines("mini-redis> GET user:1", "\"John Doe\"", "mini-redis>");
            terminal.type("SET counter 42\rGET counter\r");
            terminal.awaitLines("mini-redis> SET counter 42", "OK", "mini-redis> GET counter", "\"42\"", "mini-redis>");
            terminal.type("DEL user:1\rGET user:1\rPING\r");
            terminal.awaitLines(
                    "mini-redis> DEL user:1",
                    "(integer) 1",
                    "mini-redis> GET user:1",
                    "(nil)",
                    "mini-redis> PING",
                    "PONG",
                    "mini-redis>");
            terminal.type("quit\r");

            assertThat(terminal.awaitExit()).isZero();
            assertThat(terminal.text()).isEqualTo("""
                    mini-redis> SET user:1 "John Doe"
                    OK
                    mini-redis> GET user:1
                    "John Doe"
                    mini-redis> SET counter 42
                    OK
                    mini-redis> GET counter
                    "42"
                    mini-redis> DEL user:1
                    (integer) 1
                    mini-redis> GET user:1
                    (nil)
                    mini-redis> PING
                    PONG
                    mini-redis> quit
                    Goodbye!""");
        }
    }

    @Test
    void quoted_strings_keep_their_bytes() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("SET k 'it\\'s' \r");
            terminal.awaitLines("OK", "mini-redis>");
            terminal.type("GET k\r");
            terminal.awaitLines("\"it's\"", "mini-redis>");
            terminal.type("SET k \"a\\tb\\x00\\\"\"\r");
            terminal.awaitLines("OK", "mini-redis>");
            terminal.type("GET k\r");
            terminal.awaitLines("\"a\\tb\\x00\\\"\"", "mini-redis>");
            terminal.type("SET k \u00e9\r");
            terminal.awaitLines("OK", "mini-redis>");
            terminal.type("GET k\r");
            terminal.awaitLines("\"\\xc3\\xa9\"", "mini-redis>");
            terminal.type("GET \"k\r");
            terminal.awaitLines("mini-redis> GET \"k", "Invalid argument(s)", "mini-redis>");
            terminal.type("NOPE\r");
            terminal.awaitLines("(error) ERR unknown command 'NOPE', with args beginning with:", "mini-redis>");
        }
    }

    @Test
    void history_is_kept_across_runs_but_passwords_are_not() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("SET first 1\rAUTH secret\r" + CTRL_D);
            terminal.awaitExit();
            assertThat(terminal.text()).endsWith("Goodbye!");
        }
        Path history = folder.resolve("history");
        assertThat(history).hasContent("SET first 1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");

        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type(ARROW_UP);
            terminal.awaitLines("mini-redis> SET first 1");
            terminal.type("0\r");
            terminal.awaitLines("mini-redis> SET first 10", "OK", "mini-redis>");
        }
    }

    @Test
    void control_c_forgets_the_line() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("NONSENSE");
            terminal.awaitLines("mini-redis> NONSENSE");
            terminal.type(CTRL_C + "PING\r");
            terminal.awaitLines("mini-redis> PING", "PONG", "mini-redis>");
            terminal.type(CTRL_D);

            assertThat(terminal.awaitExit()).isZero();
            assertThat(terminal.text()).endsWith("mini-redis>\nGoodbye!");
        }
    }

    @Test
    void a_lost_server_is_told_and_found_again() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("PING\r");
            terminal.awaitLines("PONG", "mini-redis>");
            server.kill();

            terminal.type("PING\r");
            terminal.awaitLines("mini-redis> PING", couldNotConnect(), "not connected>");

            startServer();
            terminal.type("PING\r");
            terminal.awaitLines("not connected> PING", "PONG", "mini-redis>");
        }
    }

    @Test
    void a_restart_between_two_commands_is_not_noticed() throws Exception {
        startServer();
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("PING\r");
            terminal.awaitLines("PONG", "mini-redis>");
            server.kill();
            startServer();

            terminal.type("PING\r");
            terminal.awaitLines("mini-redis> PING", "PONG", "mini-redis> PING", "PONG", "mini-redis>");
        }
    }

    @Test
    void no_server_is_told() throws Exception {
        try (PseudoTerminal terminal = client()) {
            terminal.awaitLines(couldNotConnect(), "not connected>");
            terminal.type("GET k\r");
            terminal.awaitLines("not connected> GET k", couldNotConnect(), "not connected>");
            terminal.type("exit\r");

            assertThat(terminal.awaitExit()).isZero();
        }
    }

    @Test
    void names_of_commands_are_completed() throws Exception {
        try (FakeServer docs = new FakeServer(port, ReplIT::describeStrlen);
                PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("str" + TAB);
            terminal.awaitLines("mini-redis> strlen key");
            terminal.type("k");
            terminal.awaitLines("mini-redis> strlen k");
            terminal.type("\r");
            terminal.awaitLines("mini-redis> strlen k", "(integer) 3", "mini-redis>");
            assertThat(docs.requests()).contains(List.of("strlen", "k"));
        }
    }

    private static String describeStrlen(List<String> words) {
        return words.getFirst().equals("COMMAND")
                ? "%1\r\n+strlen\r\n%1\r\n+arguments\r\n*1\r\n%1\r\n+name\r\n+key\r\n"
                : ":3\r\n";
    }

    @Test
    void control_c_ends_a_subscription() throws Exception {
        String message = "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n";
        try (FakeServer publisher =
                        new FakeServer(port, words -> words.getFirst().equals("SUBSCRIBE") ? message : "+PONG\r\n");
                PseudoTerminal terminal = client()) {
            terminal.awaitLines("mini-redis>");
            terminal.type("SUBSCRIBE ch\r");
            terminal.awaitLines(
                    "mini-redis> SUBSCRIBE ch",
                    "Reading messages... (press Ctrl-C to quit)",
                    "1) \"message\"",
                    "2) \"ch\"",
                    "3) \"hi\"");
            terminal.type(CTRL_C);
            terminal.awaitLines("3) \"hi\"", "^C", "mini-redis>");
            terminal.type("PING\r");
            terminal.awaitLines("mini-redis> PING", "PONG", "mini-redis>");
            assertThat(publisher.requests()).contains(List.of("PING"));
        }
    }

    private PseudoTerminal client() throws IOException {
        Map<String, String> environment =
                Map.of("MINI_REDIS_HISTFILE", folder.resolve("history").toString());
        return new PseudoTerminal(
                environment, List.of(ServerProcess.LAUNCHER, "client", "--server", "127.0.0.1:" + port));
    }

    private String couldNotConnect() {
        return "Could not connect to Mini Redis at 127.0.0.1:" + port + ": Connection refused";
    }

    private void startServer() throws IOException {
        server = ServerProcess.in(folder.resolve("data")).port(port).start();
    }
}

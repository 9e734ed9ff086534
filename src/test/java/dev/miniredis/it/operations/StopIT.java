package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.LogFile;
import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import dev.miniredis.it.faults.Workload;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the server ends when it is told to. */
class StopIT {
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    @TempDir
    private Path dataDir;

    private LogFile log() {
        return new LogFile(dataDir);
    }

    @Test
    void told_to_stop_under_load_it_ends_soon_and_loses_nothing() throws Exception {
        Workload workload;
        try (ServerProcess server = ServerProcess.in(dataDir).start()) {
            workload = new Workload(server.port(), 1, 1).start();
            await().until(() -> workload.acknowledgements() > 2000);
            long before = System.nanoTime();
            assertThat(server.stop()).as(server.output()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(AT_MOST);
            assertThat(server.err()).isEmpty();
            assertThat(server.out()).hasSize(2);
            assertThat(server.out().getLast()).contains("Mini Redis has stopped.");
        }
        workload.join();
        log().assertNoBlanksAtTheEnd();
        assertThat(log().entries()).isNotEmpty();
        assertNextServerIsClean(workload);
    }

    private void assertNextServerIsClean(Workload workload) throws IOException {
        try (ServerProcess next = ServerProcess.in(dataDir).start()) {
            workload.check(next.port());
            assertThat(next.out()).singleElement().asString().doesNotContain("WARN");
            assertThat(next.err()).isEmpty();
        }
    }

    @Test
    void while_it_stops_it_serves_no_new_connection() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket old = new RespSocket(server.port())) {
            assertThat(old.ask("PING")).isEqualTo("PONG");
            server.terminate();
            assertThatThrownBy(() -> old.read()).isInstanceOf(EOFException.class);

            while (server.isAlive()) {
                assertThatThrownBy(() -> ping(server.port())).isInstanceOf(IOException.class);
            }
            assertThat(server.awaitExit()).isZero();
            assertThatThrownBy(() -> ping(server.port())).isInstanceOf(ConnectException.class);
        }
    }

    private static String ping(int port) throws IOException {
        try (RespSocket late = new RespSocket(port)) {
            return late.ask("PING");
        }
    }

    @Test
    void what_was_sent_before_the_signal_is_answered() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            for (int i = 0; i < 1000; i++) {
                socket.send("SET", "k" + i, "v");
            }
            await().until(() -> keys(server.port()).equals(":1001"));
            server.terminate();
            for (int i = 0; i < 1000; i++) {
                assertThat(socket.read()).isEqualTo("OK");
            }
            assertThat(server.awaitExit()).isZero();
        }
        assertThat(log().entries()).hasSize(1001);
    }

    private static String keys(int port) throws IOException {
        try (RespSocket socket = new RespSocket(port)) {
            return socket.ask("DBSIZE");
        }
    }

    private static long operations(int port) throws IOException {
        try (RespSocket socket = new RespSocket(port)) {
            return socket.ask("INFO", "stats")
                    .lines()
                    .filter(line -> line.startsWith("total_operations:"))
                    .mapToLong(line -> Long.parseLong(line.substring("total_operations:".length())))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHUTDOWN", "SHUTDOWN NOSAVE", "SHUTDOWN SAVE", "SHUTDOWN NOW FORCE"})
    void shutdown_ends_it_and_loses_nothing(String command) throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            socket.send(command.split(" "));
            assertThatThrownBy(() -> socket.read()).isInstanceOf(EOFException.class);
            assertThat(server.awaitExit()).as(server.output()).isZero();
            assertThat(server.err()).isEmpty();
        }
        log().assertNoBlanksAtTheEnd();
        assertThat(log().entries()).hasSize(1);
    }

    @Test
    void a_closed_terminal_is_nothing_to_it() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (String signal : List.of("HUP", "PIPE", "HUP")) {
                Program.run("kill", "-" + signal, Long.toString(server.pid()));
                assertThat(socket.ask("SET", "k", signal)).isEqualTo("OK");
            }
            assertThat(server.stop()).as(server.output()).isZero();
        }
    }

    @Test
    void shutdown_of_nonsense_is_an_error_and_it_runs_on() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (List<String> nonsense : List.of(List.of("SHUTDOWN", "SOON"), List.of("SHUTDOWN", "SAVE", "NOSAVE"))) {
                assertThat(socket.ask(nonsense.toArray(String[]::new))).isEqualTo("-ERR syntax error");
            }
            assertThat(socket.ask("SHUTDOWN", "ABORT")).isEqualTo("-ERR No shutdown in progress.");
            assertThat(socket.ask("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void a_client_that_does_not_read_does_not_keep_it_alive() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket deaf = new RespSocket(server.port(), 4096)) {
            assertThat(deaf.ask("SET", "k", "v".repeat(1_000_000))).isEqualTo("OK");
            for (int i = 0; i < 20; i++) {
                deaf.send("GET", "k");
            }
            await().until(() -> operations(server.port()) >= 21);
            long before = System.nanoTime();
            assertThat(server.stop()).as(server.output()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(AT_MOST);
        }
    }
}

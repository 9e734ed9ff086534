package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock is set while the server runs, and while it does not; the server's time goes on all the while. */
class ClockIT {
    private static final long THREE_YEARS = 3 * 365 * 24 * 3600;

    @TempDir
    private Path folder;

    private Path library;

    @BeforeEach
    void compile() throws IOException {
        Program.assumeInstalled("gcc");
        library = PreloadLibrary.compile("setclock", folder);
        setClock(0);
    }

    private ServerProcess.Launch launch() {
        return ServerProcess.in(folder.resolve("data"))
                .environment("LD_PRELOAD", library.toString())
                .environment("SETCLOCK", folder.resolve("seconds").toString());
    }

    /** @param seconds how far ahead it is */
    private void setClock(long seconds) throws IOException {
        Files.writeString(folder.resolve("seconds"), Long.toString(seconds) + '\n');
    }

    private static long time(RespSocket socket) throws IOException {
        return Long.parseLong(socket.ask("TIME").replaceAll("^\\D+|\\D.*", ""));
    }

    private static void assertKeysExpire(RespSocket socket) throws IOException {
        assertThat(socket.ask("SET", "brief", "v", "PX", "100")).isEqualTo("OK");
        await().until(() -> socket.ask("EXISTS", "brief").equals(":0"));
    }

    private static void awaitBehind(RespSocket socket, long seconds) {
        await().untilAsserted(() ->
                assertThat(socket.ask("INFO", "server")).contains("clock_behind_seconds:" + seconds + "\r\n"));
    }

    @Test
    void set_back_while_the_server_runs() throws Exception {
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port());
                RespSocket paused = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "long", "v", "EX", "1000")).isEqualTo("OK");
            setClock(-3600);
            awaitBehind(socket, 3600);
            assertThat(time(socket)).isLessThanOrEqualTo(Instant.now().getEpochSecond() - 3600);
            assertKeysExpire(socket);
            assertThat(socket.ask("CLIENT", "PAUSE", "100", "WRITE")).isEqualTo("OK");
            assertThat(paused.ask("SET", "after", "the pause")).isEqualTo("OK");
            String deadline = Long.toString(time(socket) + 1000);
            assertThat(socket.ask("SET", "at", "v", "EXAT", deadline)).isEqualTo("OK");
            assertThat(socket.ask("EXPIRETIME", "at")).isEqualTo(":" + deadline);
            setClock(0);
            awaitBehind(socket, 0);
            await().untilAsserted(() -> assertThat(server.out())
                    .anyMatch(line -> line.contains("The machine's clock is 3600 s behind"))
                    .anyMatch(line -> line.contains("The machine's clock is no longer behind")));
        }
    }

    @Test
    void ahead_when_the_log_was_written() throws Exception {
        setClock(THREE_YEARS);
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "future", "v", "EX", "1000")).isEqualTo("OK");
        }
        setClock(0);
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port())) {
            assertKeysExpire(socket);
            assertThat(time(socket)).isLessThan(Instant.now().getEpochSecond() + 1000);
            assertThat(Long.parseLong(socket.ask("TTL", "future").substring(1))).isBetween(900L, 1000L);
            await().untilAsserted(() -> assertThat(server.out())
                    .anyMatch(line -> line.matches(".*The machine's clock is \\d{8} s behind.*")));
        }
        try (ServerProcess past = launch().options("--until", "1").start();
                RespSocket socket = new RespSocket(past.port())) {
            assertThat(socket.ask("TTL", "future")).as("at that moment").isEqualTo(":1000");
        }
    }

    @Test
    void set_forward_it_ends_no_pause_and_no_connection() throws Exception {
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "SET", "timeout", "100")).isEqualTo("OK");
            assertThat(socket.ask("CLIENT", "PAUSE", "100000", "WRITE")).isEqualTo("OK");
            setClock(3600);
            await().until(() -> time(socket) > Instant.now().getEpochSecond() + 3000);
            try (RespSocket paused = new RespSocket(server.port())) {
                paused.send("SET", "k", "v");
                await().until(() -> socket.ask("INFO", "clients").contains("blocked_clients:1\r\n"));
                assertThat(socket.ask("CLIENT", "INFO")).containsPattern(" age=\\d{1,2} ");
                assertThat(socket.ask("CLIENT", "UNPAUSE")).isEqualTo("OK");
                assertThat(paused.read()).isEqualTo("OK");
            }
        }
    }
}

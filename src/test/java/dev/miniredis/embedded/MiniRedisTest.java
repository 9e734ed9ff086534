package dev.miniredis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.net.RespListener;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.stats.Info;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in this JVM, without Quarkus, as a program that embeds one uses it. */
@Timeout(60)
class MiniRedisTest {
    @TempDir
    Path dataDir;

    private MiniRedisBuilder server() {
        return MiniRedis.builder().port(0).dataDir(dataDir);
    }

    /** Sends inline commands and returns all that comes until the server ends the connection. */
    private static String ask(MiniRedis server, String lines) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void it_serves_and_keeps_what_it_was_given() throws Exception {
        try (MiniRedis server = server().start()) {
            assertThat(server.state()).isEqualTo(MiniRedis.State.READY);
            assertThat(ask(server, "SET k v\r\nGET k\r\n")).isEqualTo("+OK\r\n$1\r\nv\r\n");
        }
        try (MiniRedis server = server().start()) {
            assertThat(ask(server, "GET k\r\n")).isEqualTo("$1\r\nv\r\n");
        }
    }

    @Test
    void two_with_directories_of_their_own_live_side_by_side() throws Exception {
        try (MiniRedis one = server().start();
                MiniRedis other =
                        MiniRedis.builder().dataDir(dataDir.resolve("other")).start()) {
            ask(one, "SET k one\r\n");
            assertThat(ask(other, "GET k\r\n")).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void parameters_are_those_of_config_set() throws Exception {
        Map<String, String> parameters = Map.of("requirepass", "secret", "maxmemory", "64mb");
        try (MiniRedis server = server().parameters(parameters::get).start()) {
            assertThat(ask(server, "PING\r\nAUTH secret\r\nCONFIG GET maxmemory\r\n"))
                    .isEqualTo(
                            "-NOAUTH Authentication required.\r\n+OK\r\n*2\r\n$9\r\nmaxmemory\r\n$8\r\n67108864\r\n");
        }
    }

    @Test
    void it_tells_every_section_of_info_and_its_settings() throws Exception {
        try (MiniRedis server = server().start()) {
            String info = ask(server, "INFO everything\r\n");
            for (Info.Section section : Info.Section.values()) {
                assertThat(info.toLowerCase(Locale.ROOT))
                        .contains("# " + section.name().toLowerCase(Locale.ROOT) + "\r\n");
            }
            assertThat(info).contains("tcp_port:" + server.port() + "\r\n", "aof_enabled:1\r\n", "used_memory_rss:");
            assertThat(ask(server, "CONFIG GET port\r\n")).contains(Integer.toString(server.port()));
        }
    }

    @Test
    void resetstat_counts_saves_anew() throws Exception {
        try (MiniRedis server = server().start()) {
            assertThat(ask(server, "SET k v\r\nSAVE\r\nINFO persistence\r\n"))
                    .contains("rdb_saves:1\r\n", "aof_rewrites:1\r\n");
            assertThat(ask(server, "CONFIG RESETSTAT\r\nINFO persistence\r\n"))
                    .contains("rdb_saves:0\r\n", "aof_rewrites:0\r\n", "aof_delayed_fsync:0\r\n");
        }
    }

    @Test
    void without_a_log_it_has_no_directory() throws Exception {
        Path nowhere = dataDir.resolve("nowhere");
        try (MiniRedis server =
                MiniRedis.builder().appendonly(false).dataDir(nowhere).start()) {
            assertThat(ask(server, "SET k v\r\n")).isEqualTo("+OK\r\n");
        }
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void a_start_that_fails_says_why_and_gives_all_back() throws Exception {
        assertThatThrownBy(() -> server().port(RespListener.NO_PORT).start())
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("There is no port to listen on");
        try (MiniRedis server = server().start()) {
            assertThatThrownBy(() -> server().start())
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("is in use by another");
            Path other = dataDir.resolve("other");
            assertThatThrownBy(() -> MiniRedis.builder()
                            .port(server.port())
                            .dataDir(other)
                            .start())
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("Address already in use");
            MiniRedis.builder().dataDir(other).start().close();
        }
        Files.writeString(dataDir.resolve("mini-redis.log"), "no log\n");
        assertThatThrownBy(() -> server().start())
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("mini-redis.log");
    }

    @Test
    void shutdown_closes_it() throws Exception {
        try (MiniRedis server = server().start()) {
            assertThat(ask(server, "SET k v\r\nSHUTDOWN\r\n")).isEqualTo("+OK\r\n");
            await().until(() -> server.state() == MiniRedis.State.STOPPING);
        }
        try (MiniRedis server = server().start()) {
            assertThat(ask(server, "GET k\r\n")).isEqualTo("$1\r\nv\r\n");
        }
    }
}

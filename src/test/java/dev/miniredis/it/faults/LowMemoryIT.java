package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks for more than the memory holds does not get it; everybody else does not notice. */
class LowMemoryIT {
    private static final int MEGABYTE = 1024 * 1024;

    @TempDir
    private Path dataDir;

    private ServerProcess start(String heap) throws IOException {
        return ServerProcess.in(dataDir).java(heap).start();
    }

    /**
     * Each step of a SET needs memory: the request, the entry, its line in the log. Sizes that fail at different ones.
     */
    @ParameterizedTest
    @ValueSource(ints = {100, 150})
    void a_value_that_does_not_fit_is_refused_and_what_is_shown_stays(int megabytes) throws IOException {
        String exists;
        try (ServerProcess server = start("-Xmx256m");
                RespSocket other = new RespSocket(server.port())) {
            assertThat(other.ask("SET", "small", "before")).isEqualTo("OK");
            sendValue(server.port(), megabytes);

            exists = other.ask("EXISTS", "large");
            assertThat(other.ask("SET", "small", "after")).isEqualTo("OK");
            assertThat(other.ask("GET", "small")).isEqualTo("after");
            assertThat(other.ask("EXISTS", "large")).isEqualTo(exists);
            server.kill();
        }
        try (ServerProcess next = start("-Xmx1g");
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("EXISTS", "large")).isEqualTo(exists);
            assertThat(socket.ask("GET", "small")).isEqualTo("after");
        }
    }

    /** Sends a SET and waits for whatever becomes of it. */
    private static void sendValue(int port, int megabytes) throws IOException {
        try (RespSocket greedy = new RespSocket(port)) {
            byte[] piece = "x".repeat(MEGABYTE).getBytes(StandardCharsets.US_ASCII);
            String header = "*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$" + megabytes * MEGABYTE + "\r\n";
            greedy.send(header.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < megabytes; i++) {
                greedy.send(piece);
            }
            greedy.send("\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(greedy.read()).matches("OK|-OOM .*");
        } catch (java.net.SocketException | java.io.EOFException refused) {
            // It was refused before all of it had been sent.
        }
    }

    /** What is served must be all there is: a start that has no memory for it says so and ends. */
    @Test
    void a_log_that_does_not_fit_refuses_the_start() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir)
                        .java("-Xmx512m")
                        .options("--fsync", "no")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            String value = "v".repeat(MEGABYTE / 64);
            for (int i = 0; i < 6000; i++) {
                assertThat(socket.ask("SET", "key" + i, value)).isEqualTo("OK");
            }
        }
        ServerProcess small = ServerProcess.in(dataDir).java("-Xmx64m").begin();
        assertThat(small.awaitExit()).isEqualTo(1);
        assertThat(String.join("\n", small.err()))
                .contains("mini-redis: There is no memory for what the log holds", "a larger one");
        try (ServerProcess server = start("-Xmx512m");
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":6000");
        }
    }

    /** Also with values that the collector gives a region each, of which they need hardly more than half. */
    @ParameterizedTest
    @ValueSource(ints = {32, 512})
    void maxmemory_auto_is_what_the_heap_holds_and_keys_go_before_it_is_full(int kilobytes) throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir)
                        .java("-Xmx96m")
                        .environment("MINI_REDIS_MAXMEMORY", "auto")
                        .options("--maxmemory-policy", "allkeys-random", "--fsync", "no")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            String told = socket.ask("CONFIG", "GET", "maxmemory");
            long limit = Long.parseLong(told.replaceAll("\\D", ""));
            assertThat(limit).isBetween(32L * MEGABYTE, 90L * MEGABYTE);
            assertThat(socket.ask("INFO", "memory")).contains("\r\nmaxmemory:" + limit + "\r\n");

            String value = "v".repeat(kilobytes * 1024);
            long keys = limit / value.length() + 400;
            for (long i = 0; i < keys; i++) {
                assertThat(socket.ask("SET", "key" + i, value)).isEqualTo("OK");
            }
            assertThat(socket.ask("INFO", "stats")).doesNotContain("evicted_keys:0\r\n");
            assertThat(Long.parseLong(socket.ask("DBSIZE").replaceAll("\\D", "")))
                    .isLessThan(keys);
            assertThat(socket.ask("CONFIG", "SET", "maxmemory", "auto")).contains("argument must be a memory value");
        }
    }

    @Test
    void who_does_not_read_what_it_asks_for_harms_nobody_else() throws IOException {
        String megabyte = "v".repeat(MEGABYTE);
        try (ServerProcess server = start("-Xmx128m");
                RespSocket other = new RespSocket(server.port());
                RespSocket deaf = new RespSocket(server.port(), 4096)) {
            assertThat(other.ask("SET", "large", megabyte)).isEqualTo("OK");
            ByteArrayOutputStream questions = new ByteArrayOutputStream();
            for (int i = 0; i < 500; i++) {
                RespSocket.append(questions, "GET", "large");
            }
            deaf.send(questions.toByteArray());
            for (int i = 0; i < 500; i++) {
                assertThat(other.ask("SET", "small", "v" + i)).isEqualTo("OK");
                assertThat(other.ask("GET", "small")).isEqualTo("v" + i);
            }
            try (RespSocket another = new RespSocket(server.port())) {
                assertThat(another.ask("GET", "large")).isEqualTo(megabyte);
            }
            assertThat(server.isAlive()).isTrue();
        }
    }

    /** Each of them could be filled without end, and the server answered nobody from then on. */
    @ParameterizedTest
    @ValueSource(strings = {"SUBSCRIBE", "WATCH", "EXISTS", "MULTI"})
    void clients_that_make_the_server_keep_too_much_harm_nobody_else(String way) throws IOException {
        try (ServerProcess server = start("-Xmx64m");
                RespSocket other = new RespSocket(server.port())) {
            for (int client = 0; client < 2; client++) {
                try (RespSocket greedy = new RespSocket(server.port())) {
                    fill(greedy, way, client);
                } catch (java.net.SocketException | java.io.EOFException evicted) {
                    // as it should be
                }
                assertThat(other.ask("SET", "small", "v" + client)).isEqualTo("OK");
            }
            String stats = other.ask("INFO", "stats");
            if (!way.equals("EXISTS")) { // of which the oldest keys are forgotten instead
                assertThat(figure(stats, "evicted_clients") + figure(stats, "total_error_replies"))
                        .isPositive();
            }
            await("the server notices that they are gone")
                    .until(() -> figure(other.ask("INFO", "clients"), "connected_clients") == 1);
            String memory = other.ask("INFO", "memory");
            assertThat(figure(memory, "mem_clients_normal")).isLessThan(MEGABYTE);
            assertThat(figure(memory, "used_memory")).isLessThan(figure(memory, "maxmemory_effective"));
        }
    }

    /** Makes the server keep about 25 MiB. */
    private static void fill(RespSocket greedy, String way, int client) throws IOException {
        if (way.equals("MULTI")) {
            greedy.ask("MULTI");
            for (int i = 0; i < 25; i++) {
                greedy.ask("SET", "key", "v".repeat(MEGABYTE));
            }
            return;
        }
        greedy.ask("HELLO", "3");
        greedy.ask("CLIENT", "TRACKING", "ON");
        for (int i = 0; i < 100; i++) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            String[] words = new String[1001];
            words[0] = way;
            for (int j = 1; j < words.length; j++) {
                words[j] = "name:" + client + ":" + i + ":" + j;
            }
            RespSocket.append(request, words);
            greedy.send(request.toByteArray());
            int replies = way.equals("SUBSCRIBE") ? 1000 : 1;
            for (int j = 0; j < replies; j++) {
                if (greedy.read().startsWith("-OOM")) {
                    return;
                }
            }
        }
    }

    private static long figure(String info, String field) {
        return info.lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(field.length() + 1).trim()))
                .findFirst()
                .orElseThrow();
    }

    /** Users are kept without a limit: only who administers the server can make them. */
    @Test
    void without_memory_the_process_ends_and_says_why_and_nothing_is_lost() throws IOException {
        try (ServerProcess server = start("-Xmx48m");
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            try {
                for (int i = 0; i < 2000; i++) {
                    socket.ask("ACL", "SETUSER", "user" + i, "~" + "k".repeat(100_000));
                }
            } catch (java.net.SocketException | java.io.EOFException ended) {
                // as it should be
            }
            assertThat(server.awaitExit()).isEqualTo(3);
            assertThat(String.join("\n", server.err()))
                    .contains(
                            "mini-redis: There is no memory left, and the process ends", "MINI_REDIS_JAVA_OPTS=-Xmx4g");
        }
        try (ServerProcess next = start("-Xmx48m");
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("GET", "k")).isEqualTo("v");
        }
    }
}

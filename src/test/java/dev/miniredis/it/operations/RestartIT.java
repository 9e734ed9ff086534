package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that is told to stop and started again at the same port with the same folder, as the rolling update of a
 * StatefulSet does it: what its clients notice.
 */
class RestartIT {
    private static final int RESTARTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGE = 100_000;

    @TempDir
    private Path dataDir;

    private ServerProcess.Launch launch(int port) {
        return ServerProcess.in(dataDir)
                .port(port)
                .options("--auto-aof-rewrite-percentage", "0")
                .options("--loading-reply-threshold", "60000"); // on a busy machine loading takes its time
    }

    /** @param entries how many there are to load at each start besides what the clients write */
    @ParameterizedTest
    @ValueSource(ints = {0, 300_000})
    void clients_that_try_again_see_nothing_but_that_they_had_to(int entries) throws Exception {
        int port = ServerProcess.freePort();
        List<String> downtimes = new ArrayList<>();
        ServerProcess server = launch(port).start();
        fill(port, entries);
        try (RetryingClients clients = new RetryingClients(port)) {
            for (int i = 0; i < RESTARTS; i++) {
                clients.awaitProgress(PATIENCE);
                long before = System.nanoTime();
                assertThat(server.stop()).as(server.output()).isZero();
                assertThat(server.err()).isEmpty();
                long stopped = System.nanoTime();
                server = launch(port).begin();
                awaitPong(port);
                downtimes.add((stopped - before) / 1_000_000 + " + " + (System.nanoTime() - stopped) / 1_000_000);
                server.awaitReady();
            }
            clients.awaitProgress(PATIENCE);
            clients.stopAndCheck();
        } finally {
            server.close();
        }
        System.out.println("RestartIT: " + entries + " entries; stop + start to the first PONG, in ms: " + downtimes);
        assertThat(server.err()).isEmpty();
    }

    private static void fill(int port, int entries) throws IOException {
        try (RespSocket socket = new RespSocket(port)) {
            for (int i = 0; i < entries; i += 1000) {
                socket.send(pipeline(1000, "SET", "filling:" + i / 1000, "value"));
                for (int reply = 0; reply < 1000; reply++) {
                    socket.readValue();
                }
            }
        }
    }

    private static byte[] pipeline(int count, String... command) {
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            RespSocket.append(commands, command);
        }
        return commands.toByteArray();
    }

    private static void awaitPong(int port) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (RespSocket socket = new RespSocket(port)) {
                        return socket.ask("PING").equals("PONG");
                    }
                });
    }

    /** The kernel resets a socket that is closed with something unread in it, and drops what was not sent yet. */
    @Test
    void no_reply_is_cut_in_half_for_a_client_that_goes_on_sending() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (ServerProcess server = ServerProcess.in(dataDir).start();
                    RespSocket socket = new RespSocket(server.port())) {
                assertThat(socket.ask("SET", "large", "v".repeat(LARGE))).isEqualTo("OK");
                byte[] requests = pipeline(20, "GET", "large");
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendUntilItEnds(socket, requests));
                InputStream in = socket.in();
                byte[] first = in.readNBytes(10 * LARGE);
                server.terminate();
                byte[] rest = readToItsEnd(in);
                assertThat(server.awaitExit()).as(server.output()).isZero();
                sending.join();
                assertIsWhole(first, rest);
            }
        }
    }

    private static void sendUntilItEnds(RespSocket socket, byte[] requests) {
        try {
            while (true) {
                socket.send(requests);
            }
        } catch (IOException ended) {
            // as it should
        }
    }

    /** To the end of the stream, or to the reset that sending after it brings about. */
    private static byte[] readToItsEnd(InputStream in) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[64 * 1024];
        try {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                all.write(some, 0, count);
            }
        } catch (IOException reset) {
            // what came before it counts
        }
        return all.toByteArray();
    }

    private static void assertIsWhole(byte[] first, byte[] rest) {
        int reply = ("$" + LARGE + "\r\n").length() + LARGE + 2;
        assertThat((first.length + rest.length) % reply)
                .as("bytes of the last reply, of %d", reply)
                .isZero();
        assertThat(rest).endsWith('\r', '\n');
    }

    @Test
    void who_only_waits_is_disconnected_without_a_word() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket blocked = new RespSocket(server.port());
                RespSocket subscribed = new RespSocket(server.port());
                RespSocket watching = new RespSocket(server.port());
                RespSocket queuing = new RespSocket(server.port());
                RespSocket other = new RespSocket(server.port())) {
            subscribed.ask("SUBSCRIBE", "news");
            watching.ask("MONITOR");
            queuing.ask("MULTI");
            queuing.ask("SET", "queued", "1");
            blocked.send("WAIT", "1", "0");
            await().until(() -> other.ask("INFO", "clients").contains("blocked_clients:1"));
            while (!watching.read().contains("\"INFO\"")) {
                // what was done before
            }
            server.terminate();
            for (RespSocket client : List.of(blocked, subscribed, queuing, other)) {
                assertThatThrownBy(client::read).isInstanceOf(EOFException.class);
            }
            assertThat(server.awaitExit()).as(server.output()).isZero();
        }
        try (ServerProcess next = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("GET", "queued")).isEqualTo("(nil)");
        }
    }
}

package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.commands.RealRedis;
import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Clients that end their direction of the connection, as {@code printf 'PING\r\n' | nc -N} does, get every reply. */
class EndOfInputIT {
    private static final int TIMES = 20;
    private static final int TIMEOUT_MILLIS = 30_000;

    /** Who is asked. */
    enum Peer {
        EPOLL,
        NIO,
        REAL_REDIS
    }

    @TempDir
    private static Path folder;

    private static ServerProcess epoll;
    private static ServerProcess nio;
    private static RealRedis redis;

    @BeforeAll
    static void start() throws IOException {
        epoll = ServerProcess.in(folder.resolve("epoll")).start();
        nio = ServerProcess.in(folder.resolve("nio"))
                .environment("QUARKUS_VERTX_PREFER_NATIVE_TRANSPORT", "false")
                .start();
        redis = RealRedis.startIfInstalled();
    }

    @AfterAll
    static void stop() throws IOException {
        epoll.close();
        nio.close();
        if (redis != null) {
            redis.close();
        }
    }

    private static int port(Peer peer) {
        return switch (peer) {
            case EPOLL -> epoll.port();
            case NIO -> nio.port();
            case REAL_REDIS -> {
                Program.assume(redis != null, RealRedis.MISSING);
                yield redis.port();
            }
        };
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** Sends all of it, ends the direction to the server, and takes what comes until the server ends the other one. */
    private static String answers(int port, String requests) throws IOException {
        try (Socket socket = connect(port)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            sent.join();
            return answers;
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_client_gets_its_reply(Peer peer) throws IOException {
        for (int i = 0; i < TIMES; i++) {
            assertThat(answers(port(peer), "PING\r\n")).isEqualTo("+PONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void replies_that_wait_for_the_disk_come_too(Peer peer) throws IOException {
        answers(port(peer), "DEL count\r\n");
        for (int i = 1; i <= TIMES; i++) {
            assertThat(answers(port(peer), "INCR count\r\nSET k v" + i + "\r\nGET k\r\n"))
                    .isEqualTo(":" + i + "\r\n+OK\r\n$" + ("v" + i).length() + "\r\nv" + i + "\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_long_pipeline_is_answered_to_its_end(Peer peer) throws IOException {
        assertThat(answers(port(peer), "SET k value\r\n".repeat(20_000))).isEqualTo("+OK\r\n".repeat(20_000));
        assertThat(answers(port(peer), "GET k\r\n".repeat(200_000))).isEqualTo("$5\r\nvalue\r\n".repeat(200_000));
    }

    @ParameterizedTest
    @EnumSource
    void what_lasts_ends_with_the_input(Peer peer) throws IOException {
        assertThat(answers(port(peer), "SUBSCRIBE news\r\n"))
                .isEqualTo("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        assertThat(answers(port(peer), "MONITOR\r\n")).startsWith("+OK\r\n");
        assertThat(answers(port(peer), "MULTI\r\nSET queued 1\r\n")).isEqualTo("+OK\r\n+QUEUED\r\n");
        assertThat(answers(port(peer), "MULTI\r\nSET done 1\r\nEXEC\r\n")).isEqualTo("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
        assertThat(answers(port(peer), "CLIENT REPLY OFF\r\nSET silent 1\r\n")).isEmpty();
        assertThat(answers(port(peer), "EXISTS queued done silent\r\n")).isEqualTo(":2\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void other_ends_say_what_there_is_to_say(Peer peer) throws IOException {
        assertThat(answers(port(peer), "PING\r\nQUIT\r\n")).isEqualTo("+PONG\r\n+OK\r\n");
        assertThat(answers(port(peer), "PING\r\n*1\r\n!\r\n"))
                .isEqualTo("+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n");
        assertThat(answers(port(peer), "PING\r\n*2\r\n$4\r\nECHO\r\n$3\r\na")).isEqualTo("+PONG\r\n");
        assertThat(answers(port(peer), "CLIENT KILL TYPE normal SKIPME no\r\n")).isEqualTo(":1\r\n");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "REAL_REDIS")
    void a_request_that_has_to_wait_is_answered(Peer peer) throws IOException {
        assertThat(answers(port(peer), "CLIENT PAUSE 200\r\nSET k v\r\n")).isEqualTo("+OK\r\n+OK\r\n");
        assertThat(answers(port(peer), "SET k v\r\nWAITAOF 1 0 0\r\nPING\r\n"))
                .isEqualTo("+OK\r\n*2\r\n:1\r\n:0\r\n+PONG\r\n");
        assertThat(answers(port(peer), "WAIT 1 100\r\n")).isEqualTo(":0\r\n");
    }

    /** A socket that is closed with something unread in it is reset, and the replies that are under way are lost. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "REAL_REDIS")
    void who_sends_on_after_a_protocol_error_or_quit_gets_the_replies_before_it(Peer peer) throws IOException {
        String garbage = "PING\r\n".repeat(1_000_000);
        answers(port(peer), "SET large " + "x".repeat(60_000) + "\r\n");
        for (String end : new String[] {"*1\r\n!\r\n", "QUIT\r\n"}) {
            String answers = answers(port(peer), "GET large\r\n".repeat(20) + end + garbage);
            assertThat(answers).hasSizeGreaterThan(20 * 60_000);
            assertThat(answers.lines().toList().getLast()).isIn("-ERR Protocol error: expected '$', got '!'", "+OK");
        }
    }

    @Test
    void a_client_that_has_quit_and_does_not_close_is_no_client_any_more() throws IOException {
        try (Socket socket = connect(epoll.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("QUIT\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("+OK\r\n");
            try (RespSocket other = new RespSocket(epoll.port())) {
                await().untilAsserted(() ->
                        assertThat(other.ask("CLIENT", "LIST").lines()).hasSize(1));
            }
        }
    }

    @Test
    void a_client_that_is_reset_leaves_nothing() throws IOException {
        RespSocket gone = new RespSocket(epoll.port());
        gone.send("MULTI");
        gone.reset();
        try (RespSocket other = new RespSocket(epoll.port())) {
            await().untilAsserted(() ->
                    assertThat(other.ask("CLIENT", "LIST").lines()).hasSize(1));
        }
        assertThat(epoll.out()).noneMatch(line -> line.contains("ERROR"));
    }
}

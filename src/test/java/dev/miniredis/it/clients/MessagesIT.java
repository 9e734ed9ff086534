package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients get without asking: messages, invalidations, what others do. */
class MessagesIT {
    private static final String LARGE = "x".repeat(10_000);

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static RespSocket connect() throws IOException {
        return new RespSocket(server.port());
    }

    @Test
    void a_subscriber_that_does_not_read_is_cut_off_and_harms_nobody() throws IOException {
        try (RespSocket slow = new RespSocket(server.port(), 4096);
                RespSocket quick = connect();
                RespSocket publisher = connect()) {
            publisher.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
            slow.ask("CLIENT", "SETNAME", "slow");
            slow.ask("SUBSCRIBE", "news");
            quick.ask("SUBSCRIBE", "news");
            int sent = 0;
            while (publisher.ask("CLIENT", "LIST", "TYPE", "PUBSUB").contains("name=slow")) {
                publisher.ask("PUBLISH", "news", sent + LARGE);
                assertThat(quick.read()).isEqualTo("[message, news, " + sent + LARGE + "]");
                sent++;
                assertThat(sent).isLessThan(10_000); // a hundred times the limit
            }
            assertThat(publisher.ask("PUBLISH", "news", "on")).isEqualTo(":1");
            assertThat(quick.read()).isEqualTo("[message, news, on]");
            assertThat(server.output()).contains("name=slow").contains("output");
            publisher.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
        }
    }

    @Test
    void messages_come_in_their_order() throws IOException {
        try (RespSocket subscriber = connect();
                RespSocket publisher = connect()) {
            subscriber.ask("PSUBSCRIBE", "n*");
            ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
            for (int i = 0; i < 5000; i++) {
                RespSocket.append(pipeline, "PUBLISH", "n" + i % 7, "m" + i);
            }
            publisher.send(pipeline.toByteArray());
            for (int i = 0; i < 5000; i++) {
                assertThat(subscriber.read()).isEqualTo("[pmessage, n*, n" + i % 7 + ", m" + i + "]");
                assertThat(publisher.read()).isEqualTo(":1");
            }
        }
    }

    @Test
    void who_tracks_is_told_in_either_protocol() throws IOException {
        try (RespSocket pushed = connect();
                RespSocket redirected = connect();
                RespSocket listener = connect();
                RespSocket writer = connect()) {
            pushed.ask("HELLO", "3");
            assertThat(pushed.ask("CLIENT", "TRACKING", "ON")).isEqualTo("OK");
            String id = listener.ask("CLIENT", "ID").substring(1);
            listener.ask("SUBSCRIBE", "__redis__:invalidate");
            assertThat(redirected.ask("CLIENT", "TRACKING", "ON", "REDIRECT", id))
                    .isEqualTo("OK");
            for (RespSocket reader : List.of(pushed, redirected)) {
                assertThat(reader.ask("GET", "tracked")).isEqualTo("(nil)");
            }
            writer.ask("SET", "tracked", "x");

            assertThat(pushed.read()).isEqualTo("[invalidate, [tracked]]");
            assertThat(listener.read()).isEqualTo("[message, __redis__:invalidate, [tracked]]");
            assertThat(pushed.ask("GET", "tracked")).isEqualTo("x");
            writer.ask("FLUSHALL");
            assertThat(pushed.read()).isEqualTo("[invalidate, (nil)]");
            assertThat(listener.read()).isEqualTo("[message, __redis__:invalidate, (nil)]");
        }
    }

    @Test
    void who_is_paused_waits_and_who_is_killed_is_gone() throws IOException {
        try (RespSocket paused = connect();
                RespSocket reader = connect();
                RespSocket operator = connect()) {
            String id = paused.ask("CLIENT", "ID").substring(1);
            operator.ask("CLIENT", "PAUSE", "100000", "WRITE");
            paused.send("SET", "paused", "x");
            assertThat(reader.ask("GET", "paused")).isEqualTo("(nil)");
            await().until(() -> operator.ask("INFO", "clients").contains("blocked_clients:1"));
            assertThat(operator.ask("CLIENT", "LIST", "ID", id)).contains(" flags=b ");
            operator.ask("CLIENT", "UNPAUSE");
            assertThat(paused.read()).isEqualTo("OK");
            assertThat(operator.ask("INFO", "clients")).contains("blocked_clients:0");
            assertThat(operator.ask("CLIENT", "LIST", "ID", id)).contains(" flags=N ");

            assertThat(operator.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
            assertThat(paused.in().read()).isNegative();
            assertThat(operator.ask("CLIENT", "LIST", "ID", id)).isEmpty();
        }
    }

    @Test
    void a_monitor_sees_what_others_do_but_no_passwords() throws IOException {
        try (RespSocket monitor = connect();
                RespSocket other = connect()) {
            assertThat(monitor.ask("MONITOR")).isEqualTo("OK");
            other.ask("AUTH", "default", "secret");
            other.ask("ACL", "SETUSER", "ann", ">secret");
            other.ask("ACL", "DELUSER", "ann");
            other.ask("SET", "seen", "v w");
            List<String> lines = new ArrayList<>();
            do {
                lines.add(monitor.read());
            } while (!lines.getLast().contains("\"SET\""));
            assertThat(lines.getLast()).matches("\\d+\\.\\d{6} \\[0 127\\.0\\.0\\.1:\\d+] \"SET\" \"seen\" \"v w\"");
            assertThat(lines).noneMatch(line -> line.contains("secret"));
        }
    }
}

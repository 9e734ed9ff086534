package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of clients, set while the server runs, with sockets that are full or silent. */
class ClientLimitsIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int ROUNDS = 20;
    private static final List<String> DEFAULTS = List.of(
            "maxclients", "10000",
            "timeout", "0",
            "tcp-keepalive", "300",
            "client-output-buffer-limit", "normal 0 0 0",
            "client-query-buffer-limit", "1gb",
            "proto-max-bulk-len", "512mb");

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;
    private static RespSocket admin;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).java("-Xmx256m").start();
        admin = new RespSocket(server.port());
        assertThat(admin.ask("SET", "megabyte", "v".repeat(MEGABYTE))).isEqualTo("OK");
    }

    @AfterAll
    static void stop_server() throws IOException {
        admin.close();
        server.close();
    }

    @AfterEach
    void set_the_defaults() throws IOException {
        List<String> words = new ArrayList<>(List.of("CONFIG", "SET"));
        words.addAll(DEFAULTS);
        assertThat(admin.ask(words.toArray(String[]::new))).isEqualTo("OK");
        assertThat(server.output()).doesNotContain("ERROR", "Exception", "\tat ");
    }

    private static void set(String name, String value) throws IOException {
        assertThat(admin.ask("CONFIG", "SET", name, value)).isEqualTo("OK");
    }

    private static long info(String field) throws IOException {
        return admin.ask("INFO")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isClosed(RespSocket socket) throws IOException {
        try {
            return socket.in().read() == -1;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private static void awaitCutOff(String counter, long before) {
        await().untilAsserted(() -> assertThat(info(counter)).isEqualTo(before + 1));
        await().untilAsserted(() -> assertThat(info("connected_clients")).isEqualTo(1));
    }

    @Test
    void a_client_too_many_is_told_so_and_let_go() throws IOException {
        long before = info("rejected_connections");
        set("maxclients", "2");
        try (RespSocket second = new RespSocket(server.port());
                RespSocket third = new RespSocket(server.port())) {
            assertThat(second.ask("PING")).isEqualTo("PONG");
            assertThat(third.read()).isEqualTo("-ERR max number of clients reached");
            assertThat(isClosed(third)).isTrue();
            assertThat(info("connected_clients")).isEqualTo(2);
        }
        assertThat(info("rejected_connections")).isEqualTo(before + 1);
        await().untilAsserted(() -> assertThat(info("connected_clients")).isEqualTo(1));
        try (RespSocket next = new RespSocket(server.port())) {
            assertThat(next.ask("PING")).isEqualTo("PONG");
        }
        assertThat(admin.ask("CONFIG", "SET", "maxclients", "2000000000"))
                .startsWith("-ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system"
                        + " is not able to handle the specified number of clients, try with ");
    }

    @Test
    void a_silent_client_is_let_go_and_one_that_speaks_is_not() throws IOException {
        try (RespSocket silent = new RespSocket(server.port());
                RespSocket speaking = new RespSocket(server.port())) {
            assertThat(silent.ask("PING")).isEqualTo("PONG");
            set("timeout", "1");
            await().untilAsserted(() -> {
                assertThat(speaking.ask("PING")).isEqualTo("PONG");
                assertThat(info("connected_clients")).isEqualTo(2);
            });
            assertThat(isClosed(silent)).isTrue();
        }
    }

    @Test
    void the_operating_system_probes_clients_as_often_as_is_set() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "no Linux");
        set("tcp-keepalive", "77");
        try (RespSocket probed = new RespSocket(server.port())) {
            assertThat(probed.ask("PING")).isEqualTo("PONG");
            await().untilAsserted(() -> assertThat(timers()).anyMatch(ticks -> ticks > 7000 && ticks <= 7700));
        }
        set("tcp-keepalive", "0");
        try (RespSocket unprobed = new RespSocket(server.port())) {
            assertThat(unprobed.ask("PING")).isEqualTo("PONG");
            await().untilAsserted(() -> assertThat(timers()).anyMatch(ticks -> ticks == 0));
        }
    }

    /** Hundredths of a second until the next probe of each connection of the server; 0 where there is none. */
    private static List<Long> timers() throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", server.port());
        List<Long> timers = new ArrayList<>();
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            for (String line : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
                String[] fields = line.strip().split("\\s+");
                if (fields[1].endsWith(local) && fields[3].equals("01")) {
                    String[] timer = fields[5].split(":");
                    timers.add(timer[0].equals("02") ? Long.parseLong(timer[1], 16) : 0);
                }
            }
        }
        return timers;
    }

    @Test
    void a_request_that_grows_too_long_ends_without_a_reply() throws IOException {
        long before = info("client_query_buffer_limit_disconnections");
        set("client-query-buffer-limit", "1mb");
        try (RespSocket verbose = new RespSocket(server.port())) {
            assertThat(verbose.ask("ECHO", "v".repeat(MEGABYTE - 100))).hasSize(MEGABYTE - 100);
            verbose.send("*2\r\n$4\r\nECHO\r\n$2000000\r\n".getBytes(StandardCharsets.US_ASCII));
            verbose.send("v".repeat(MEGABYTE).getBytes(StandardCharsets.US_ASCII));
            assertThat(isClosed(verbose)).isTrue();
        }
        awaitCutOff("client_query_buffer_limit_disconnections", before);
        assertThat(server.output()).contains("Closing client that reached max query buffer length: id=");
    }

    @Test
    void a_word_that_is_announced_too_long_is_refused() throws IOException {
        set("proto-max-bulk-len", "1mb");
        try (RespSocket verbose = new RespSocket(server.port())) {
            assertThat(verbose.ask("ECHO", "v".repeat(MEGABYTE))).hasSize(MEGABYTE);
            verbose.send("*2\r\n$4\r\nECHO\r\n$1048577\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(verbose.read()).isEqualTo("-ERR Protocol error: invalid bulk length");
            assertThat(isClosed(verbose)).isTrue();
        }
    }

    private static byte[] questions(int count) {
        ByteArrayOutputStream questions = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            RespSocket.append(questions, "GET", "megabyte");
        }
        return questions.toByteArray();
    }

    @Test
    void who_does_not_read_is_cut_off_at_the_hard_limit() throws IOException {
        long before = info("client_output_buffer_limit_disconnections");
        set("client-output-buffer-limit", "normal 20mb 0 0");
        try (RespSocket deaf = new RespSocket(server.port(), 4096)) {
            deaf.send(questions(60));
            awaitCutOff("client_output_buffer_limit_disconnections", before);
        }
        assertThat(server.output())
                .containsPattern("Client id=.* scheduled to be closed ASAP for overcoming of output buffer limits\\.");
    }

    @Test
    void who_does_not_read_is_cut_off_after_a_time_over_the_soft_limit() throws IOException {
        long before = info("client_output_buffer_limit_disconnections");
        set("client-output-buffer-limit", "normal 0 5mb 1");
        try (RespSocket deaf = new RespSocket(server.port(), 4096);
                RespSocket reading = new RespSocket(server.port())) {
            deaf.send(questions(20));
            assertThat(reading.ask("GET", "megabyte")).hasSize(MEGABYTE);
            await().untilAsserted(() -> assertThat(info("client_output_buffer_limit_disconnections"))
                    .isEqualTo(before + 1));
            assertThat(reading.ask("GET", "megabyte")).hasSize(MEGABYTE);
        }
        assertThat(server.output()).containsPattern("Client id=.* closed for overcoming of output buffer limits\\.");
    }

    /** Without a limit of its own, a client has what the server can spare: half of the memory for buffers. */
    @Test
    void who_never_reads_cannot_take_all_memory() throws IOException {
        long before = info("evicted_clients");
        try (RespSocket deaf = new RespSocket(server.port(), 4096);
                RespSocket modest = new RespSocket(server.port(), 4096)) {
            modest.send(questions(20));
            deaf.send(questions(300));
            await().untilAsserted(() -> assertThat(info("evicted_clients")).isEqualTo(before + 1));
            for (int i = 0; i < 20; i++) {
                assertThat(modest.read()).hasSize(MEGABYTE);
            }
        }
        assertThat(server.output()).contains(" is cut off: it has most of the output that waits for all clients");
    }

    @Test
    void the_client_list_tells_how_much_output_waits() throws IOException {
        try (RespSocket deaf = new RespSocket(server.port(), 4096)) {
            deaf.send(questions(30));
            await().untilAsserted(() ->
                    assertThat(info("client_recent_max_output_buffer")).isGreaterThan(20L * MEGABYTE));
            assertThat(admin.ask("CLIENT", "LIST")).containsPattern("obl=16384 oll=\\d\\d omem=[23]\\d{7} ");
            for (int i = 0; i < 30; i++) {
                assertThat(deaf.read()).hasSize(MEGABYTE);
            }
        }
    }

    @Test
    void a_long_pipeline_keeps_nobody_waiting() throws Exception {
        int count = 100_000;
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            RespSocket.append(commands, "SET", "counter", Integer.toString(i));
        }
        assertOthersAreServed(commands.toByteArray(), count);
    }

    @Test
    void a_pipeline_of_expensive_commands_keeps_nobody_waiting() throws Exception {
        for (int i = 0; i < 2000; i++) {
            admin.send("SET", "key:" + i, "v");
        }
        for (int i = 0; i < 2000; i++) {
            assertThat(admin.read()).isEqualTo("OK");
        }
        int count = 20_000;
        String all = "KEYS nothing:*\r\n".repeat(count);
        assertOthersAreServed(all.getBytes(StandardCharsets.US_ASCII), count);
    }

    /**
     * Who asks after the first reply of a pipeline is answered before its last command runs. A test that is held up
     * itself may ask too late: then again, which helps nobody whose server keeps others waiting.
     */
    private static void assertOthersAreServed(byte[] pipeline, int count) throws Exception {
        boolean served = false;
        for (int round = 0; round < ROUNDS && !served; round++) {
            try (RespSocket busy = new RespSocket(server.port())) {
                long last = info("total_operations") + count;
                Thread sender = Thread.ofPlatform().start(() -> send(busy, pipeline));
                busy.read();
                served = info("total_operations") < last;
                for (int i = 1; i < count; i++) {
                    busy.read();
                }
                sender.join();
            }
        }
        assertThat(served).isTrue();
    }

    private static void send(RespSocket socket, byte[] bytes) {
        try {
            socket.send(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many clients at once, some of them badly behaved: nobody suffers for what another does. */
class ManyClientsIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int LARGEST = 512 * MEGABYTE;

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;
    private static RespSocket bystander;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).java("-Xmx512m").start();
        bystander = new RespSocket(server.port());
    }

    @AfterAll
    static void stop_server() throws IOException {
        bystander.close();
        server.close();
    }

    /** Whatever a test did: who was there before is still served, and the server has no complaint. */
    @AfterEach
    void the_bystander_is_served() throws IOException {
        assertThat(bystander.ask("PING")).isEqualTo("PONG");
        assertThat(bystander.ask("FLUSHALL")).isEqualTo("OK");
        assertThat(server.output()).doesNotContain("ERROR", "Exception", "\tat ");
    }

    private static long info(String field) throws IOException {
        return bystander
                .ask("INFO")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitClients(long count) {
        await().untilAsserted(() -> assertThat(info("connected_clients")).isEqualTo(count));
    }

    private static void closeAll(List<RespSocket> sockets) throws IOException {
        for (RespSocket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void five_hundred_clients_work_at_once() throws IOException {
        int count = 500;
        List<RespSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(new RespSocket(server.port()));
            }
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < count; i++) {
                    clients.get(i).send("SET", "client:" + i, round + ":" + i);
                    clients.get(i).send("GET", "client:" + i);
                }
                for (int i = 0; i < count; i++) {
                    assertThat(clients.get(i).read()).isEqualTo("OK");
                    assertThat(clients.get(i).read()).isEqualTo(round + ":" + i);
                }
            }
            assertThat(info("connected_clients")).isEqualTo(count + 1);
        } finally {
            closeAll(clients);
        }
        awaitClients(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'*1\\r\\n#3\\r\\nGET\\r\\n', 'expected ''$'', got ''#'''",
        "'*1\\r\\n$-1\\r\\n', invalid bulk length",
        "'*1\\r\\n$abc\\r\\n', invalid bulk length",
        "'*1\\r\\n$536870913\\r\\n', invalid bulk length",
        "'*abc\\r\\n', invalid multibulk length",
        "'*9999999999\\r\\n', invalid multibulk length",
        "'SET \"open\\r\\n', unbalanced quotes in request",
    })
    void what_is_not_resp_ends_that_connection_alone(String sent, String problem) throws IOException {
        try (RespSocket broken = new RespSocket(server.port())) {
            assertThat(broken.ask("SET", "k", "v")).isEqualTo("OK");
            broken.send(sent.translateEscapes().getBytes(StandardCharsets.ISO_8859_1));
            assertThat(broken.read()).isEqualTo("-ERR Protocol error: " + problem);
            assertThat(broken.in().read()).isEqualTo(-1);
        }
        assertThat(bystander.ask("GET", "k")).isEqualTo("v");
    }

    @Test
    void what_came_before_the_malformed_is_done_and_answered() throws IOException {
        try (RespSocket broken = new RespSocket(server.port())) {
            broken.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*1\r\n!".getBytes(StandardCharsets.US_ASCII));
            broken.send("3\r\n*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(broken.read()).isEqualTo("OK");
            assertThat(broken.read()).isEqualTo("-ERR Protocol error: expected '$', got '!'");
            assertThat(broken.in().read()).isEqualTo(-1);
        }
        assertThat(bystander.ask("GET", "k")).isEqualTo("v");
    }

    @Test
    void half_a_request_does_nothing() throws IOException {
        byte[] whole = RespSocket.request("SET", "half", "a value");
        for (int length = 1; length < whole.length; length++) {
            try (RespSocket leaving = new RespSocket(server.port())) {
                leaving.send(Arrays.copyOf(whole, length));
                if (length % 2 == 0) {
                    leaving.reset();
                }
            }
        }
        awaitClients(1);
        assertThat(bystander.ask("EXISTS", "half")).isEqualTo(":0");
    }

    @Test
    void a_request_may_come_byte_by_byte() throws IOException {
        try (RespSocket slow = new RespSocket(server.port())) {
            for (byte next : RespSocket.request("SET", "slow", "a value")) {
                slow.send(new byte[] {next});
            }
            assertThat(slow.read()).isEqualTo("OK");
        }
    }

    /** Memory goes to what has arrived, never to what was announced. */
    @ParameterizedTest
    @CsvSource({"'*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nk\\r\\n$536870912\\r\\n'", "'*1048576\\r\\n$3\\r\\nDEL\\r\\n'"})
    void announcing_much_and_sending_little_costs_little(String announcement) throws IOException {
        long before = info("used_memory_rss");
        List<RespSocket> boasters = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                RespSocket boaster = new RespSocket(server.port());
                boaster.send(announcement.translateEscapes().getBytes(StandardCharsets.US_ASCII));
                boaster.send("ten  bytes".getBytes(StandardCharsets.US_ASCII));
                boasters.add(boaster);
            }
            awaitClients(201);
            assertThat(info("used_memory_rss")).isLessThan(before + 100L * MEGABYTE);
        } finally {
            closeAll(boasters);
        }
        awaitClients(1);
    }

    @Test
    void a_client_that_never_reads_keeps_nobody_waiting() throws IOException {
        String megabyte = "v".repeat(MEGABYTE);
        assertThat(bystander.ask("SET", "large", megabyte)).isEqualTo("OK");
        try (RespSocket deaf = new RespSocket(server.port(), 4096)) {
            for (int i = 0; i < 50; i++) {
                deaf.send("GET", "large");
            }
            for (int i = 0; i < 300; i++) {
                assertThat(bystander.ask("SET", "small", "v" + i)).isEqualTo("OK");
                assertThat(bystander.ask("GET", "small")).isEqualTo("v" + i);
            }
            for (int i = 0; i < 50; i++) {
                assertThat(deaf.read()).isEqualTo(megabyte);
            }
            deaf.send("GET", "large");
            deaf.reset();
        }
        awaitClients(1);
    }

    @Test
    void replies_of_a_long_pipeline_that_is_read_late_all_come() throws IOException {
        int count = 200_000;
        try (RespSocket late = new RespSocket(server.port())) {
            java.io.ByteArrayOutputStream commands = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                RespSocket.append(commands, "ECHO", Integer.toString(i));
            }
            Thread sender = Thread.startVirtualThread(() -> send(late, commands.toByteArray()));
            await().until(() -> info("total_operations") > count / 10);
            for (int i = 0; i < count; i++) {
                assertThat(late.read()).isEqualTo(Integer.toString(i));
            }
            join(sender);
        }
    }

    private static void send(RespSocket socket, byte[] bytes) {
        try {
            socket.send(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Redis's limit, to the byte. On a machine that has the memory for it. */
    @Test
    void a_value_may_have_512_megabytes_and_not_one_more(@TempDir Path ownDir) throws IOException {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        assumeTrue(machine.getTotalMemorySize() >= 12L * 1024 * MEGABYTE, "there is too little memory");
        try (ServerProcess large = ServerProcess.in(ownDir)
                        .java("-Xmx6g")
                        .options("--fsync", "no")
                        .start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), large.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            sendValue(out);
            assertThat(new String(in.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
            out.write(RespSocket.request("GET", "k"));
            assertValue(in);

            out.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870913\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
            assertThat(large.stop()).isZero();
            assertThat(large.err()).isEmpty();
        }
    }

    private static byte[] piece() {
        byte[] piece = new byte[MEGABYTE];
        Arrays.fill(piece, (byte) 'x');
        return piece;
    }

    private static void sendValue(OutputStream out) throws IOException {
        byte[] piece = piece();
        out.write(("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + LARGEST + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < LARGEST / MEGABYTE; i++) {
            piece[0] = (byte) i;
            out.write(piece);
        }
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertValue(InputStream in) throws IOException {
        String header = "$" + LARGEST + "\r\n";
        assertThat(new String(in.readNBytes(header.length()), StandardCharsets.US_ASCII))
                .isEqualTo(header);
        byte[] expected = piece();
        for (int i = 0; i < LARGEST / MEGABYTE; i++) {
            expected[0] = (byte) i;
            assertThat(Arrays.equals(in.readNBytes(MEGABYTE), expected)).isTrue();
        }
        assertThat(in.readNBytes(2)).isEqualTo(new byte[] {'\r', '\n'});
    }
}

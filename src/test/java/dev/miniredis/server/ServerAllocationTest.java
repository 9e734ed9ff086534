package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.RespListener;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine's thread takes of the heap for a request, all the way from the socket and back to it. */
@QuarkusTest
@TestProfile(OwnDataDirectory.class)
class ServerAllocationTest {
    private static final int CALLS = 20_000;
    private static final int MAX_ROUNDS = 20;
    /** Bytes a call: the regular work, a wake-up, and what a turn takes divided by its requests. */
    private static final double NOISE = 4;

    private static final String VALUE = "v".repeat(32);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Inject
    RespListener listener;

    @Inject
    Lifecycle lifecycle;

    @Inject
    EngineLoop loop;

    private long engineThread;

    @BeforeEach
    void find_the_thread() {
        await().until(() -> lifecycle.state() == MiniRedis.State.READY);
        engineThread = CompletableFuture.supplyAsync(
                        () -> Thread.currentThread().threadId(), loop::execute)
                .join();
    }

    /**
     * Measured again while it is more than {@code expected}: until the compiler is done, temporary objects are real.
     */
    private void assertAllocates(String line, String reply, int pipeline, long expected) throws IOException {
        byte[] requests = (line + "\r\n").repeat(pipeline).getBytes(StandardCharsets.US_ASCII);
        int replyBytes = reply.length() * pipeline;
        double least = Double.MAX_VALUE;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            for (int round = 0; round < MAX_ROUNDS && least > expected + NOISE; round++) {
                long before = threads.getThreadAllocatedBytes(engineThread);
                for (int i = 0; i < CALLS; i += pipeline) {
                    socket.getOutputStream().write(requests);
                    byte[] replies = socket.getInputStream().readNBytes(replyBytes);
                    assertThat(new String(replies, 0, reply.length(), StandardCharsets.US_ASCII))
                            .isEqualTo(reply);
                }
                long taken = threads.getThreadAllocatedBytes(engineThread) - before;
                least = Math.min(least, taken / (double) CALLS);
            }
        }
        assertThat(least).as("bytes for a " + line).isLessThanOrEqualTo(expected + NOISE);
    }

    @Test
    void a_get_allocates_nothing() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.getOutputStream().write(("SET key:000000001 " + VALUE + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
        }
        assertAllocates("GET key:000000001", "$32\r\n" + VALUE + "\r\n", 1, 0);
        assertAllocates("GET key:000000001", "$32\r\n" + VALUE + "\r\n", 100, 0);
    }

    @Test
    void a_set_allocates_its_entry_and_nothing_else() throws IOException {
        long entryBytes = 64; // header of 12 or 16 bytes, flags and length 2, key 13, value 32, rounded up to 8
        assertAllocates("SET key:000000001 " + VALUE, "+OK\r\n", 100, entryBytes);
    }
}

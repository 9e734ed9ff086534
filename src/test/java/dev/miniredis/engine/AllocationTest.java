package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestReader;
import dev.miniredis.resp.TurnBuffer;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the way from the bytes of a request to the bytes of its reply takes of the heap. */
class AllocationTest {
    private static final int CALLS = 20_000;
    private static final int MAX_ROUNDS = 200;
    /** Bytes a call: what the measurement takes, and each sync of the disk. */
    private static final double NOISE = 1;

    private static final int ARRAY_HEADER_BYTES = 16; // 12 with compact headers
    private static final String VALUE = "v".repeat(32);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemoryLog log = new MemoryLog(false);
    private final Engine engine = new Engine(16, 1, 16, Long.MAX_VALUE, log, Clocks.MACHINE, () -> {});
    private final Session session = new Session(1, "10.0.0.7:1", "10.0.0.1:2", 0, Outlet.NONE);
    private final TurnBuffer turn = new TurnBuffer();
    private final RequestReader reader = new RequestReader(turn);
    private final Request request = new Request();

    AllocationTest() {
        engine.loaded();
        engine.security().admit(session);
    }

    private void run(byte[] bytes) throws ProtocolException {
        reader.reserve(bytes.length);
        System.arraycopy(bytes, 0, reader.buffer(), reader.limit(), bytes.length);
        reader.arrived(bytes.length);
        while (reader.next(request)) {
            engine.execute(session, request);
        }
        reader.endTurn();
        turn.clear();
        engine.reply().clear();
        if (log.lastLsn() - log.durableLsn() >= 64) { // the disk is that far behind
            log.durable(log.lastLsn());
            engine.durable(log.lastLsn());
        }
    }

    /**
     * Measured again while it is more than {@code expected}: until the compiler is done, temporary objects are real.
     */
    private void assertAllocates(String line, long expected) throws ProtocolException {
        byte[] bytes = EngineHarness.encode(EngineHarness.words(line));
        double least = Double.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && least > expected + NOISE; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                run(bytes);
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (double) CALLS);
        }
        assertThat(least).as("bytes for a " + line).isLessThanOrEqualTo(expected + NOISE);
    }

    /** An entry's array: header, flags and key length, the rest, rounded up to 8 bytes. */
    private static long entryBytes(int payload) {
        return ARRAY_HEADER_BYTES + 2L + payload + 7 & -8;
    }

    @Test
    void a_get_allocates_nothing() throws ProtocolException {
        run(EngineHarness.encode(EngineHarness.words("SET key:000000001 " + VALUE)));
        assertAllocates("GET key:000000001", 0);
        assertAllocates("GET missing", 0);
        assertAllocates("get key:000000001", 0);
    }

    @Test
    void a_set_allocates_its_entry_and_nothing_else() throws ProtocolException {
        int deadline = 8;
        assertAllocates("SET key:000000001 " + VALUE, entryBytes(13 + 32));
        assertAllocates("SET key:000000001 " + VALUE + " EX 100", entryBytes(13 + 32 + deadline));
        assertAllocates("SET key:000000001 x NX", 0);
        assertAllocates("SET key:000000001 x KEEPTTL", entryBytes(13 + 1 + deadline));
    }

    @Test
    void other_hot_commands_allocate_nothing() throws ProtocolException {
        for (String line :
                new String[] {"PING", "ECHO hello", "EXISTS a b c", "DEL a b", "SELECT 1", "TTL a", "DBSIZE"}) {
            assertAllocates(line, 0);
        }
    }
}

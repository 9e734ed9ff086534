package dev.miniredis.it.faults;

import dev.miniredis.it.KeyHistory;
import dev.miniredis.it.RespSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write and read at once until the server ends, and then know what the next one must know: every write
 * that was acknowledged, and everything that a reader was shown.
 *
 * <p>A writer owns some keys of database 0; half of the writers send batches. In database 1 keys are only added, one
 * after the other, so its size tells what there is.
 */
public final class Workload {
    private static final int WRITERS = 8;
    private static final int READERS = 4;
    private static final int KEYS_EACH = 4;
    private static final int BATCH = 50;
    private static final String ADDED = "added:";

    private final int port;
    private final long seed;
    private final List<KeyHistory> keys = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong acknowledgements = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong addedAtLeast = new AtomicLong();
    private final AtomicLong addedAtMost = new AtomicLong();
    private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();

    /** What a client does until its connection ends. */
    private interface Client {
        void run(RespSocket socket, Random random) throws IOException;
    }

    /**
     * Looks at what there is.
     *
     * @param round the number of the run: later ones write greater values
     */
    public Workload(int port, int round, long seed) throws IOException {
        this.port = port;
        this.seed = seed;
        try (RespSocket socket = new RespSocket(port)) {
            for (int i = 0; i < WRITERS * KEYS_EACH; i++) {
                String key = "key:" + i;
                keys.add(new KeyHistory(key, value(socket.ask("GET", key)), round * 1_000_000_000L, READERS));
            }
            addedAtLeast.set(added(socket));
            addedAtMost.set(addedAtLeast.get());
        }
    }

    private static String value(String reply) {
        return reply.equals("(nil)") ? null : reply;
    }

    /** The size of database 1. */
    private static long added(RespSocket socket) throws IOException {
        expect("OK", socket.ask("SELECT", "1"));
        String size = socket.ask("DBSIZE");
        expect("OK", socket.ask("SELECT", "0"));
        return Long.parseLong(size.substring(1));
    }

    private static void expect(String expected, String reply) {
        if (!reply.equals(expected)) {
            throw new AssertionError("answered " + reply + " where " + expected + " was expected");
        }
    }

    public Workload start() {
        for (int i = 0; i < WRITERS; i++) {
            List<KeyHistory> own = keys.subList(i * KEYS_EACH, (i + 1) * KEYS_EACH);
            boolean batches = i % 2 == 1;
            start((socket, random) -> write(socket, own, batches ? BATCH : 1, random));
        }
        for (int i = 0; i < READERS; i++) {
            int reader = i;
            start((socket, random) -> read(socket, reader, random));
        }
        start(this::add);
        return this;
    }

    private void start(Client client) {
        Random random = new Random(seed + threads.size());
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try (RespSocket socket = new RespSocket(port)) {
                client.run(socket, random);
            } catch (IOException ended) {
                // The server has ended.
            } catch (RuntimeException | AssertionError problem) {
                problems.add(problem);
            }
        }));
    }

    private void write(RespSocket socket, List<KeyHistory> own, int batch, Random random) throws IOException {
        KeyHistory[] written = new KeyHistory[batch];
        long[] numbers = new long[batch];
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        while (true) {
            commands.reset();
            for (int i = 0; i < batch; i++) {
                written[i] = own.get(random.nextInt(own.size()));
                numbers[i] = written[i].next();
                RespSocket.append(commands, written[i].command(numbers[i]));
            }
            socket.send(commands.toByteArray());
            for (int i = 0; i < batch; i++) {
                String reply = socket.read();
                if (!reply.equals("OK") && !reply.startsWith(":")) {
                    throw new AssertionError("a write was answered " + reply);
                }
                written[i].acknowledge(numbers[i]);
                acknowledgements.incrementAndGet();
            }
        }
    }

    private void add(RespSocket socket, Random random) throws IOException {
        expect("OK", socket.ask("SELECT", "1"));
        while (true) {
            long number = addedAtMost.incrementAndGet();
            expect("OK", socket.ask("SET", ADDED + number, Integer.toString(random.nextInt())));
            addedAtLeast.accumulateAndGet(number, Math::max);
            acknowledgements.incrementAndGet();
        }
    }

    private void read(RespSocket socket, int reader, Random random) throws IOException {
        while (true) {
            KeyHistory key = keys.get(random.nextInt(keys.size()));
            long acknowledged = key.acknowledged();
            long added = addedAtLeast.get();
            switch (random.nextInt(3)) {
                case 0 -> key.sawValue(reader, acknowledged, value(socket.ask("GET", key.key())));
                case 1 ->
                    key.sawExistence(
                            reader,
                            acknowledged,
                            socket.ask("EXISTS", key.key()).equals(":1"));
                default -> sawAdded(added, added(socket));
            }
            reads.incrementAndGet();
        }
    }

    private void sawAdded(long atLeast, long seen) {
        if (seen < atLeast || seen > addedAtMost.get()) {
            throw new AssertionError("a reader saw " + seen + " keys where " + atLeast + " had been added");
        }
        addedAtLeast.accumulateAndGet(seen, Math::max);
    }

    public long acknowledgements() {
        return acknowledgements.get();
    }

    public long reads() {
        return reads.get();
    }

    /** Waits until all clients have noticed that the server has ended. */
    public void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        throwProblems();
    }

    /** Fails if a client has already seen something wrong. */
    public void throwProblems() {
        if (!problems.isEmpty()) {
            AssertionError failure = new AssertionError("clients saw what must not be: " + problems.peek());
            problems.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /**
     * Checks what the next server knows.
     *
     * @throws AssertionError it has lost something
     */
    public void check(int newPort) throws IOException {
        try (RespSocket socket = new RespSocket(newPort)) {
            for (KeyHistory key : keys) {
                key.check(value(socket.ask("GET", key.key())));
            }
            sawAdded(addedAtLeast.get(), added(socket));
            long count = addedAtLeast.get();
            expect("OK", socket.ask("SELECT", "1"));
            String[] exists = new String[Math.toIntExact(count) + 1];
            exists[0] = "EXISTS";
            for (int i = 1; i < exists.length; i++) {
                exists[i] = ADDED + i;
            }
            if (count > 0) {
                expect(":" + count, socket.ask(exists));
            }
        }
    }
}

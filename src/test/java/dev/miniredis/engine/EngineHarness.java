package dev.miniredis.engine;

import dev.miniredis.command.CommandTable;
import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Saving;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.figures.TestFigures;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.EntryText;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.resp.InlineWords;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestReader;
import dev.miniredis.resp.Slice;
import dev.miniredis.resp.TurnBuffer;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An engine with a client and a log in memory, where the test is the clock, the network and the disk.
 *
 * <p>The bytes of each request are overwritten as soon as it has run, so whoever keeps a {@link Slice} instead of a
 * copy shows garbage in the next answer. Text here is ISO 8859-1: a character is a byte.
 */
public final class EngineHarness {
    public static final int DATABASES = 16;
    /** The time at which it all begins. */
    public static final long START_MILLIS = 1_763_834_101_000L;

    private static final byte GARBAGE = (byte) 0xa5;
    private static final int ARRAY_HEADER_BYTES = 16;

    /** A key as it lies in the keyspace. */
    public record Datum(int database, String key, String value, long deadline) {}

    private final MemoryLog log;
    private final CommandTable commands;
    private final Engine engine;
    private final TurnBuffer turn = new TurnBuffer();
    private final Request request = new Request();
    private RequestReader reader;
    private Session session;
    private int shutdowns;
    private long wallMillis = START_MILLIS;
    private long nanos;
    private long nanosPerCommand;

    public EngineHarness() {
        this(new MemoryLog());
        loaded();
    }

    /** An engine that is still loading, see {@link #loaded}. */
    EngineHarness(MemoryLog log) {
        this(log, Long.MAX_VALUE);
    }

    /** An engine that is still loading, whose data may take so much of the heap. */
    EngineHarness(MemoryLog log, long heapLimitBytes) {
        this(AllCommands.table(), log, heapLimitBytes);
    }

    private EngineHarness(CommandTable commands, MemoryLog log, long heapLimitBytes) {
        this.log = log;
        this.commands = commands;
        this.engine = new Engine(
                commands,
                DATABASES,
                0x5eed,
                ARRAY_HEADER_BYTES,
                heapLimitBytes,
                log,
                new TestClocks(),
                () -> shutdowns++);
        addServerFacts();
        connect();
    }

    /** An engine that knows the commands on piles, too. */
    static EngineHarness withPiles() {
        EngineHarness harness = new EngineHarness(PileCommands.table(), new MemoryLog(), Long.MAX_VALUE);
        harness.loaded();
        return harness;
    }

    /** What a server adds to its engine. */
    private void addServerFacts() {
        TestFigures.addTo(engine, new EngineLoop(engine, log, new ClientLimits(engine), null, nanos -> {}));
        engine.clients().alarm(atMillis -> {}); // the test is the loop
        engine.tuning().enableDebugCommand.set("yes");
        engine.debugging().sleeper(slept -> pass(slept / 1_000_000, false));
        engine.debugging().reloading(this::reload);
        engine.environment().saving(new InMemory());
        engine.environment().log(new LogProgress() {
            @Override
            public boolean isKept() {
                return true;
            }

            @Override
            public long syncedLsn() {
                return log.durableLsn();
            }
        });
        engine.parameters()
                .add("appendonly", "yes")
                .add("databases", Integer.toString(DATABASES))
                .add("save", "");
    }

    /** What a base of a log in memory is: nothing, since all its entries are kept. */
    private static final class InMemory implements Saving {
        @Override
        public void start() {
            NONE.start();
        }

        @Override
        public void run() {
            // every entry is kept
        }

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public long lastSeconds() {
            return 0;
        }

        @Override
        public long changesBefore() {
            return 0;
        }
    }

    private void reload() {
        engine.beginReload();
        log.entries().forEach(kept -> engine.replay(kept.toEntry()));
        engine.endReload();
    }

    void loaded() {
        engine.loaded();
    }

    private final class TestClocks implements Clocks {
        @Override
        public long wallMillis() {
            return wallMillis;
        }

        @Override
        public long nanos() {
            nanos += nanosPerCommand;
            return nanos;
        }
    }

    /** From now on each command takes so long. */
    public void commandsTake(long newNanos) {
        nanosPerCommand = newNanos;
    }

    /** Another client comes and takes the place of the one there was. */
    public void connect() {
        connectFrom("10.0.0.7:51544");
    }

    /** As {@link #connect}, from this address. */
    public void connectFrom(String address) {
        if (session != null) {
            engine.clients().disconnected(session);
        }
        session = new Session(
                engine.clients().nextId(),
                address,
                "10.0.0.1:6379",
                engine.time().monotonicMillis(),
                Outlet.NONE);
        engine.security().admit(session);
        engine.clients().connected(session);
        reader = new RequestReader(turn);
    }

    /**
     * Runs one command.
     *
     * @param line its words, quoted as in an inline command
     * @return the reply's bytes
     */
    public String run(String line) {
        return text(run(words(line)));
    }

    /** Runs one command of another client, and drops the reply. */
    void runAs(Session other, String line) {
        Session own = session;
        session = other;
        run(line);
        session = own;
    }

    /** Runs one command of these words. */
    public byte[] run(List<byte[]> words) {
        return attempt(words).orElseThrow(() -> new IllegalStateException("it waits for room in the log"));
    }

    /** Runs one command, or nothing at all where it has to wait for room in the log: then {@link #retry} it. */
    Optional<String> attempt(String line) {
        return attempt(words(line)).map(EngineHarness::text);
    }

    private Optional<byte[]> attempt(List<byte[]> words) {
        byte[] bytes = encode(words);
        try {
            reader.reserve(bytes.length);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e);
        }
        System.arraycopy(bytes, 0, reader.buffer(), reader.limit(), bytes.length);
        reader.arrived(bytes.length);
        return executeNext();
    }

    /** Tries the request again that had to wait. */
    Optional<String> retry() {
        return executeNext().map(EngineHarness::text);
    }

    private Optional<byte[]> executeNext() {
        try {
            if (!reader.next(request)) {
                throw new IllegalStateException("no request");
            }
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e);
        }
        List<Slice> arguments = new ArrayList<>();
        for (int i = 0; i < request.size(); i++) { // the engine may wrap the request's own ones around other bytes
            Slice arg = request.arg(i);
            arguments.add(new Slice().wrap(arg.bytes(), arg.offset(), arg.length()));
        }
        engine.reply().clear();
        boolean executed = engine.execute(session, request);
        byte[] reply = Arrays.copyOf(engine.reply().bytes(), engine.reply().size());
        engine.reply().clear();
        if (executed) {
            arguments.forEach(arg -> Arrays.fill(arg.bytes(), arg.offset(), arg.offset() + arg.length(), GARBAGE));
        } else {
            reader.unread(request);
        }
        reader.endTurn();
        turn.clear();
        return executed ? Optional.of(reply) : Optional.empty();
    }

    /** What the last reply waits for, see {@link Engine#requiredLsn}. */
    long requiredLsn() {
        return engine.requiredLsn();
    }

    /** The disk has everything up to this lsn. */
    void durable(long lsn) {
        log.durable(lsn);
        engine.durable(lsn);
    }

    /** Time goes on. */
    public void pass(long millis) {
        pass(millis, true);
        engine.look();
    }

    private void pass(long millis, boolean betweenTurns) {
        long tookPerCommand = nanosPerCommand;
        nanosPerCommand = 0;
        wallMillis += millis;
        nanos += millis * 1_000_000;
        if (betweenTurns) {
            engine.beginTurn();
        } else {
            engine.tick();
        }
        nanosPerCommand = tookPerCommand;
    }

    /** The wall clock is set, forward or back; no time passes. */
    public void setClock(long byMillis) {
        wallMillis += byMillis;
        pass(0);
    }

    public Engine engine() {
        return engine;
    }

    public MemoryLog log() {
        return log;
    }

    public Session session() {
        return session;
    }

    public int shutdowns() {
        return shutdowns;
    }

    /** All keys that have not expired, ordered by database and key. */
    public List<Datum> state() {
        List<Datum> state = new ArrayList<>();
        for (int i = 0; i < DATABASES; i++) {
            int database = i;
            Keyspace keyspace = engine.database(database);
            keyspace.forEach(engine.now(), entry -> state.add(datum(database, entry)));
        }
        state.sort((a, b) -> a.database() == b.database()
                ? a.key().compareTo(b.key())
                : Integer.compare(a.database(), b.database()));
        return state;
    }

    private static Datum datum(int database, Entry entry) {
        return new Datum(database, EntryText.key(entry), EntryText.value(entry), entry.deadline());
    }

    /** Another engine that has recovered from this one's log, at the same time of day. */
    public EngineHarness recovered() {
        EngineHarness other = new EngineHarness(commands, new MemoryLog(), Long.MAX_VALUE);
        log.entries().forEach(kept -> other.engine.replay(kept.toEntry()));
        other.wallMillis = wallMillis;
        other.pass(0);
        other.loaded();
        return other;
    }

    /** The words of a line, quoted as in an inline command. */
    public static List<byte[]> words(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        Request words = new Request();
        try {
            InlineWords.split(bytes, 0, bytes.length, words);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(line, e);
        }
        List<byte[]> copies = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            copies.add(words.arg(i).copy());
        }
        return copies;
    }

    /** A request as clients send it: an array of bulk strings. */
    public static byte[] encode(List<byte[]> words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(bytes("*" + words.size() + "\r\n"));
        for (byte[] word : words) {
            bytes.writeBytes(bytes("$" + word.length + "\r\n"));
            bytes.writeBytes(word);
            bytes.writeBytes(bytes("\r\n"));
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

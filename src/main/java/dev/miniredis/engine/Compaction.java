package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.command.Saving;
import dev.miniredis.config.LogRetention;
import dev.miniredis.keyspace.SnapshotPart;
import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogException;
import dev.miniredis.log.LogFigures;
import dev.miniredis.log.LogStorage;
import dev.miniredis.log.NoRoomException;
import dev.miniredis.log.Retention;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Replaces the log by a base of the data at one moment, while writes go on.
 *
 * <pre>
 *   engine's thread   ends the segment of the log at lsn n, begins a snapshot, hands over a few segments of the table
 *                     a step, and those that a write is about to change
 *   base's thread     writes what it is handed, until all of it is on disk; then the log before n goes
 * </pre>
 *
 * <p>A crash before the end leaves the log as it was, in one segment more.
 */
public final class Compaction implements Saving {
    private static final System.Logger LOGGER = System.getLogger(Compaction.class.getName());
    private static final int SEGMENTS_A_STEP = 16;
    /** With more pieces on their way to the file, the engine waits with the next step. */
    private static final int MAX_WAITING_PIECES = 256;

    private static final long PAUSE_MILLIS = 1;
    /** The duration before the first run. */
    private static final long NONE = -1;

    private static final long PERCENT = 100;
    /** Attempts at the end: the one that is running, and one more. */
    private static final int LAST_ATTEMPTS = 2;
    /** The pause before an automatic retry when the log can go on without a base. */
    private static final long MIN_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long MAX_RETRY_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** The pause when the log needs a base. */
    private static final long NEEDED_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A part of the snapshot; the last has no entries. */
    private record Piece(int database, SnapshotPart entries) {
        static final Piece LAST = new Piece(0, null);
    }

    private final Engine engine;
    private final LogStorage log;
    private final EngineThread loop;
    private final LongSupplier nanoTime;

    // The engine's thread.
    private BlockingQueue<Piece> pieces; // null while no base is being made
    private long runs;
    private Thread writer;
    private long lastSeconds; // the end of the last run, or the start of the server, by the wall clock
    private long lastDurationNanos = NONE;
    private boolean lastFailed;
    private long beganNanos;
    private long beganChanges; // Engine.changes at the beginning of the run
    private long lastChanges;
    private long successes;
    private long failures; // since the last success
    private long allFailures;
    private boolean byItself;
    private long endedNanos; // when the last one ended
    private long retryNanos;
    private String toldReason; // the last failure that was logged since the last success
    private CompletableFuture<Void> outcome;
    private boolean stopping;

    public Compaction(Engine engine, LogStorage log, EngineThread loop) {
        this(engine, log, loop, System::nanoTime);
    }

    /** @param nanoTime a clock for intervals */
    public Compaction(Engine engine, LogStorage log, EngineThread loop, LongSupplier nanoTime) {
        this.engine = engine;
        this.log = log;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.endedNanos = nanoTime.getAsLong();
        this.lastSeconds = wallSeconds();
    }

    private long wallSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(engine.time().wallMillis());
    }

    @Override
    public boolean isRunning() {
        return pieces != null;
    }

    @Override
    public long lastSeconds() {
        return lastSeconds;
    }

    @Override
    public long changesBefore() {
        return lastChanges;
    }

    /** The number of bases made. */
    public long successes() {
        return successes;
    }

    /** The number of failed runs. */
    public long allFailures() {
        return allFailures;
    }

    /** The number of failed runs since the last success. */
    public long failures() {
        return failures;
    }

    /** The duration of the present run so far; -1 while there is none. */
    public long currentSeconds() {
        return isRunning() ? TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - beganNanos) : -1;
    }

    /** The duration of the last run; -1 before the first. */
    public long lastDurationSeconds() {
        return lastDurationNanos == NONE ? NONE : TimeUnit.NANOSECONDS.toSeconds(lastDurationNanos);
    }

    /** The same in nanoseconds. */
    public long lastDurationNanos() {
        return lastDurationNanos;
    }

    public boolean lastFailed() {
        return lastFailed;
    }

    /** Begins a run if the log has grown as much as the parameters say, if it needs a base, or if the disk is full. */
    public void startIfNeeded() {
        if (isRunning() || stopping) {
            return;
        }
        boolean isNeeded = log.needsBase();
        boolean isDue = (isNeeded || isGrown()) && !(lastFailed && isTooSoon(isNeeded));
        if (isDue || isFullAndMayFit()) {
            start();
            byItself = true;
        }
    }

    private boolean isTooSoon(boolean isNeeded) {
        return sinceEndNanos() < (isNeeded ? NEEDED_RETRY_NANOS : retryNanos);
    }

    private long sinceEndNanos() {
        return nanoTime.getAsLong() - endedNanos;
    }

    private boolean isGrown() {
        long percent = engine.tuning().autoRewritePercentage.value();
        LogFigures now = log.figures();
        long base = Math.max(1, now.baseBytes());
        long grown = now.writtenBytes();
        boolean isLarge =
                now.baseBytes() + grown >= engine.tuning().autoRewriteMinSize.value();
        return percent > 0 && isLarge && grown * PERCENT / base >= percent && now.problem() == null;
    }

    /** Whether the disk is full, a base of the present data fits, and the data have changed since the last attempt. */
    private boolean isFullAndMayFit() {
        long room = log.roomForBase();
        return room > 0
                && room >= engine.memory().bytes() - engine.memory().startupBytes()
                && engine.tuning().autoRewritePercentage.value() > 0
                && engine.changes() != beganChanges
                && sinceEndNanos() >= MIN_RETRY_NANOS;
    }

    @Override
    public void start() {
        begin(true);
        step();
    }

    @Override
    public void run() {
        CompletableFuture<Void> written = begin(false);
        while (engine.data().snapshotStep()) {
            // nothing else happens meanwhile
        }
        pieces.add(Piece.LAST);
        try {
            written.join();
            ended(null);
        } catch (java.util.concurrent.CompletionException e) {
            ended(e.getCause());
            throw new CommandError("ERR " + e.getCause().getMessage());
        }
    }

    private CompletableFuture<Void> begin(boolean rests) {
        if (stopping) {
            throw new CommandError("ERR The server is ending");
        }
        long number = ++runs;
        long lsn = log.rotate();
        long atMillis = engine.now();
        BaseHeader header = new BaseHeader(
                lsn, atMillis, engine.data().hashSeed(), engine.data().keysByDatabase());
        Retention retention = retention(atMillis);
        BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
        pieces = queue;
        byItself = false;
        outcome = new CompletableFuture<>();
        engine.data().beginSnapshot((database, entries) -> queue.add(new Piece(database, entries)));
        CompletableFuture<Void> written = new CompletableFuture<>();
        long began = System.nanoTime();
        beganNanos = nanoTime.getAsLong();
        beganChanges = engine.changes();
        writer = Thread.ofPlatform().name("mini-redis-base").start(() -> {
            try {
                write(queue, header, began, retention, rests);
                written.complete(null);
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                OutOfMemory.endIfCause(e);
                written.completeExceptionally(e);
            }
        });
        written.whenComplete((_, failure) -> loop.execute(() -> {
            if (number == runs && isRunning()) { // else run() has waited for it
                ended(failure);
            }
        }));
        return written;
    }

    private Retention retention(long nowMillis) {
        LogRetention wanted = engine.tuning().logRetention.value();
        return new Retention(wanted.millis() == 0 ? Long.MAX_VALUE : nowMillis - wanted.millis(), wanted.bytes());
    }

    private void step() {
        BlockingQueue<Piece> queue = pieces;
        if (queue == null) {
            return;
        }
        boolean more = true;
        for (int i = 0; i < SEGMENTS_A_STEP && more && queue.size() < MAX_WAITING_PIECES; i++) {
            more = engine.data().snapshotStep();
        }
        if (more) {
            loop.schedule(this::step, queue.size() < MAX_WAITING_PIECES ? 0 : PAUSE_MILLIS);
        } else {
            queue.add(Piece.LAST);
        }
    }

    private void ended(Throwable failure) {
        pieces = null;
        writer = null;
        engine.data().endSnapshot();
        lastFailed = failure != null && !stopping; // a run given up at the end has not failed
        endedNanos = nanoTime.getAsLong();
        if (failure == null) {
            lastSeconds = wallSeconds();
            toldReason = null;
            lastChanges = beganChanges;
            successes++;
            failures = 0;
            retryNanos = 0;
            outcome.complete(null);
        } else {
            failures += lastFailed ? 1 : 0;
            allFailures += lastFailed ? 1 : 0;
            retryNanos = Math.clamp(2 * retryNanos, MIN_RETRY_NANOS, MAX_RETRY_NANOS);
            tell(failure instanceof IOException io ? LogException.reason(io) : failure.toString());
            outcome.completeExceptionally(failure);
        }
    }

    /** Logs why there is no base; for automatic runs, a repeated reason only once. */
    private void tell(String reason) {
        if (stopping || byItself && reason.equals(toldReason)) {
            return;
        }
        toldReason = reason;
        String next = log.needsBase() ? "Writes are refused until there is one." : "The log goes on as it was.";
        Notice.COMPACTION_FAILED.tell(LOGGER, reason, next, failures);
    }

    /**
     * Writes and installs a base.
     *
     * @param rests whether to pause after each piece for as long as it took: on a busy machine this halves the latency
     *     of the slowest requests meanwhile
     */
    private void write(BlockingQueue<Piece> queue, BaseHeader header, long began, Retention retention, boolean rests)
            throws IOException, InterruptedException {
        BaseProgress progress = new BaseProgress();
        try (BaseFile base = log.newBase(header)) {
            writeEntries(queue, base, header.atMillis(), rests, progress);
            log.install(base, retention);
            long nanos = System.nanoTime() - began;
            lastDuration(nanos);
            Notice.COMPACTION_DONE.tell(
                    LOGGER, progress.keys(), base.bytes(), header.lsn(), TimeUnit.NANOSECONDS.toMillis(nanos));
        } catch (NoRoomException e) {
            throw progress.noRoom(e, header);
        }
    }

    private void writeEntries(
            BlockingQueue<Piece> queue, BaseFile base, long atMillis, boolean rests, BaseProgress progress)
            throws IOException, InterruptedException {
        for (Piece piece = queue.take(); piece.entries != null; piece = queue.take()) {
            long pieceBegan = nanoTime.getAsLong();
            int database = piece.database;
            BaseCommands<IOException> commands = new BaseCommands<>(command -> base.add(database, command));
            piece.entries.forEach(atMillis, entry -> {
                commands.write(entry);
                progress.added(base);
            });
            if (rests) {
                LockSupport.parkNanos(nanoTime.getAsLong() - pieceBegan);
            }
        }
    }

    private void lastDuration(long nanos) {
        loop.execute(() -> lastDurationNanos = nanos);
    }

    /**
     * Ends a run before the log is closed, unless the log needs the base. Called by another thread than the engine's.
     */
    public void stop() throws InterruptedException {
        log.look();
        for (int attempt = 0; attempt < LAST_ATTEMPTS && log.needsBase(); attempt++) {
            awaitBase();
        }
        Thread running = loop.ask(() -> {
                    stopping = true;
                    return writer;
                })
                .join();
        if (running != null) {
            running.interrupt();
            running.join();
        }
    }

    private void awaitBase() {
        CompletableFuture<Void> base = loop.ask(() -> {
                    if (!isRunning()) {
                        start();
                        byItself = true;
                    }
                    return outcome;
                })
                .thenCompose(running -> running)
                .exceptionally(_ -> null); // it has been logged
        base.join();
    }
}

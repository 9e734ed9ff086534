package dev.miniredis.server;

import dev.miniredis.command.CommandError;
import dev.miniredis.command.LogRetention;
import dev.miniredis.command.Saving;
import dev.miniredis.engine.BaseCommands;
import dev.miniredis.engine.Engine;
import dev.miniredis.keyspace.PackedEntry;
import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Retention;
import dev.miniredis.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Replaces the log by a base of what there is at one moment, while writes go on.
 *
 * <pre>
 *   engine's thread   ends the segment of the log at lsn n, begins a snapshot, hands over a few segments of the table
 *                     a step, and those that a write is about to change
 *   base's thread     writes what it is handed, until all of it is on disk; then the log before n goes
 * </pre>
 *
 * <p>A crash before the end leaves the log as it was, in one segment more.
 */
@Singleton
final class Compaction implements Saving {
    private static final Logger LOGGER = Logger.getLogger(Compaction.class);
    private static final int SEGMENTS_A_STEP = 16;
    /** With more of them on their way to the file, the engine waits with the next step. */
    private static final int MAX_WAITING_PIECES = 256;

    private static final long PAUSE_MILLIS = 1;
    private static final long PERCENT = 100;

    /** A part of the snapshot; the last has no entries. */
    private static final class Piece {
        static final Piece LAST = new Piece(0, null);

        final int database;
        final byte[][] entries;

        Piece(int database, byte[][] entries) {
            this.database = database;
            this.entries = entries;
        }
    }

    private final Engine engine;
    private final ServerLog log;
    private final EngineLoop loop;

    // The engine's thread.
    private BlockingQueue<Piece> pieces; // null where nothing is being made
    private long runs;
    private Thread writer;
    private long lastSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    private long lastDurationSeconds = -1;
    private boolean lastFailed;
    private boolean stopping;

    @Inject
    Compaction(Engine engine, ServerLog log, EngineLoop loop) {
        this.engine = engine;
        this.log = log;
        this.loop = loop;
    }

    @Override
    public boolean isRunning() {
        return pieces != null;
    }

    @Override
    public long lastSeconds() {
        return lastSeconds;
    }

    /** How long the last one took; -1 where there was none. */
    long lastDurationSeconds() {
        return lastDurationSeconds;
    }

    boolean lastFailed() {
        return lastFailed;
    }

    /** Begins, if the log has grown by as much as the parameters say. */
    void startIfGrown() {
        long percent = engine.tuning().autoRewritePercentage.value();
        long base = Math.max(1, log.baseBytes());
        long grown = log.writtenBytes();
        boolean isLarge =
                log.baseBytes() + grown >= engine.tuning().autoRewriteMinSize.value();
        if (percent > 0 && isLarge && grown * PERCENT / base >= percent && !isRunning() && log.problem() == null) {
            start();
        }
    }

    @Override
    public void start() {
        begin();
        step();
    }

    @Override
    public void run() {
        CompletableFuture<Void> written = begin();
        while (engine.snapshotStep()) {
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

    private CompletableFuture<Void> begin() {
        if (stopping) {
            throw new CommandError("ERR The server is ending");
        }
        long number = ++runs;
        long lsn = log.rotate();
        long atMillis = engine.now();
        BaseHeader header = new BaseHeader(lsn, atMillis, engine.hashSeed(), engine.keysByDatabase());
        Retention retention = retention(atMillis);
        BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
        pieces = queue;
        engine.beginSnapshot((database, entries) -> queue.add(new Piece(database, entries)));
        CompletableFuture<Void> written = new CompletableFuture<>();
        long began = System.nanoTime();
        writer = Thread.ofPlatform().name("mini-redis-base").start(() -> {
            try {
                write(queue, header, began, retention);
                written.complete(null);
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
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
            more = engine.snapshotStep();
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
        engine.endSnapshot();
        lastFailed = failure != null;
        if (failure == null) {
            lastSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        } else if (!stopping) {
            String reason = failure instanceof IOException io ? LogException.reason(io) : failure.toString();
            LOGGER.errorf("No base of the log was made: %s. The log goes on as it was.", reason);
        }
    }

    private void write(BlockingQueue<Piece> queue, BaseHeader header, long began, Retention retention)
            throws IOException, InterruptedException {
        BaseCommands commands = new BaseCommands();
        long keys = 0;
        try (BaseFile base = log.newBase(header)) {
            for (Piece piece = queue.take(); piece.entries != null; piece = queue.take()) {
                for (byte[] entry : piece.entries) {
                    if (entry != null && PackedEntry.deadline(entry) > header.atMillis()) {
                        base.add(piece.database, commands.of(entry));
                        keys++;
                    }
                }
            }
            log.install(base, retention);
            long nanos = System.nanoTime() - began;
            lastDuration(nanos);
            LOGGER.infof(
                    "A base of %d keys, %d bytes, stands for the log up to entry %d (%d ms).",
                    keys, base.bytes(), header.lsn(), TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private void lastDuration(long nanos) {
        loop.execute(() -> lastDurationSeconds = TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    /** Gives up, before the log is closed. From another thread than the engine's. */
    void stop() throws InterruptedException {
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
}

package dev.miniredis.embedded;

import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Loading;
import dev.miniredis.engine.Replay;
import dev.miniredis.figures.FigureReader;
import dev.miniredis.figures.FigureTable;
import dev.miniredis.figures.ProcessFacts;
import dev.miniredis.figures.ServerFacts;
import dev.miniredis.figures.Sources;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LogException;
import dev.miniredis.log.ServerLog;
import dev.miniredis.log.WriteLog;
import dev.miniredis.net.Drain;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.RespListener;
import dev.miniredis.net.TlsProvider;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole server in this JVM, from its start to its end:
 *
 * <pre>
 *   try (MiniRedis server = MiniRedis.builder().port(0).dataDir(directory).start()) {
 *       … a client of 127.0.0.1:server.port() …
 *   }
 * </pre>
 *
 * <p>It listens at once. While the log is replayed, requests wait or are answered LOADING: a separate thread reads the
 * log and the engine's thread applies the entries ({@link Replay}).
 */
public final class MiniRedis implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("dev.miniredis.server");
    private static final long FLUSH_MILLIS = 4000;
    private static final long PROGRESS_MILLIS = 5000;

    private final LocalDisk disk; // null without a log
    private final ServerLog log;
    private final Engine engine;
    private final EngineLoop loop;
    private final RespListener listener;
    private final Compaction compaction;
    private final ServerSettings settings;
    private final FigureTable figureTable = FigureTable.create();
    private final Sources sources;
    private final FigureReader figures;
    private final ProcessFacts process;
    private final boolean isKept;
    private final boolean isOfThePast;
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private String host;
    private int wantedPort;
    private int wantedTlsPort;
    private Listener start;
    private Thread recovery;
    private volatile long recoveryBegan; // System.nanoTime

    /** How far the server is. */
    public enum State {
        STARTING,
        REPLAYING,
        READY,
        FAILED,
        STOPPING
    }

    /** Receives the progress of the start. */
    public interface Listener {
        /** The log is still being replayed: every five seconds, on the engine's thread. */
        default void replaying(Loading loading) {}

        /**
         * Requests are served. On the engine's thread.
         *
         * @param keys how many there are
         * @param nanos how long the replay took
         */
        void ready(WriteLog.Recovered recovered, long keys, long nanos);

        /**
         * The server cannot start.
         *
         * @param message what failed, why, and what to do
         */
        void failed(String message);
    }

    MiniRedis(
            LocalDisk disk,
            ServerLog log,
            Engine engine,
            EngineLoop loop,
            ProcessFacts process,
            ServerSettings settings) {
        this.settings = settings;
        this.disk = disk;
        this.log = log;
        this.engine = engine;
        this.loop = loop;
        this.process = process;
        isOfThePast = settings.until() != null;
        isKept = settings.appendonly() && !isOfThePast;
        listener = new RespListener(loop, engine);
        compaction = new Compaction(engine, log, loop);
        ServerFacts facts = new ServerFacts(
                settings.host(), settings.appendonly(), settings.until(), settings.configFile(), listener::anyPort);
        sources = new Sources(engine, loop, log, compaction, process, facts, this::loading);
        figures = new FigureReader(figureTable, sources, loop);
    }

    /** The settings of a new server. */
    public static MiniRedisBuilder builder() {
        return new MiniRedisBuilder();
    }

    MiniRedis listenOn(String newHost, int port, int tlsPort) {
        host = newHost;
        wantedPort = port;
        wantedTlsPort = tlsPort;
        return this;
    }

    /** How far the server is. */
    public State state() {
        return state.get();
    }

    /** The port that is listened on without TLS; 0 for none. */
    public int port() {
        return listener.port();
    }

    public ServerLog log() {
        return log;
    }

    public Engine engine() {
        return engine;
    }

    public EngineLoop loop() {
        return loop;
    }

    public RespListener listener() {
        return listener;
    }

    public Compaction compaction() {
        return compaction;
    }

    /** Reads the metrics. */
    public FigureReader figures() {
        return figures;
    }

    /** How far the replay of the log is; null when there is none. */
    public Loading loading() {
        return state.get() == State.REPLAYING
                ? Loading.of(log.figures().progress(), System.nanoTime() - recoveryBegan)
                : null;
    }

    /**
     * Begins to listen.
     *
     * @param tls what the TLS port encrypts with; may be null without one
     * @throws StartupFailure an address or a certificate cannot be used, or too few files may be open
     */
    public void listen(TlsProvider tls) throws InterruptedException {
        loop.limits().limitClients(process.openFiles(), process.maxFiles());
        listener.listen(host, wantedPort, wantedTlsPort, tls);
        settings.addTo(engine.parameters(), listener);
        figureTable.addTo(engine.info(), engine.statistics(), sources);
    }

    /** Replays the log, after {@link #listen}; returns at once. */
    public void replay(Listener newStart) {
        start = newStart;
        if (isKept) {
            engine.environment().saving(compaction);
            loop.regularly(compaction::startIfNeeded);
        }
        loop.startCron();
        recoveryBegan = System.nanoTime();
        state.set(State.REPLAYING);
        loop.schedule(this::reportProgress, PROGRESS_MILLIS);
        recovery = Thread.ofPlatform().name("mini-redis-recovery").start(this::recover);
    }

    /** Marks the server as failed, for a reason that its user can mend. */
    public void fail(String message) {
        state.set(State.FAILED);
        start.failed(message);
    }

    void startAndWait() throws InterruptedException {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        try {
            listen(null);
            replay(new Listener() {
                @Override
                public void ready(WriteLog.Recovered recovered, long keys, long nanos) {
                    ready.complete(null);
                }

                @Override
                public void failed(String message) {
                    ready.completeExceptionally(new StartupFailure(message, null));
                }
            });
            ready.get();
        } catch (ExecutionException e) {
            throw closed((StartupFailure) e.getCause());
        } catch (StartupFailure e) {
            throw closed(e);
        }
    }

    private StartupFailure closed(StartupFailure failure) {
        try {
            close();
        } catch (LogException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void reportProgress() {
        Loading loading = loading();
        if (loading != null) {
            loading.tell(LOGGER);
            start.replaying(loading);
            loop.schedule(this::reportProgress, PROGRESS_MILLIS);
        }
    }

    private void recover() {
        try {
            WriteLog.Recovered recovered =
                    log.recover(new Replay(engine, loop), engine.time().wallMillis());
            log.start(loop);
            loop.execute(() -> serve(recovered));
        } catch (LogException e) {
            if (state.get() != State.STOPPING) { // otherwise it was only interrupted
                fail(e.getMessage());
            }
        } catch (InterruptedException e) {
            Notice.LOG_REPLAY_INTERRUPTED.tell(LOGGER);
        } catch (OutOfMemoryError e) {
            fail(Replay.noMemory("reading the log"));
        } catch (RuntimeException | Error e) {
            fail("The log cannot be read: " + e + ". This is a bug in Mini Redis.");
        }
    }

    /** On the engine's thread, once the last entry is applied. */
    private void serve(WriteLog.Recovered recovered) {
        if (state.get() != State.REPLAYING) {
            return;
        }
        engine.time().advance(recovered.lastMillis());
        if (isOfThePast) {
            engine.time().stop(recovered.lastMillis());
        }
        if (engine.tuning().clusterEnabled.value()
                && engine.data().keysByDatabase().size() > 1) {
            fail(
                    "There are keys in other databases than 0, and a cluster has no others: start without cluster-enabled.");
            return;
        }
        engine.loaded();
        loop.wake();
        long nanos = System.nanoTime() - recoveryBegan;
        if (state.compareAndSet(State.REPLAYING, State.READY)) { // otherwise it is being stopped
            recovered.damage().forEach(what -> Notice.LOG_DAMAGE.tell(LOGGER, what));
            if (recovered.cutOff() != null) {
                Notice.LOG_TORN_END.tell(LOGGER, recovered.cutOff(), recovered.entries());
            }
            start.ready(recovered, engine.data().keys(), nanos);
        }
    }

    void closeInBackground() {
        Thread.ofPlatform().name("mini-redis-close").start(() -> {
            try {
                close();
            } catch (LogException e) {
                Notice.LOG_NOT_CLOSED.tell(LOGGER, e.getMessage());
            }
        });
    }

    /**
     * Stops reading, answers the requests that were read, and leaves a log that ends with its last entry. Port and
     * directory are released whatever fails.
     *
     * @throws LogException not all executed writes are in the log
     */
    @Override
    public void close() throws LogException {
        State before = state.getAndSet(State.STOPPING);
        if (before == State.STOPPING) {
            return;
        }
        try {
            stop(before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while the server was being closed.", e);
        }
    }

    private void stop(State before) throws LogException, InterruptedException {
        if (recovery != null) {
            recovery.interrupt();
            recovery.join();
        }
        compaction.stop();
        try (var _ = log) {
            try {
                if (before == State.READY) {
                    drain();
                }
            } finally {
                listener.close();
            }
        } finally {
            loop.close(); // after the log, which tells it of its last sync
            closeDisk();
        }
    }

    private void drain() throws InterruptedException {
        Drain drain = new Drain(listener, engine, loop);
        loop.execute(drain);
        try {
            drain.done().get(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            Notice.SERVER_UNFLUSHED.tell(LOGGER, FLUSH_MILLIS);
        } catch (ExecutionException e) {
            Notice.SERVER_NOT_DRAINED.tell(LOGGER, e);
        }
    }

    private void closeDisk() throws LogException {
        if (disk == null) {
            return;
        }
        try {
            disk.close();
        } catch (IOException e) {
            throw new LogException("The directory cannot be released: " + LogException.reason(e), e);
        }
    }
}

package dev.miniredis.server;

import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Loading;
import dev.miniredis.engine.Replay;
import dev.miniredis.log.LogException;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.Drain;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.RespListener;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The beginning and the end of the server. It listens at once, and has requests wait or answers LOADING while the log is
 * replayed: a thread of its own reads the log, the engine's thread applies the entries ({@link Replay}).
 */
@Singleton
final class Lifecycle {
    private static final System.Logger LOGGER = System.getLogger("dev.miniredis.server");
    private static final long FLUSH_MILLIS = 4000;
    private static final long PROGRESS_MILLIS = 5000;

    private final Settings settings;
    private final Instance<Parts> lazyParts;
    private final ProcessFacts process;
    private final ServerInfo serverInfo;
    private final Metrics metrics;
    private final JvmMetrics jvmMetrics;
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private volatile Parts parts;
    private Thread recovery;
    private long recoveryBegan; // System.nanoTime

    /** How far the server is. */
    enum State {
        STARTING,
        REPLAYING,
        READY,
        FAILED,
        STOPPING
    }

    /** What exists only when the data directory could be opened. */
    @Singleton
    record Parts(ServerLog log, Engine engine, EngineLoop loop, Compaction compaction, RespListener listener) {}

    Lifecycle(
            Settings settings,
            Instance<Parts> lazyParts,
            ProcessFacts process,
            ServerInfo serverInfo,
            Metrics metrics,
            JvmMetrics jvmMetrics) {
        this.settings = settings;
        this.lazyParts = lazyParts;
        this.process = process;
        this.serverInfo = serverInfo;
        this.metrics = metrics;
        this.jvmMetrics = jvmMetrics;
    }

    State state() {
        return state.get();
    }

    /** What there is to ask; null before the start, and where that has failed. */
    Parts parts() {
        return parts;
    }

    void start(@Observes StartupEvent event) throws InterruptedException {
        NoticeFormatter.use();
        MemoryWatch.start();
        try {
            parts = lazyParts.get();
            new UnknownSettings(parts.engine().tuning().all()).tell(ConfigProvider.getConfig(), System.getenv());
            parts.loop().limits().limitClients(process.openFiles(), process.maxFiles());
            parts.listener().listen(settings.host(), settings.port(), settings.tlsPort());
            serverInfo.addTo(parts.engine(), parts.listener(), this::loading);
            metrics.expose(parts, this::loading);
            if (settings.appendonly() && settings.until().isEmpty()) {
                parts.engine().environment().saving(parts.compaction());
                parts.loop().regularly(parts.compaction()::startIfNeeded);
            }
            parts.loop().startCron();
            state.set(State.REPLAYING);
            recoveryBegan = System.nanoTime();
            parts.loop().schedule(this::reportProgress, PROGRESS_MILLIS);
            recovery = Thread.ofPlatform().name("mini-redis-recovery").start(this::recover);
        } catch (StartupFailure e) {
            fail(e.getMessage());
        }
    }

    /** Ends the server because of something that whoever started it has to mend. */
    private void fail(String message) {
        state.set(State.FAILED);
        if (NoticeFormatter.isInUse()) {
            Notice.SERVER_FAILED.tell(LOGGER, message);
        } else {
            System.err.println("mini-redis: " + message);
        }
        Quarkus.asyncExit(1);
    }

    /** How far the replay of the log is; null when there is none. */
    Loading loading() {
        if (state.get() != State.REPLAYING) {
            return null;
        }
        ServerLog.Progress progress = parts.log().progress();
        return Loading.of(progress, System.nanoTime() - recoveryBegan);
    }

    private void reportProgress() {
        Loading loading = loading();
        if (loading != null) {
            loading.tell(LOGGER);
            jvmMetrics.addInBackground();
            parts.loop().schedule(this::reportProgress, PROGRESS_MILLIS);
        }
    }

    private void recover() {
        long before = System.nanoTime();
        try {
            Replay replay = new Replay(parts.engine(), parts.loop());
            ServerLog.Recovered recovered = parts.log().recover(replay, System.currentTimeMillis());
            parts.log().start(parts.loop());
            parts.loop().execute(() -> serve(recovered, before));
        } catch (LogException e) {
            if (state.get() != State.STOPPING) { // else it was only interrupted
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
    private void serve(ServerLog.Recovered recovered, long before) {
        if (state.get() != State.REPLAYING) {
            return;
        }
        Engine engine = parts.engine();
        engine.time().advance(recovered.lastMillis());
        if (settings.until().isPresent()) {
            engine.time().stop(recovered.lastMillis());
        }
        if (engine.tuning().clusterEnabled.value()
                && engine.data().keysByDatabase().size() > 1) {
            fail(
                    "There are keys in other databases than 0, and a cluster has no others: start without cluster-enabled.");
            return;
        }
        engine.loaded();
        parts.loop().wake();
        tellReady(recovered, engine.data().keys(), System.nanoTime() - before);
    }

    private void tellReady(ServerLog.Recovered recovered, long keys, long nanos) {
        if (!state.compareAndSet(State.REPLAYING, State.READY)) {
            return; // told to stop meanwhile
        }
        recovered.damage().forEach(what -> Notice.LOG_DAMAGE.tell(LOGGER, what));
        if (recovered.cutOff() != null) {
            Notice.LOG_TORN_END.tell(LOGGER, recovered.cutOff(), recovered.entries());
        }
        jvmMetrics.addInBackground();
        int port = parts.listener().port();
        int tlsPort = parts.listener().tlsPort();
        if (tlsPort != 0) {
            Notice.SERVER_TLS_READY.tell(LOGGER, settings.host(), tlsPort);
        }
        Notice.SERVER_READY.tell(
                LOGGER,
                serverInfo.version(),
                settings.host(),
                port != 0 ? port : tlsPort,
                parts.loop().transport(),
                parts.log().description(),
                keys,
                recovered.entries(),
                TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /** Reads no more, answers what was read, and leaves a log that ends with its last entry. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (parts == null) {
            return;
        }
        State before = state.getAndSet(State.STOPPING);
        if (recovery != null) {
            recovery.interrupt();
            recovery.join();
        }
        parts.compaction().stop();
        // Whatever fails, port and directory are given back: in dev mode the process lives on and wants them again.
        try (var _ = parts.log()) {
            try {
                if (before == State.READY) {
                    drain();
                }
            } finally {
                parts.listener().close();
            }
        } catch (LogException e) {
            Notice.LOG_NOT_CLOSED.tell(LOGGER, e.getMessage());
            Quarkus.asyncExit(1);
            return;
        } finally {
            parts.loop().close(); // after the log, which tells it of its last sync
        }
        if (before == State.READY) {
            Notice.SERVER_STOPPED.tell(LOGGER);
        }
    }

    private void drain() throws InterruptedException {
        Drain drain = new Drain(parts.listener(), parts.engine(), parts.loop());
        parts.loop().execute(drain);
        try {
            drain.done().get(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            Notice.SERVER_UNFLUSHED.tell(LOGGER, FLUSH_MILLIS);
        } catch (java.util.concurrent.ExecutionException e) {
            Notice.SERVER_NOT_DRAINED.tell(LOGGER, e);
        }
    }
}

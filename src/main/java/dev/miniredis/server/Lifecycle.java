package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.embedded.MiniRedis.State;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.LogException;
import dev.miniredis.log.WriteLog;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.resp.ProgramVersion;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts and stops the server with the Quarkus application, and knows its state. */
@Singleton
final class Lifecycle implements MiniRedis.Listener {
    private static final System.Logger LOGGER = System.getLogger("dev.miniredis.server");

    private final Settings settings;
    private final Instance<MiniRedis> lazyServer;
    private final Instance<Tls> tls;
    private final Metrics metrics;
    private final JvmMetrics jvmMetrics;
    private volatile boolean failed; // also before there is a server
    private volatile MiniRedis server;

    Lifecycle(
            Settings settings,
            Instance<MiniRedis> lazyServer,
            Instance<Tls> tls,
            Metrics metrics,
            JvmMetrics jvmMetrics) {
        this.settings = settings;
        this.lazyServer = lazyServer;
        this.tls = tls;
        this.metrics = metrics;
        this.jvmMetrics = jvmMetrics;
    }

    State state() {
        MiniRedis there = server;
        return failed ? State.FAILED : there == null ? State.STARTING : there.state();
    }

    /** The server; null before the start, or if it could not be built. */
    MiniRedis server() {
        return server;
    }

    void start(@Observes StartupEvent event) throws InterruptedException {
        NoticeFormatter.use();
        MemoryWatch.start();
        try {
            MiniRedis made = lazyServer.get();
            server = made;
            new UnknownSettings(made.engine().tuning().all()).tell(ConfigProvider.getConfig(), System.getenv());
            made.listen(settings.tlsPort() != 0 ? tls.get() : null);
            metrics.expose(made.figures());
            made.replay(this);
        } catch (StartupFailure e) {
            failed(e.getMessage());
        }
    }

    /** Ends the server for a reason that its user can mend. */
    @Override
    public void failed(String message) {
        failed = true;
        if (NoticeFormatter.isInUse()) {
            Notice.SERVER_FAILED.tell(LOGGER, message);
        } else {
            System.err.println("mini-redis: " + message);
        }
        Quarkus.asyncExit(1);
    }

    /** Progress of the replay of the log; null if none runs. */
    Loading loading() {
        MiniRedis there = server;
        return there == null ? null : there.loading();
    }

    @Override
    public void replaying(Loading loading) {
        jvmMetrics.addInBackground();
    }

    @Override
    public void ready(WriteLog.Recovered recovered, long keys, long nanos) {
        jvmMetrics.addInBackground();
        int tlsPort = server.listener().tlsPort();
        if (tlsPort != 0) {
            Notice.SERVER_TLS_READY.tell(LOGGER, settings.host(), tlsPort);
        }
        Notice.SERVER_READY.tell(
                LOGGER,
                ProgramVersion.TEXT,
                settings.host(),
                server.listener().anyPort(),
                server.loop().transport(),
                server.log().figures().description(),
                keys,
                recovered.entries(),
                TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    void stop(@Observes ShutdownEvent event) {
        if (server == null) {
            return;
        }
        boolean isReady = server.state() == State.READY;
        try {
            server.close();
        } catch (LogException e) {
            Notice.LOG_NOT_CLOSED.tell(LOGGER, e.getMessage());
            Quarkus.asyncExit(1);
            return;
        }
        if (isReady) {
            Notice.SERVER_STOPPED.tell(LOGGER);
        }
    }
}

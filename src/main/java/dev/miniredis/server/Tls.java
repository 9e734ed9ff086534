package dev.miniredis.server;

import dev.miniredis.config.Parameter;
import dev.miniredis.config.Tuning;
import dev.miniredis.engine.Engine;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.TlsProvider;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.tls.TlsException;
import io.netty.channel.ChannelHandler;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.impl.SslChannelProvider;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The TLS configuration of the TLS port: {@code mini-redis} of Quarkus's registry. It is either the user's own ({@code
 * quarkus.tls.mini-redis.key-store…}) or made of the parameters with Redis's names ({@code tls-cert-file} …).
 *
 * <p>It changes in three ways while the server runs: {@code CONFIG SET} (as in Redis, also to the same name: the files
 * are read again), a regular check of the files, and the registry's own reload of the user's configuration. New
 * connections get the new certificate; open ones keep theirs. If new files are invalid, that is logged and the old
 * certificate stays.
 */
@Singleton
final class Tls implements TlsProvider {
    static final String NAME = "mini-redis";

    private static final System.Logger LOGGER = System.getLogger(Tls.class.getName());
    private static final String REFUSED = "Unable to update TLS configuration. Check server logs."; // Redis's words
    private static final long NO_TIMER = -1;

    private final Tuning tuning;
    private final EngineLoop loop;
    private final VertxInternal vertx;
    private final TlsConfigurationRegistry registry;
    private final Event<CertificateUpdatedEvent> updates;
    private volatile FileTls files; // null when the user's own configuration is used
    private volatile SslChannelProvider provider; // null until start
    private long timer = NO_TIMER;

    Tls(
            Engine engine,
            EngineLoop loop,
            Vertx vertx,
            TlsConfigurationRegistry registry,
            Event<CertificateUpdatedEvent> updates) {
        this.tuning = engine.tuning();
        this.loop = loop;
        this.vertx = (VertxInternal) vertx;
        this.registry = registry;
        this.updates = updates;
    }

    @Override
    public void start() {
        try {
            TlsConfiguration configured = registry.get(NAME).orElse(null);
            if (configured != null && !tuning.tlsCertFile.value().isEmpty()) {
                throw new TlsException("Certificates are given twice, by --tls-cert-file and by quarkus.tls." + NAME);
            }
            use(configured != null ? configured : FileTls.read(FileTls.Source.of(tuning)));
        } catch (TlsException e) {
            throw new StartupFailure(e.getMessage() + ".", e);
        }
        for (Parameter<?> parameter : List.of(
                tuning.tlsCertFile,
                tuning.tlsKeyFile,
                tuning.tlsKeyFilePass,
                tuning.tlsKeyFilePassFile,
                tuning.tlsCaCertFile,
                tuning.tlsAuthClients,
                tuning.tlsProtocols)) {
            parameter.apply(this::parametersChanged);
        }
        if (files != null) {
            tuning.tlsReloadPeriod.listen(this::lookEvery);
        }
    }

    @Override
    public void stop() {
        lookEvery(0);
    }

    @Override
    public ChannelHandler handler() {
        return provider.createServerHandler((HostAndPort) null);
    }

    private void use(TlsConfiguration configuration) throws TlsException {
        provider = TlsContext.of(configuration, tuning, vertx);
        if (configuration instanceof FileTls read) {
            files = read;
            registry.register(NAME, read);
        }
        Notice.TLS_LOADED.tell(LOGGER, TlsContext.describe(configuration));
    }

    /** After CONFIG SET, on the engine's thread. */
    private void parametersChanged() {
        try {
            use(files == null ? registry.get(NAME).orElseThrow() : FileTls.read(FileTls.Source.of(tuning)));
        } catch (TlsException e) {
            Notice.TLS_REFUSED.tell(LOGGER, e.getMessage());
            throw new IllegalArgumentException(REFUSED, e);
        }
    }

    private void lookEvery(int seconds) {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
        if (seconds > 0) {
            timer = vertx.setPeriodic(
                    TimeUnit.SECONDS.toMillis(seconds), _ -> vertx.executeBlocking(this::renew, false));
        }
    }

    /** Reads the files and fires an event if they have changed; on a worker thread. */
    private Void renew() {
        FileTls before = files;
        try {
            FileTls now = FileTls.read(before.source());
            if (!now.isSameAs(before)) {
                updates.fire(new CertificateUpdatedEvent(NAME, now));
            }
        } catch (TlsException e) {
            Notice.TLS_REFUSED.tell(LOGGER, e.getMessage());
        }
        return null;
    }

    /** The event of {@link #renew}, or of the registry after it has reloaded the user's configuration. */
    void renewed(@Observes CertificateUpdatedEvent event) {
        if (event.name().equals(NAME) && provider != null) {
            loop.execute(() -> renewed(event.tlsConfiguration()));
        }
    }

    private void renewed(TlsConfiguration configuration) {
        if (configuration instanceof FileTls read && !read.source().equals(files.source())) {
            return; // CONFIG SET came first
        }
        try {
            use(configuration);
        } catch (TlsException e) {
            Notice.TLS_REFUSED.tell(LOGGER, e.getMessage());
        }
    }
}

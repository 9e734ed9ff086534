package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.figures.ProcessFacts;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.RespListener;
import io.prometheus.client.CollectorRegistry;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.ConfigValue;

/** Makes the parts of a server beans: the store (the engine), the append-only log, the listener. */
final class Beans {
    /** How the name of Quarkus's source for the environment begins. */
    static final String ENVIRONMENT = "EnvConfigSource";

    private static final Logger OUR_LOGGER = Logger.getLogger("dev.miniredis");

    @Produces
    @Singleton
    ProcessFacts process() {
        return new ProcessFacts();
    }

    @Produces
    @Singleton
    MiniRedis server(Settings settings, ProcessFacts process, LogSyncTimes syncTimes) {
        MiniRedis server = MiniRedis.builder()
                .host(settings.host())
                .port(settings.port())
                .tlsPort(settings.tlsPort())
                .dataDir(settings.dataDir())
                .appendonly(settings.appendonly())
                .fsync(settings.fsync())
                .onDamage(settings.onDamage())
                .until(settings.until().orElse(null))
                .databases(settings.databases())
                .users(settings.users().orElse(""))
                .configFile(settings.configFile().orElse(null))
                .parameters(Beans::given)
                .process(process)
                .syncTimes(syncTimes::took)
                .shutdown(Quarkus::asyncExit)
                .build();
        server.engine().tuning().logLevel.listen(Beans::logLevel);
        return server;
    }

    @Produces
    @Singleton
    ServerLog log(MiniRedis server) {
        return server.log();
    }

    @Produces
    @Singleton
    Engine engine(MiniRedis server) {
        return server.engine();
    }

    @Produces
    @Singleton
    EngineLoop loop(MiniRedis server) {
        return server.loop();
    }

    @Produces
    @Singleton
    RespListener listener(MiniRedis server) {
        return server.listener();
    }

    @Produces
    @Singleton
    Compaction compaction(MiniRedis server) {
        return server.compaction();
    }

    /**
     * One registry for Micrometer's metrics and those of {@link Metrics}; Quarkus would make one for each injection.
     */
    @Produces
    @Singleton
    CollectorRegistry metrics() {
        return new CollectorRegistry(true);
    }

    /** Sets the level of the server's log; notice, the default, leaves it to Quarkus's own settings. */
    private static void logLevel(String level) {
        OUR_LOGGER.setLevel(
                switch (level) {
                    case "debug" -> Level.FINE;
                    case "verbose" -> Level.CONFIG;
                    case "warning" -> Level.WARNING;
                    case "nothing" -> Level.OFF;
                    default -> null;
                });
    }

    /**
     * The value of a setting, unchanged: an empty text is a value too. Null if it is not given, or by an empty
     * variable.
     */
    private static String given(String name) {
        ConfigValue value = ConfigProvider.getConfig().getConfigValue(Settings.PREFIX + "." + name);
        String text = value.getValue();
        return text == null || text.isEmpty() && value.getSourceName().startsWith(ENVIRONMENT) ? null : text;
    }
}

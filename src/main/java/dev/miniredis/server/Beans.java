package dev.miniredis.server;

import dev.miniredis.acl.RuleException;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.LogProgress;
import dev.miniredis.config.ConfigText;
import dev.miniredis.config.Parameter;
import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Durability;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Reload;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Moment;
import dev.miniredis.log.NoLog;
import dev.miniredis.log.PastLog;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.PeerConnections;
import dev.miniredis.net.RespListener;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.resp.ByteText;
import io.prometheus.client.CollectorRegistry;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.ConfigValue;

/** Makes beans of the plain classes below this package: the store (the engine) and the append-only log. */
final class Beans {
    /** The setting of the file whose first line is the password. */
    static final String PASSWORD_FILE = "requirepass-file";

    /** What the name of the configuration's source begins with that is the environment. */
    static final String ENVIRONMENT = "EnvConfigSource";

    private static final Logger OUR_LOGGER = Logger.getLogger("dev.miniredis");

    @Produces
    @Singleton
    LocalDisk disk(Settings settings) {
        try {
            return LocalDisk.open(settings.dataDir());
        } catch (LogException e) {
            throw new StartupFailure(e.getMessage(), e);
        }
    }

    @Produces
    @Singleton
    ServerLog log(Instance<LocalDisk> disk, Settings settings) {
        if (!settings.appendonly()) {
            if (settings.until().isPresent()) {
                throw new StartupFailure("--until needs a log, which --appendonly no goes without.", null);
            }
            return new NoLog();
        }
        return settings.until()
                .<ServerLog>map(text -> new PastLog(disk.get(), moment(text)))
                .orElseGet(() -> new LocalLog(disk.get(), settings.fsync(), settings.onDamage(), System::nanoTime));
    }

    private static Moment moment(String text) {
        try {
            return Moment.parse(text);
        } catch (IllegalArgumentException e) {
            throw new StartupFailure("--until: " + e.getMessage() + ".", e);
        }
    }

    /** After the log was closed: lets another server have the directory; in dev mode the process lives on. */
    void close(@Disposes LocalDisk disk) throws IOException {
        disk.close();
    }

    @Produces
    @Singleton
    Engine engine(ServerLog log, Instance<LocalDisk> disk, Settings settings, ProcessFacts process) {
        Engine engine = new Engine(
                settings.databases(),
                new SecureRandom().nextLong(),
                process.arrayHeaderBytes(),
                process.heapLimitBytes(),
                log,
                Clocks.MACHINE,
                Quarkus::asyncExit);
        engine.memory().regions(process.heapRegionBytes());
        engine.environment().processMemory(process);
        boolean kept = settings.appendonly() && settings.until().isEmpty();
        engine.environment().log(new Progress(kept, log));
        Durability durability = new Durability(log);
        engine.environment().peers(new PeerConnections(durability));
        engine.debugging().sleeper(nanos -> sleep(engine, nanos));
        if (kept) {
            Parameter<String> appendFsync = engine.tuning().appendFsync;
            appendFsync.apply(() ->
                    durability.change(FsyncPolicy.valueOf(appendFsync.value().toUpperCase(Locale.ROOT))));
            engine.debugging().reloading(new Reload(engine, log, disk.get()));
        }
        engine.tuning().all().stream()
                .filter(parameter -> parameter.given() == Parameter.Given.AS_PARAMETER)
                .forEach(Beans::set);
        String passwordFile = given(PASSWORD_FILE);
        if (passwordFile != null) {
            setPassword(engine, passwordFile);
        }
        String aclFile = engine.tuning().aclFile.value();
        if (!aclFile.isEmpty() && settings.users().isPresent()) {
            throw new StartupFailure(
                    "Declare users either in the file of parameters or in an aclfile, not in both.", null);
        }
        if (!aclFile.isEmpty()) {
            takeUsers(engine, aclFile);
        }
        settings.users().ifPresent(lines -> lines.lines().forEach(line -> declareUser(engine, line)));
        settings.configFile().ifPresent(path -> engine.parameters().file(new LocalConfigFile(path)));
        engine.tuning().logLevel.listen(Beans::logLevel);
        return engine;
    }

    @Produces
    @Singleton
    ClientLimits clientLimits(Engine engine) {
        return new ClientLimits(engine);
    }

    @Produces
    @Singleton
    EngineLoop loop(Engine engine, ServerLog log, ClientLimits limits, LogSyncTimes syncTimes) {
        return new EngineLoop(engine, log, limits, EngineLoop.newEventLoop(), syncTimes::took);
    }

    @Produces
    @Singleton
    RespListener listener(Engine engine, EngineLoop loop, Tls tls) {
        return new RespListener(loop, engine, tls);
    }

    @Produces
    @Singleton
    Compaction compaction(Engine engine, ServerLog log, EngineLoop loop) {
        return new Compaction(engine, log, loop);
    }

    /** Micrometer's figures and {@link Metrics}' own in one; Quarkus would make another for each who asks. */
    @Produces
    @Singleton
    CollectorRegistry metrics() {
        return new CollectorRegistry(true);
    }

    /** The first line of a file is the password: the environment and the list of processes are seen by too many. */
    private static void setPassword(Engine engine, String name) {
        if (!engine.tuning().requirePass.value().isEmpty()) {
            throw new StartupFailure("Give requirepass or " + PASSWORD_FILE + ", not both.", null);
        }
        String password;
        try {
            password = ByteText.firstLine(Files.readAllBytes(Path.of(name)));
        } catch (IOException e) {
            throw new StartupFailure(PASSWORD_FILE + ": " + LogException.reason(e), e);
        } catch (InvalidPathException e) {
            throw new StartupFailure(PASSWORD_FILE + ": " + e.getMessage(), e);
        }
        if (password.isEmpty()) {
            throw new StartupFailure(PASSWORD_FILE + " " + name + ": the first line is empty.", null);
        }
        engine.tuning().requirePass.set(password);
    }

    private static void takeUsers(Engine engine, String name) {
        try {
            engine.security().file(new LocalAclFile(name));
        } catch (CommandError e) {
            throw new StartupFailure("Aborting startup: " + e.getMessage().replaceFirst("^ERR ", ""), e);
        } catch (IllegalArgumentException e) {
            throw new StartupFailure("Aborting startup because of ACL errors: " + e.getMessage(), e);
        }
    }

    private static void declareUser(Engine engine, String line) {
        List<String> words = ConfigText.words(line);
        try {
            engine.security().users().declare(words);
        } catch (RuleException e) {
            throw new StartupFailure(
                    "Error in the declaration of user '" + words.getFirst() + "': " + e.getMessage(), e);
        }
    }

    private record Progress(boolean isKept, ServerLog log) implements LogProgress {
        @Override
        public long syncedLsn() {
            return log.syncedLsn();
        }
    }

    /** What is run next in the same turn is run at the time after it. */
    private static void sleep(Engine engine, long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.tick();
    }

    /** To tell what is usual is left to Quarkus's own settings. */
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

    private static void set(Parameter<?> parameter) {
        String text = given(parameter.name());
        if (text != null) {
            try {
                parameter.start(text);
            } catch (IllegalArgumentException e) {
                throw new StartupFailure(parameter.name() + " cannot be '" + text + "': " + e.getMessage(), e);
            }
        }
    }

    /** What is said of this name, as it is: an empty text is a value, too. Null where nothing is, or an empty variable. */
    private static String given(String name) {
        ConfigValue value = ConfigProvider.getConfig().getConfigValue(Settings.PREFIX + "." + name);
        String text = value.getValue();
        return text == null || text.isEmpty() && value.getSourceName().startsWith(ENVIRONMENT) ? null : text;
    }
}

package dev.miniredis.embedded;

import dev.miniredis.acl.RuleException;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.LogProgress;
import dev.miniredis.config.ConfigText;
import dev.miniredis.config.Parameter;
import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Durability;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Reload;
import dev.miniredis.figures.ProcessFacts;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogException;
import dev.miniredis.log.LogStorage;
import dev.miniredis.log.Moment;
import dev.miniredis.log.NoLog;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.PastLog;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.PeerConnections;
import dev.miniredis.net.RespListener;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.resp.ByteText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The settings of a {@link MiniRedis}. Without any it listens on a free port of loopback and keeps its log in {@code
 * data}.
 */
public final class MiniRedisBuilder {
    /** The setting of the file whose first line is the password. */
    public static final String PASSWORD_FILE = "requirepass-file";

    private String host = "127.0.0.1";
    private int port;
    private int tlsPort;
    private Path dataDir = Path.of("data");
    private boolean appendonly = true;
    private FsyncPolicy fsync = FsyncPolicy.ALWAYS;
    private OnDamage onDamage = OnDamage.REFUSE;
    private String until;
    private int databases = 16;
    private String users = "";
    private Path configFile;
    private Function<String, String> parameters = name -> null;
    private LongConsumer syncTimes = nanos -> {};
    private Runnable shutdown;
    private ProcessFacts process = new ProcessFacts();

    MiniRedisBuilder() {}

    /** The address to listen on. */
    public MiniRedisBuilder host(String newHost) {
        host = newHost;
        return this;
    }

    /** The port to listen on; 0 for any free one, {@link RespListener#NO_PORT} for none. */
    public MiniRedisBuilder port(int newPort) {
        port = newPort;
        return this;
    }

    /** The port to listen on with TLS; 0 for none. */
    public MiniRedisBuilder tlsPort(int newPort) {
        tlsPort = newPort;
        return this;
    }

    /** The directory of the log. It is created if it does not exist; one server at a time may use it. */
    public MiniRedisBuilder dataDir(Path directory) {
        dataDir = directory;
        return this;
    }

    /** Whether there is a log; without one, all data is in memory only. */
    public MiniRedisBuilder appendonly(boolean isKept) {
        appendonly = isKept;
        return this;
    }

    /** When a write counts as done. */
    public MiniRedisBuilder fsync(FsyncPolicy policy) {
        fsync = policy;
        return this;
    }

    /** What the start does with a damaged log. */
    public MiniRedisBuilder onDamage(OnDamage wanted) {
        onDamage = wanted;
        return this;
    }

    /** The moment of the past to show, see {@link Moment#parse}; null for the end of the log. */
    public MiniRedisBuilder until(String moment) {
        until = moment;
        return this;
    }

    /** How many databases there are. */
    public MiniRedisBuilder databases(int count) {
        databases = count;
        return this;
    }

    /** Users, each a line of a name and rules, quoted as in the file of parameters. */
    public MiniRedisBuilder users(String lines) {
        users = lines;
        return this;
    }

    /** The file of parameters for {@code CONFIG REWRITE}. It is not read; null for none. */
    public MiniRedisBuilder configFile(Path file) {
        configFile = file;
        return this;
    }

    /**
     * The values of parameters by their names in {@code CONFIG SET}, and of {@link #PASSWORD_FILE}; null for the
     * default.
     */
    public MiniRedisBuilder parameters(Function<String, String> texts) {
        parameters = texts;
        return this;
    }

    /** Receives the duration of each sync of the log, in nanoseconds; on any thread. */
    public MiniRedisBuilder syncTimes(LongConsumer listener) {
        syncTimes = listener;
        return this;
    }

    /** What the command {@code SHUTDOWN} runs. By default the server closes, on a thread of its own. */
    public MiniRedisBuilder shutdown(Runnable action) {
        shutdown = action;
        return this;
    }

    /** The facts of the process. */
    public MiniRedisBuilder process(ProcessFacts facts) {
        process = facts;
        return this;
    }

    /**
     * Opens the directory and builds the server. Nothing is read and nothing listens yet.
     *
     * @throws StartupFailure a setting is wrong, or the directory cannot be used
     */
    public MiniRedis build() {
        LocalDisk disk = appendonly ? openDisk() : null;
        try {
            ServerLog log = log(disk);
            MiniRedis[] server = new MiniRedis[1];
            Runnable end = shutdown != null ? shutdown : () -> server[0].closeInBackground();
            Engine engine = engine(log, disk, end);
            EngineLoop loop =
                    new EngineLoop(engine, log, new ClientLimits(engine), EngineLoop.newEventLoop(), syncTimes);
            ServerSettings settings =
                    new ServerSettings(host, dataDir, databases, fsync, appendonly, until, configFile);
            server[0] = new MiniRedis(disk, log, engine, loop, process, settings);
            return server[0].listenOn(host, port, tlsPort);
        } catch (RuntimeException e) {
            closeQuietly(disk, e);
            throw e;
        }
    }

    /**
     * Builds the server, starts it and waits until it serves.
     *
     * @throws StartupFailure it cannot start
     */
    public MiniRedis start() throws InterruptedException {
        MiniRedis server = build();
        server.startAndWait();
        return server;
    }

    private boolean isKept() {
        return appendonly && until == null;
    }

    private LocalDisk openDisk() {
        try {
            return LocalDisk.open(dataDir);
        } catch (LogException e) {
            throw new StartupFailure(e.getMessage(), e);
        }
    }

    private static void closeQuietly(LocalDisk disk, RuntimeException failure) {
        if (disk != null) {
            try {
                disk.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private ServerLog log(LocalDisk disk) {
        if (!appendonly) {
            if (until != null) {
                throw new StartupFailure("--until needs a log, which --appendonly no goes without.", null);
            }
            return new NoLog();
        }
        return until != null ? new PastLog(disk, moment(until)) : new LocalLog(disk, fsync, onDamage, System::nanoTime);
    }

    private static Moment moment(String text) {
        try {
            return Moment.parse(text);
        } catch (IllegalArgumentException e) {
            throw new StartupFailure("--until: " + e.getMessage() + ".", e);
        }
    }

    private Engine engine(ServerLog log, LocalDisk disk, Runnable end) {
        Engine engine = new Engine(
                databases,
                new SecureRandom().nextLong(),
                process.arrayHeaderBytes(),
                process.heapLimitBytes(),
                log,
                Clocks.MACHINE,
                end);
        engine.memory().regions(process.heapRegionBytes());
        engine.environment().processMemory(process);
        engine.environment().log(new Progress(isKept(), log));
        Durability durability = new Durability(log);
        engine.environment().peers(new PeerConnections(durability));
        engine.debugging().sleeper(nanos -> sleep(engine, nanos));
        if (isKept()) {
            Parameter<String> appendFsync = engine.tuning().appendFsync;
            appendFsync.apply(() ->
                    durability.change(FsyncPolicy.valueOf(appendFsync.value().toUpperCase(Locale.ROOT)), log));
            engine.debugging().reloading(new Reload(engine, log, disk));
        }
        engine.tuning().all().stream()
                .filter(parameter -> parameter.given() == Parameter.Given.AS_PARAMETER)
                .forEach(this::set);
        setPassword(engine);
        addUsers(engine);
        if (configFile != null) {
            engine.parameters().file(new LocalConfigFile(configFile));
        }
        return engine;
    }

    private void set(Parameter<?> parameter) {
        String text = parameters.apply(parameter.name());
        if (text != null) {
            try {
                parameter.start(text);
            } catch (IllegalArgumentException e) {
                throw new StartupFailure(parameter.name() + " cannot be '" + text + "': " + e.getMessage(), e);
            }
        }
    }

    /** The first line of a file is the password: other users may read the environment and the list of processes. */
    private void setPassword(Engine engine) {
        String name = parameters.apply(PASSWORD_FILE);
        if (name == null) {
            return;
        }
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

    private void addUsers(Engine engine) {
        String aclFile = engine.tuning().aclFile.value();
        if (!aclFile.isEmpty() && !users.isEmpty()) {
            throw new StartupFailure(
                    "Declare users either in the file of parameters or in an aclfile, not in both.", null);
        }
        if (!aclFile.isEmpty()) {
            readUsers(engine, aclFile);
        }
        users.lines().forEach(line -> declareUser(engine, line));
    }

    private static void readUsers(Engine engine, String name) {
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

    private record Progress(boolean isKept, LogStorage log) implements LogProgress {
        @Override
        public long syncedLsn() {
            return log.syncedLsn();
        }
    }

    /** Sleeps, and reads the clock: the next request of the same turn runs at the time after the sleep. */
    private static void sleep(Engine engine, long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.tick();
    }
}

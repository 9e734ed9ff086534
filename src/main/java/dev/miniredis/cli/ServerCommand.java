package dev.miniredis.cli;

import dev.miniredis.command.ConfigFileException;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LogException;
import dev.miniredis.log.OnDamage;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code mini-redis server}: hands the options over as configuration and boots Quarkus, whose start event opens the
 * listener. An option that is not given sets nothing, so the environment and the defaults speak.
 */
@Command(
        name = ServerCommand.NAME,
        description = "Runs the server until it is told to stop.",
        mixinStandardHelpOptions = true,
        modelTransformer = TuningOptions.class,
        versionProvider = Version.class)
final class ServerCommand implements Callable<Integer> {
    static final String NAME = "server";

    /**
     * Says that the server ran and Quarkus ends the process. Returned rather than exited with, because in dev mode
     * {@link #call} returns at each reload and the JVM must live on.
     */
    static final int LEFT_TO_QUARKUS = -1;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<file>",
            description = "File of parameters in the form of redis.conf; options and the environment go before it.")
    private Path file;

    @Option(
            names = "--config",
            paramLabel = "<file>",
            defaultValue = "${env:MINI_REDIS_CONFIG}",
            description = "The same.")
    private Path config;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "<port>",
            converter = PortOrNone.class,
            defaultValue = "${env:MINI_REDIS_PORT}",
            description = "Port of the Redis protocol, 6379 by default; 0 is any free one, 'no' none: then there is"
                    + " only --tls-port.")
    private Integer port;

    @Option(
            names = "--tls-port",
            paramLabel = "<port>",
            converter = Port.class,
            defaultValue = "${env:MINI_REDIS_TLS_PORT}",
            description = "Port of the Redis protocol with TLS; 0, the default, is none.")
    private Integer tlsPort;

    @Option(
            names = "--host",
            paramLabel = "<address>",
            defaultValue = "${env:MINI_REDIS_HOST}",
            description = "Address to listen on, 127.0.0.1 by default.")
    private String host;

    @Option(
            names = {"-d", "--data-dir"},
            paramLabel = "<folder>",
            defaultValue = "${env:MINI_REDIS_DATA_DIR}",
            description = "Folder of the write log, data by default.")
    private Path dataDir;

    @Option(
            names = "--databases",
            paramLabel = "<count>",
            converter = Databases.class,
            defaultValue = "${env:MINI_REDIS_DATABASES}",
            description = "How many databases there are, 16 by default.")
    private Integer databases;

    @Option(
            names = "--appendonly",
            paramLabel = "<yes|no>",
            converter = YesOrNo.class,
            defaultValue = "${env:MINI_REDIS_APPENDONLY}",
            description = "Whether there is a write log, yes by default. With no, everything is in memory only.")
    private String appendOnly;

    @Option(
            names = "--fsync",
            paramLabel = "<when>",
            converter = FsyncConverter.class,
            defaultValue = "${env:MINI_REDIS_FSYNC}",
            description =
                    "When a write reaches the disk: ${COMPLETION-CANDIDATES}. With always, the default, OK means on disk.")
    private FsyncPolicy fsync;

    @Option(
            names = "--on-damage",
            paramLabel = "<refuse|quarantine>",
            converter = OnDamageConverter.class,
            defaultValue = "${env:MINI_REDIS_ON_DAMAGE}",
            description =
                    "What to do with a damaged log: ${COMPLETION-CANDIDATES}. With refuse, the default, the server"
                            + " does not start; with quarantine it goes on without the damaged lines, and keeps them.")
    private OnDamage onDamage;

    @Option(
            names = "--until",
            paramLabel = "<lsn|time>",
            defaultValue = "${env:MINI_REDIS_UNTIL}",
            description =
                    "Look at the data as it was after this entry or at this time (2026-11-23T05:30:00Z), read-only."
                            + " Nothing of the log is changed.")
    private String until;

    @Option(
            names = "--requirepass-file",
            paramLabel = "<file>",
            defaultValue = "${env:MINI_REDIS_REQUIREPASS_FILE}",
            description = "File whose first line is the password that clients have to give first, with AUTH.")
    private Path requirePassFile;

    @Option(
            names = "--http-port",
            paramLabel = "<port>",
            converter = Port.class,
            defaultValue = "${env:MINI_REDIS_HTTP_PORT}",
            description = "Port of health and metrics, 9000 by default; 0 is any free one.")
    private Integer httpPort;

    @Option(
            names = "--status-page",
            paramLabel = "<yes|no>",
            converter = YesOrNo.class,
            defaultValue = "${env:MINI_REDIS_STATUS_PAGE}",
            description = "Whether that port has a page for people at /, which shows what the server does.")
    private String statusPage;

    @Override
    public Integer call() {
        configure("mini-redis.port", port);
        configure("mini-redis.tls-port", tlsPort);
        configure("mini-redis.host", host);
        configure("mini-redis.data-dir", dataDir);
        configure("mini-redis.databases", databases);
        configure("mini-redis.appendonly", appendOnly);
        configure("mini-redis.fsync", fsync);
        configure("mini-redis.on-damage", onDamage);
        configure("mini-redis.until", until);
        configure("mini-redis.requirepass-file", requirePassFile);
        TuningOptions.forEachGiven(spec, (name, value) -> configure("mini-redis." + name, value));
        configure(HttpPort.PROPERTY, httpPort);
        configure("mini-redis.status-page", statusPage);
        var out = spec.commandLine();
        if (!readFile(out.getErr())) {
            return spec.exitCodeOnExecutionException();
        }
        if (!canListenOn(System.getProperty("mini-redis.host"), out.getErr())
                || !HttpPort.settle(out.getOut(), out.getErr())) {
            return spec.exitCodeOnExecutionException();
        }
        stopCleanlyOnSignals();
        Quarkus.run();
        return LEFT_TO_QUARKUS;
    }

    /** What Redis says of its file, it says of ours. */
    private boolean readFile(PrintWriter err) {
        Path path = file == null ? config : file;
        if (path == null) {
            return true;
        }
        try {
            StartFile.apply(StartFile.read(path));
            configure("mini-redis.config-file", path.toAbsolutePath().normalize());
            return true;
        } catch (IOException e) {
            err.println("mini-redis: Fatal error, can't open config file " + LogException.reason(e));
        } catch (ConfigFileException e) {
            err.println(e.getMessage());
        }
        return false;
    }

    /** Whether the address is one of this machine's: Quarkus would say it in a stack trace. */
    private static boolean canListenOn(String host, PrintWriter err) {
        if (host == null) {
            return true;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
            return true;
        } catch (UnknownHostException unknown) {
            return refuse(host, "Name or service not known", err);
        } catch (IOException notOurs) {
            return refuse(host, notOurs.getMessage(), err);
        }
    }

    private static boolean refuse(String host, String problem, PrintWriter err) {
        err.println("mini-redis: Cannot listen on " + host + ": " + problem + ". Choose another --host.");
        return false;
    }

    private static void configure(String property, Object value) {
        if (value != null) {
            System.setProperty(property, value.toString());
        }
    }

    /**
     * To be told to stop is no failure: the exit code is 0, as Redis's is, where the JVM's own would be 143 or 130; unless
     * stopping fails, which sets another.
     * JLine wraps the JDK's signal class, which javac lets nobody name without a warning.
     */
    private static void stopCleanlyOnSignals() {
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, Quarkus::asyncExit);
        }
    }

    /** For the configuration, which knows true and false. */
    private static final class YesOrNo implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return switch (text) {
                case "yes", "true" -> "true";
                case "no", "false" -> "false";
                default -> throw new TypeConversionException("'" + text + "' is neither yes nor no");
            };
        }
    }

    /** A port, or {@code no}, which the configuration has as -1. */
    private static final class PortOrNone implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return text.equals("no") ? Integer.valueOf(-1) : new Port().convert(text);
        }
    }

    private static final class Databases implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (!text.matches("[1-9]\\d{0,8}")) {
                throw new TypeConversionException("'" + text + "' is not a number of databases");
            }
            return Integer.valueOf(text);
        }
    }

    private static final class FsyncConverter implements ITypeConverter<FsyncPolicy> {
        @Override
        public FsyncPolicy convert(String text) {
            return oneOf(FsyncPolicy.values(), text);
        }
    }

    private static final class OnDamageConverter implements ITypeConverter<OnDamage> {
        @Override
        public OnDamage convert(String text) {
            return oneOf(OnDamage.values(), text);
        }
    }

    private static <T> T oneOf(T[] values, String text) {
        return Arrays.stream(values)
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of " + Arrays.toString(values)));
    }
}

package dev.miniredis.cli;

import dev.miniredis.config.ConfigFileException;
import dev.miniredis.log.LogException;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.server.GivenSettings;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jline.utils.Signals;

/** Hands over what is given as configuration and boots Quarkus, whose start event opens the listener. */
final class ServerRun {
    private static final int FAILED = 1;

    /** Where the file of parameters is, as a setting. */
    private static final String CONFIG_FILE = "config-file";

    /** Options and variables that are not properties of Mini Redis. */
    private static final Set<String> NO_PROPERTIES = Set.of(ServerOption.CONFIG.name(), ServerOption.HTTP_PORT.name());

    private ServerRun() {}

    /**
     * Ends when the server does. Returns {@link ServerCommand#LEFT_TO_QUARKUS}, or an exit code after {@code err} was
     * told why.
     */
    static int of(ServerArguments arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        OutOfMemory.watchThreads();
        Map<String, String> settings;
        try {
            settings = given(arguments, GivenSettings.ofJvm(), environment);
        } catch (InvalidPathException e) {
            return fail("Fatal error, can't open config file " + e.getMessage(), err);
        } catch (IllegalArgumentException e) {
            return Main.refuse("mini-redis " + ServerCommand.NAME, e.getMessage(), err);
        } catch (IOException e) {
            return fail("Fatal error, can't open config file " + LogException.reason(e), err);
        } catch (ConfigFileException e) {
            err.println(e.getMessage());
            return FAILED;
        }
        String httpPort = settings.remove(ServerOption.HTTP_PORT.name());
        if (httpPort != null) {
            System.setProperty(HttpPort.PROPERTY, httpPort); // Quarkus's own setting
        }
        GivenSettings.give(settings);
        if (!canListenOn(settings.get("host"), err) || !HttpPort.settle(out, err)) {
            return FAILED;
        }
        listenToSignals();
        // For all TLS of the process: the default of OpenSSL, not of the JDK. Read before the first handshake.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        Quarkus.run();
        return ServerCommand.LEFT_TO_QUARKUS;
    }

    /**
     * All settings that are given, by their names. The precedence of the sources is the order in which this method adds
     * them: options, properties of the JVM, environment, file of parameters. {@code application.properties} and the
     * defaults come after them, in Quarkus. An empty variable is none.
     *
     * @param jvm the properties of the JVM that are settings, by the names of these
     * @throws IllegalArgumentException a variable of the environment has a value that the setting cannot have
     * @throws IOException the file cannot be read
     * @throws ConfigFileException the file says something that cannot be
     */
    static Map<String, String> given(
            ServerArguments arguments, Map<String, String> jvm, Map<String, String> environment)
            throws IOException, ConfigFileException {
        Map<String, String> given = new HashMap<>();
        arguments.values().forEach((option, value) -> given.put(option.name(), value));
        jvm.forEach((name, value) -> {
            if (!NO_PROPERTIES.contains(name)) {
                given.putIfAbsent(name, value);
            }
        });
        for (ServerOption option : ServerOption.all()) {
            String value = environment.getOrDefault(option.variable(), "");
            if (!value.isEmpty() && !given.containsKey(option.name())) {
                given.put(option.name(), option.fromEnvironment(value));
            }
        }
        String config = given.remove(ServerOption.CONFIG.name());
        String file = arguments.file() == null ? config : arguments.file();
        if (file != null) {
            Path path = Path.of(file);
            StartFile.read(path).forEach(given::putIfAbsent);
            given.put(CONFIG_FILE, path.toAbsolutePath().normalize().toString());
        }
        return given;
    }

    private static int fail(String problem, PrintWriter err) {
        err.println("mini-redis: " + problem);
        return FAILED;
    }

    /** Whether the address is one of this machine's: Quarkus would report it by a stack trace. */
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

    /**
     * A signal to stop is no failure: the exit code is 0, as Redis's, where the JVM's own would be 143 or 130,
     * unless the stop fails. Like Redis, the server goes on after its terminal is closed. JLine wraps
     * the JDK's signal class, which cannot be used without a warning of javac.
     */
    private static void listenToSignals() {
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, Quarkus::asyncExit);
        }
        Signals.register("HUP", () -> {});
    }
}

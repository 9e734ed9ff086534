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
import org.jline.utils.Signals;

/**
 * Hands the options over as configuration and boots Quarkus, whose start event opens the listener. An option that is
 * not given sets nothing, so the environment and the defaults speak.
 */
final class ServerRun {
    private static final int FAILED = 1;
    private static final String PREFIX = "mini-redis.";

    /** Where the file of parameters is, as a setting. */
    private static final String CONFIG_FILE = "config-file";

    private ServerRun() {}

    /**
     * Ends when the server does. Answers {@link ServerCommand#LEFT_TO_QUARKUS}, or an exit code, having told {@code
     * err} why.
     */
    static int of(ServerArguments arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        OutOfMemory.watchThreads();
        String config = arguments.values().get(ServerOption.CONFIG);
        Map<String, String> file = readFile(arguments.file() == null ? config : arguments.file(), err);
        if (file == null) {
            return FAILED;
        }
        Map<String, String> settings = settings(arguments, environment, file);
        GivenSettings.give(settings);
        if (!canListenOn(settings.get(PREFIX + "host"), err) || !HttpPort.settle(out, err)) {
            return FAILED;
        }
        listenToSignals();
        // For every TLS of the process; the JDK reads it before the first handshake. OpenSSL's default, and not the
        // JDK's.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        Quarkus.run();
        return ServerCommand.LEFT_TO_QUARKUS;
    }

    /**
     * What is given, by the names of the properties; the first of options, environment and file that says something
     * counts. (The options of settings have taken the environment's word already. What the JVM was given as a property
     * goes before the file, too.)
     */
    static Map<String, String> settings(
            ServerArguments arguments, Map<String, String> environment, Map<String, String> file) {
        Map<String, String> settings = new HashMap<>();
        arguments.values().forEach((option, value) -> {
            if (option.property().equals(HttpPort.PROPERTY)) {
                System.setProperty(HttpPort.PROPERTY, value); // Quarkus's own
            } else if (!option.property().isEmpty()) {
                settings.put(option.property(), value);
            }
        });
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(name -> settings.putIfAbsent(name, System.getProperty(name)));
        for (ServerOption parameter : ServerOption.ofParameters()) {
            String value = environment.getOrDefault(parameter.variable(), "");
            if (!value.isEmpty()) {
                settings.putIfAbsent(parameter.property(), value);
            }
        }
        file.forEach((name, value) -> settings.putIfAbsent(PREFIX + name, value));
        return settings;
    }

    /** What the file says; null where it cannot be read, which Redis says of its file in the same words. */
    private static Map<String, String> readFile(String name, PrintWriter err) {
        if (name == null) {
            return Map.of();
        }
        try {
            Path path = Path.of(name);
            Map<String, String> settings = StartFile.read(path);
            settings.put(CONFIG_FILE, path.toAbsolutePath().normalize().toString());
            return settings;
        } catch (InvalidPathException e) {
            err.println("mini-redis: Fatal error, can't open config file " + e.getMessage());
        } catch (IOException e) {
            err.println("mini-redis: Fatal error, can't open config file " + LogException.reason(e));
        } catch (ConfigFileException e) {
            err.println(e.getMessage());
        }
        return null;
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

    /**
     * To be told to stop is no failure: the exit code is 0, as Redis's is, where the JVM's own would be 143 or 130;
     * unless stopping fails, which sets another. That its terminal is closed ends it as little as Redis. JLine wraps
     * the JDK's signal class, which javac lets nobody name without a warning.
     */
    private static void listenToSignals() {
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, Quarkus::asyncExit);
        }
        Signals.register("HUP", () -> {});
    }
}

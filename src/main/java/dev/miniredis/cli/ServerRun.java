package dev.miniredis.cli;

import dev.miniredis.command.ConfigFileException;
import dev.miniredis.log.LogException;
import dev.miniredis.notice.OutOfMemory;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.jline.utils.Signals;

/**
 * Hands the options over as configuration and boots Quarkus, whose start event opens the listener. An option that is not
 * given sets nothing, so the environment and the defaults speak.
 */
final class ServerRun {
    private static final int FAILED = 1;

    private ServerRun() {}

    /** Ends when the server does. Answers {@link ServerCommand#LEFT_TO_QUARKUS}, or an exit code, having told {@code err} why. */
    static int of(ServerArguments arguments, PrintWriter out, PrintWriter err) {
        OutOfMemory.watchThreads();
        arguments.values().forEach((option, value) -> {
            if (!option.property().isEmpty()) {
                System.setProperty(option.property(), value);
            }
        });
        String config = arguments.values().get(ServerOption.CONFIG);
        if (!readFile(arguments.file() == null ? config : arguments.file(), err)
                || !canListenOn(System.getProperty("mini-redis.host"), err)
                || !HttpPort.settle(out, err)) {
            return FAILED;
        }
        listenToSignals();
        // For every TLS of the process; the JDK reads it before the first handshake. OpenSSL's default, and not the
        // JDK's.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        Quarkus.run();
        return ServerCommand.LEFT_TO_QUARKUS;
    }

    /** What Redis says of its file, it says of ours. */
    private static boolean readFile(String name, PrintWriter err) {
        if (name == null) {
            return true;
        }
        Path path = Path.of(name);
        try {
            StartFile.apply(StartFile.read(path));
            System.setProperty(
                    "mini-redis.config-file", path.toAbsolutePath().normalize().toString());
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

    /**
     * To be told to stop is no failure: the exit code is 0, as Redis's is, where the JVM's own would be 143 or 130; unless
     * stopping fails, which sets another. That its terminal is closed ends it as little as Redis.
     * JLine wraps the JDK's signal class, which javac lets nobody name without a warning.
     */
    private static void listenToSignals() {
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, Quarkus::asyncExit);
        }
        Signals.register("HUP", () -> {});
    }
}

package dev.miniredis.figures;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** What a server knows of itself: when it started, its run id, and those of its settings that {@code INFO} shows. */
public final class ServerFacts {
    private final String host;
    private final boolean appendonly;
    private final String until;
    private final Path configFile;
    private final IntSupplier port;
    private final String runId = String.format(Locale.ROOT, "%040x", new BigInteger(160, new SecureRandom()));
    private final long startNanos = System.nanoTime();
    private final long startMillis = System.currentTimeMillis();

    /**
     * @param host the address that is listened on
     * @param appendonly whether there is a log
     * @param until the moment of the past that is shown; null for the present
     * @param configFile the file of parameters; null for none
     * @param port the port that is listened on
     */
    public ServerFacts(String host, boolean appendonly, String until, Path configFile, IntSupplier port) {
        this.host = host;
        this.appendonly = appendonly;
        this.until = until;
        this.configFile = configFile;
        this.port = port;
    }

    /** When the server started, in milliseconds since 1970. */
    public long startMillis() {
        return startMillis;
    }

    /** For how many seconds it has been running. */
    public long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }

    /** Forty random hexadecimal digits, as Redis's {@code getRandomHexChars} makes them. */
    String runId() {
        return runId;
    }

    int port() {
        return port.getAsInt();
    }

    String host() {
        return host;
    }

    boolean appendonly() {
        return appendonly;
    }

    String until() {
        return until;
    }

    String configFile() {
        return configFile == null ? "" : configFile.toString();
    }
}

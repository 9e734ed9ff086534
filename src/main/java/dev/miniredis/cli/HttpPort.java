package dev.miniredis.cli;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.ConfigUtils;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;

/**
 * The port of health and metrics. Quarkus refuses to start if it is taken; a user who has not chosen that port should
 * not lose the Redis server over it. So before Quarkus starts, the default port is replaced by a free one if it is taken,
 * and a chosen port that is taken is an error in one line. (Another process may still take the port between this check
 * and Quarkus's own; then Quarkus refuses.)
 */
final class HttpPort {
    static final String PROPERTY = "quarkus.management.port";

    private static final String VARIABLE = "QUARKUS_MANAGEMENT_PORT";

    /**
     * Quarkus's default. Our configuration does not set it, so the property has a value only if the user has chosen
     * one.
     */
    private static final int DEFAULT = 9000;

    private HttpPort() {}

    /** Returns false, after writing the reason to {@code err}, if the server cannot start. */
    static boolean settle(PrintWriter out, PrintWriter err) {
        if (LaunchMode.current().isDevOrTest()) {
            return true; // there a reload finds the port held by this very process
        }
        String chosen = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (chosen == null) {
            if (isFree(DEFAULT)) {
                return true;
            }
            // the files that Quarkus reads: last, because that costs time at every start
            chosen =
                    ConfigUtils.configBuilder().build().getConfigValue(PROPERTY).getValue();
        }
        if (chosen == null) {
            out.println("mini-redis: the HTTP port " + DEFAULT + " is in use, so health and metrics get another");
            System.setProperty(PROPERTY, "0");
            return true;
        }
        return canUse(chosen, err);
    }

    private static boolean canUse(String chosen, PrintWriter err) {
        try {
            if (isFree(Port.of(chosen))) {
                return true;
            }
            err.println(
                    "mini-redis: the HTTP port " + chosen + " is in use; choose another with --http-port, 0 for any");
        } catch (IllegalArgumentException malformed) {
            err.println("mini-redis: " + PROPERTY + ": " + malformed.getMessage());
        }
        return false;
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port)) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}

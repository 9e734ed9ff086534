package dev.miniredis.embedded;

import dev.miniredis.config.Parameters;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.net.RespListener;
import java.nio.file.Path;

/**
 * The settings of a server that {@code INFO} and {@code CONFIG GET} show and that cannot be changed while it runs.
 *
 * @param until the moment of the past that is shown; null for the present
 * @param configFile the file of parameters; null for none
 */
record ServerSettings(
        String host,
        Path dataDir,
        int databases,
        FsyncPolicy fsync,
        boolean appendonly,
        String until,
        Path configFile) {
    /** Makes them parameters, with the ports that are listened on. */
    void addTo(Parameters parameters, RespListener listener) {
        parameters
                .add("appendfsync", fsync.toString())
                .add("appendonly", appendonly ? "yes" : "no")
                .add("bind", host)
                .add("databases", Integer.toString(databases))
                .add("dir", dataDir.toAbsolutePath().normalize().toString())
                .add("port", Integer.toString(listener.port()))
                .add("tcp-backlog", Integer.toString(RespListener.BACKLOG))
                .add("tls-port", Integer.toString(listener.tlsPort()));
    }
}

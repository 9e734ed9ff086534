package dev.miniredis.command;

import dev.miniredis.session.Session;

/** The operations of DEBUG on the server. To be called on the engine's thread. */
public interface Debugging {
    /** Whether this client may use DEBUG. The replay of the log always may, since the request was allowed before. */
    boolean isAllowed(Session session);

    /** Blocks the engine's thread for a time. */
    void sleep(long nanos);

    /**
     * Drops all data and replays the log from disk, as at startup.
     *
     * @throws CommandError the log cannot be read; the data are unchanged
     */
    void reload();

    /** Sets whether expired keys are removed in the background, or only on access. */
    void activeExpire(boolean on);

    /** Logs a message, as the server's own messages. */
    void log(String message);

    /** Changes the replication id, by which replicas identify the data set. */
    void changeReplicationId();
}

package dev.miniredis.command;

import dev.miniredis.session.Session;

/** What DEBUG may do to the server it runs in. On the engine's thread. */
public interface Debugging {
    /** Whether this client may use DEBUG. Replay always may: its commands were allowed before. */
    boolean isAllowed(Session session);

    /** Blocks the calling thread for this long. */
    void sleep(long nanos);

    /**
     * Removes all data and replays the log from the disk, as a start does.
     *
     * @throws CommandError the log cannot be read; the data are unchanged
     */
    void reload();

    /** Whether what has expired is removed by itself, or only when it is met. */
    void activeExpire(boolean on);

    /** Writes a line into the server's own log. */
    void log(String message);

    /** Gives the data another name, by which replicas would know them. */
    void changeReplicationId();
}

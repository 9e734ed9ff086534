package dev.miniredis.command;

import dev.miniredis.session.Session;

/** What DEBUG may do to the server it runs in. On the engine's thread. */
public interface Debugging {
    /** Whether this client may use DEBUG. The log always may: what is in it was allowed once. */
    boolean isAllowed(Session session);

    /** Stands still for so long, and with it everything that this thread does. */
    void sleep(long nanos);

    /**
     * Takes away all data and builds them again from the log on the disk, as a start does.
     *
     * @throws CommandError the log cannot be read; the data are what they were
     */
    void reload();

    /** Whether what has expired is removed by itself, or only when it is met. */
    void activeExpire(boolean on);

    /** Writes a line into the server's own log. */
    void log(String message);

    /** Gives the data another name, by which replicas would know them. */
    void changeReplicationId();
}

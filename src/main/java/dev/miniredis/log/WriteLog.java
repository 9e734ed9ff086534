package dev.miniredis.log;

/**
 * The log as the engine sees it: entries go in, and at some later time they are durable. The seam for a replicated log.
 * All methods are called by the engine's thread.
 */
public interface WriteLog {
    /** Whether an entry can be taken. */
    enum Room {
        /** It can. */
        YES,
        /** Not yet: room is being made; {@link LogListener#roomChanged} will tell. */
        SOON,
        /** No: see {@link #problem}. */
        NO,
        /** Never: no line can be so long. */
        TOO_LARGE,
        /** Never: the log is only being looked at. */
        READ_ONLY
    }

    /**
     * Whether there is room for one more entry, besides those not yet written: on the disk, and in memory, so that
     * {@link #append} cannot fail.
     *
     * @param bytes at least as many as its line will take, see {@link LineWriter#bound}
     */
    Room roomFor(long bytes);

    /** Why the log takes no more entries, in the words of the operating system; null while it does. */
    String problem();

    /** The lsn that the next entry gets. */
    long nextLsn();

    /**
     * Takes an entry; only after {@link #roomFor} said yes. Copies what it needs of it.
     *
     * @return its lsn
     */
    long append(LogEntry entry);

    /** Lets go what was appended: to be written now. */
    void submit();

    /** Everything up to this lsn survives a crash, as far as the {@link FsyncPolicy} promises. */
    long durableLsn();
}

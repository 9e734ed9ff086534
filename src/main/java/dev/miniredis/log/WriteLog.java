package dev.miniredis.log;

/**
 * The log as the engine sees it: entries go in, and at some later time they are durable. The seam for a replicated log.
 * All methods are called by the engine's thread.
 */
public interface WriteLog {
    /** So much room is left to entries that free memory, so that a full disk can be helped without more of it. */
    long SPARE_BYTES = 64 * 1024;

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
     * @param left how many bytes of room on the disk are to be left after it
     */
    Room roomFor(long bytes, long left);

    /** The same for an entry that may take all the room. */
    default Room roomFor(long bytes) {
        return roomFor(bytes, 0);
    }

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

package dev.miniredis.log;

import java.util.List;

/**
 * The seam between the engine and its log: entries go in, and at some later time they are durable; at the start they
 * come out again. A log of several nodes would be another implementation, see docs/adr/0023. {@link #recover}, {@link
 * #start} and {@link #close} may be called by any thread, one after the other; all other methods by the engine's thread
 * only.
 */
public interface WriteLog extends AutoCloseable {
    /** Room that only entries which free memory may use, so that a full disk never prevents deletes. */
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
        /** Never: the log is opened for reading only. */
        READ_ONLY
    }

    /**
     * Takes the entries that this node has not executed itself: each once, in the order of their lsn. Those are all
     * entries at recovery, and none of those that this node appends.
     */
    @FunctionalInterface
    interface Applier {
        /** The entries that come first are lines of a base, whose header is this. */
        default void begin(BaseHeader header) {}

        /** Takes a batch of entries, and owns it until it releases it, on any thread. */
        void apply(ReadBatch batch);

        /**
         * Waits until all entries are applied.
         *
         * @return the entries that cannot be run, in order; the last one may hide others, which show after a {@link
         *     #restart} without it
         * @throws LogException the replay cannot go on
         */
        default List<Unrunnable> finish() throws InterruptedException, LogException {
            return List.of();
        }

        /** Discards what was applied: all entries will come again, from the first one on. */
        default void restart() {}
    }

    /**
     * The outcome of a recovery.
     *
     * @param entries the lsn of the last entry
     * @param lastMillis the time of that entry, milliseconds since 1970
     * @param cutOff what was cut off its end, in words; may be null
     * @param damage what a repair has left out or replaced, now or earlier, in words
     */
    record Recovered(long entries, long lastMillis, String cutOff, List<String> damage) {}

    /**
     * Reads the log, or makes one if there is none. Once, before {@link #start}.
     *
     * @param nowMillis the time, for the names of files that are set aside
     * @throws LogException the log is damaged, or is no log; nothing was changed
     */
    Recovered recover(Applier applier, long nowMillis) throws LogException, InterruptedException;

    /**
     * Begins to take entries.
     *
     * @throws LogException the log cannot be written
     */
    void start(LogListener listener) throws LogException;

    /**
     * Whether there is room for one more entry, besides those not yet written: on the disk, and in memory, so that
     * {@link #append} cannot fail.
     *
     * @param bytes at least as many as its line will take, see {@link LineWriter#bound}
     * @param left how many bytes of room on the disk must be left after it
     */
    Room roomFor(long bytes, long left);

    /** The same for an entry that may take all the room. */
    default Room roomFor(long bytes) {
        return roomFor(bytes, 0);
    }

    /** Why the log takes no more entries, in the words of the operating system; null while it does. From any thread. */
    String problem();

    /** The lsn that the next entry gets. */
    long nextLsn();

    /**
     * Takes an entry; only after {@link #roomFor} answered YES. Copies what it needs of it.
     *
     * @return its lsn
     */
    long append(LogEntry entry);

    /** Hands what was appended over to be written. */
    void submit();

    /** Everything up to this lsn survives a crash, as far as the {@link FsyncPolicy} promises. From any thread. */
    long durableLsn();

    /**
     * Writes and syncs what was appended, and closes. Nothing may be appended any more.
     *
     * @throws LogException not all of it is on disk
     */
    @Override
    void close() throws LogException;
}

package dev.miniredis.log;

import java.io.IOException;
import java.util.List;

/** A {@link WriteLog} as the server runs it: recovered, started, watched by any thread, closed. */
public interface ServerLog extends WriteLog, AutoCloseable {
    /**
     * What a log says of itself after recovery.
     *
     * @param cutOff what was cut off its end, in words; may be null
     * @param damage what a repair has left out or replaced, now or earlier, in words
     */
    record Recovered(long entries, long lastMillis, String cutOff, List<String> damage) {}

    /** How much of the log has been read at recovery. */
    record Progress(long readBytes, long totalBytes) {
        static final Progress NONE = new Progress(0, 0);
    }

    /**
     * What is only told.
     *
     * @param appendedEntries how many were appended since the start
     * @param appendedBytes what was written of them
     * @param segments how many there are since the newest base, the one being written included; 0 where none is written
     * @param space on its disk, half a second old while the disk answers; null where it is not known
     * @param reserveBytes what is kept of the disk for a base, and so not free
     */
    record Figures(long appendedEntries, long appendedBytes, int segments, Disk.Space space, long reserveBytes) {}

    /** Takes the entries at recovery. */
    @FunctionalInterface
    interface Applier {
        /** What comes first is from a base, which begins with this. */
        default void begin(BaseHeader header) {
            // who does not keep a table has nothing to prepare
        }

        /** Owns the entries until it releases them, on whatever thread. */
        void apply(ReadBatch batch);

        /**
         * Waits until all of it is applied.
         *
         * @return what could not be, in its order; the last of it may hide more, which shows after a {@link #restart} without it
         * @throws LogException there is no way to go on
         */
        default List<Unrunnable> finish() throws InterruptedException, LogException {
            return List.of();
        }

        /** Everything will come again, from the beginning. */
        default void restart() {
            // a replay without state has nothing to forget
        }
    }

    /** Where it is and how it syncs, for people. */
    String description();

    /**
     * Reads what there is and begins a log where there is none. Only once, before {@link #start}.
     *
     * @param nowMillis the time, for the name of what has to be kept aside
     * @throws LogException the log is damaged, or not one; nothing was changed
     */
    Recovered recover(Applier applier, long nowMillis) throws LogException, InterruptedException;

    /** How far {@link #recover} is; from any thread. */
    Progress progress();

    /**
     * Begins to take entries.
     *
     * @throws LogException the log's file is not there any more
     */
    void start(LogListener listener) throws LogException;

    /**
     * Ends the segment being written: what is appended from now on goes to a new one. Only by the engine's thread.
     *
     * @return the lsn of the last entry appended
     */
    long rotate();

    /**
     * Begins a base that stands for all entries up to one that {@link #rotate} answered; not two at a time.
     *
     * @throws InterruptedException the log is being closed
     */
    BaseFile newBase(BaseHeader header) throws IOException, InterruptedException;

    /**
     * Finishes a base, once the entries that it stands for are on disk too, and removes the segments that it replaces.
     *
     * @param retention what of them to keep nevertheless
     * @throws InterruptedException the log is being closed; nothing has happened
     */
    void install(BaseFile base, Retention retention) throws IOException, InterruptedException;

    /**
     * Whether files of the log are gone that somebody has deleted or replaced. It takes no entry then, and says so by {@link
     * #problem}, until a base is {@linkplain #install installed}.
     */
    boolean needsBase();

    /** While there is no room for more entries, how large a base may be that would make some; otherwise 0. */
    default long roomForBase() {
        return 0;
    }

    /** Looks now whether the files are there, as the log does by itself twice a second. */
    void look();

    /** Changes when a write counts as done, for what comes; where it asks for syncs, what is there is synced. From any thread. */
    void fsync(FsyncPolicy policy);

    /** How many syncs took a second or longer. */
    long delayedSyncs();

    /** How long the sync that runs has been running, in nanoseconds; 0 where none does. */
    long runningSyncNanos();

    /** Figures for whoever watches it; from any thread. */
    Figures figures();

    /** The size of the newest base; 0 where there is none. */
    long baseBytes();

    /** Everything up to this lsn is on disk, whatever the policy. */
    long syncedLsn();

    /** The size of the segment being written, without the room at its end. */
    long writtenBytes();

    /** The size of the segment's file. */
    long reservedBytes();

    /**
     * Writes and syncs what was appended, and closes. The engine's thread appends no more.
     *
     * @throws LogException not all of it is on disk
     */
    @Override
    void close() throws LogException;
}

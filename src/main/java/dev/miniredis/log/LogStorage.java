package dev.miniredis.log;

import java.io.IOException;

/**
 * The files of a log on this node: what a compaction needs to replace old segments by a base, and when writes are
 * synced. From any thread, unless a method says otherwise.
 */
public interface LogStorage {
    /**
     * Ends the segment being written: what is appended from now on goes to a new one. Only by the engine's thread.
     *
     * @return the lsn of the last entry appended
     */
    long rotate();

    /**
     * Begins a base that stands for all entries up to an lsn that {@link #rotate} returned; one at a time.
     *
     * @throws InterruptedException the log is being closed
     */
    BaseFile newBase(BaseHeader header) throws IOException, InterruptedException;

    /**
     * Finishes a base, once the entries that it stands for are on disk too, and removes the segments that it replaces.
     *
     * @param retention which of them to keep
     * @throws InterruptedException the log is being closed; nothing has happened
     */
    void install(BaseFile base, Retention retention) throws IOException, InterruptedException;

    /**
     * Whether files of the log were deleted or replaced by other files. The log then takes no entry, and {@link
     * WriteLog#problem} says why, until a base is {@linkplain #install installed}.
     */
    boolean needsBase();

    /** While there is no room for more entries, how large a base may be that would make some; otherwise 0. */
    long roomForBase();

    /** Checks now whether the files are there, which the log does by itself twice a second. */
    void look();

    /** Changes the policy for later writes; where it asks for syncs, earlier writes are synced too. */
    void fsync(FsyncPolicy policy);

    /** Everything up to this lsn is on disk, whatever the policy. */
    long syncedLsn();

    /** What there is to know about the log at this moment. */
    LogFigures figures();
}

package dev.miniredis.log;

/**
 * What INFO, the metrics and the health checks show of a log, at one moment.
 *
 * @param description where the log is and how it syncs, for people
 * @param problem why the log takes no more entries; null while it does
 * @param progress of the recovery
 * @param lastLsn of the last entry appended
 * @param syncedLsn everything up to it is on disk
 * @param appendedEntries since the start
 * @param appendedBytes of those entries, as far as they are written
 * @param segments since the newest base, with the one being written; 0 if none is written
 * @param baseBytes the size of the newest base; 0 if there is none
 * @param writtenBytes the size of the segment being written, without the room at its end
 * @param reservedBytes the size of that segment's file
 * @param space on the log's disk, at most half a second old while the disk answers; null if unknown
 * @param reserveBytes kept of the disk for a base, and so not free
 * @param delayedSyncs syncs that took a second or longer
 * @param runningSyncNanos how long the current sync has been running; 0 if none is
 */
public record LogFigures(
        String description,
        String problem,
        Progress progress,
        long lastLsn,
        long syncedLsn,
        long appendedEntries,
        long appendedBytes,
        int segments,
        long baseBytes,
        long writtenBytes,
        long reservedBytes,
        Disk.Space space,
        long reserveBytes,
        long delayedSyncs,
        long runningSyncNanos) {
    /** How much of the log recovery has read. */
    public record Progress(long readBytes, long totalBytes) {
        static final Progress NONE = new Progress(0, 0);
    }

    /** Of a log that writes nothing. */
    static LogFigures unwritten(
            String description, Progress progress, long lastLsn, long syncedLsn, long appendedEntries) {
        return new LogFigures(
                description, null, progress, lastLsn, syncedLsn, appendedEntries, 0, 0, 0, 0, 0, null, 0, 0, 0);
    }
}

package dev.miniredis.log;

import java.io.IOException;
import java.util.List;

/**
 * Copies the log up to a moment into an empty directory, as a log of its own. The source is not changed.
 */
public final class Restore {
    /**
     * The result of a restore.
     *
     * @param lastLsn the entry that the copy ends with
     * @param lastMillis its time, milliseconds since 1970
     * @param entries the number of entries that are not in the base
     * @param bytes of all files
     */
    public record Result(long lastLsn, long lastMillis, long entries, long bytes) {}

    private final Disk source;
    private final Disk target;
    private long baseLsn;
    private long entries;
    private long bytes;

    /** @param target an empty directory */
    public Restore(Disk source, Disk target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Reads the log up to a moment, to detect damage before anything is written, and copies it.
     *
     * @throws LogException the log is damaged before the moment, or does not go back to it, or the copy failed
     */
    public Result until(Moment moment) throws LogException, InterruptedException {
        try {
            LogChain chain = LogChain.upTo(source, moment);
            baseLsn = chain.base() == null ? 0 : chain.base().lsn();
            Recovery.Result found = new Recovery(source, this::count, 0, moment, new RecoveryProgress()).run();
            if (chain.base() != null) {
                copy(chain.base().name(), Long.MAX_VALUE, chain.base().name());
            }
            copySegments(chain.segments(), found);
            if (found.lastLsn() > 0) {
                DurableMark.write(target, found.lastLsn());
            }
            target.syncDirectory();
            return new Result(found.lastLsn(), found.lastMillis(), entries, bytes);
        } catch (IOException e) {
            throw new LogException("Cannot restore to " + target.location() + ": " + LogException.reason(e), e);
        }
    }

    private void count(ReadBatch batch) {
        for (LogEntry entry : batch.entries()) {
            entries += entry.lsn() > baseLsn ? 1 : 0;
        }
        batch.release();
    }

    private void copySegments(List<LogChain.Segment> segments, Recovery.Result found) throws IOException {
        for (LogChain.Segment segment : segments) {
            if (segment.firstLsn() < found.activeFirstLsn()) {
                copy(segment.name(), Long.MAX_VALUE, segment.name());
            } else if (segment.firstLsn() == found.activeFirstLsn()) {
                copy(segment.name(), found.activeEnd(), SegmentNames.ACTIVE);
            }
        }
    }

    private void copy(String name, long end, String newName) throws IOException {
        try (Disk.DiskFile from = source.open(name);
                Disk.DiskFile to = target.open(newName)) {
            long length = Math.min(end, from.size());
            TornEnd.copy(from, 0, length, to);
            to.sync();
            bytes += length;
        }
    }
}

package dev.miniredis.log;

import java.io.IOException;

/**
 * The log as of a moment in the past ({@code --until}), read-only. The files are not changed: without {@code --until}
 * the log is read to its end again.
 */
public final class PastLog extends UnwrittenLog {
    private final Disk disk;
    private final Moment until;
    private final RecoveryProgress progress = new RecoveryProgress();
    private volatile long lastLsn;

    public PastLog(Disk disk, Moment until) {
        this.disk = disk;
        this.until = until;
    }

    @Override
    String description() {
        return "in " + disk.location() + " as of " + until + " (read-only)";
    }

    @Override
    public Recovered recover(Applier applier, long nowMillis) throws LogException, InterruptedException {
        try {
            Recovery.Result found =
                    new CheckedRecovery(disk, applier, nowMillis, until, progress, OnDamage.REFUSE).run();
            lastLsn = found.lastLsn();
            beginAfter(lastLsn);
            long named = until.atMillis() == Long.MAX_VALUE ? 0 : Math.min(until.atMillis(), nowMillis);
            long atMillis = Math.max(
                    named, found.lastMillis()); // may be later than now if the clock was ahead when it was written
            return new Recovered(found.lastLsn(), atMillis, found.cutOff(), found.losses());
        } catch (IOException e) {
            throw new LogException("Cannot read the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    @Override
    LogFigures.Progress progress() {
        return progress.now();
    }

    @Override
    public Room roomFor(long bytes, long left) {
        return Room.READ_ONLY;
    }

    @Override
    public long syncedLsn() {
        return lastLsn;
    }
}

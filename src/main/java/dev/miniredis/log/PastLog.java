package dev.miniredis.log;

import java.io.IOException;

/**
 * The log as it was at a moment in the past ({@code --until}): it is read up to there and takes no entry. Nothing of it
 * is changed, so the log goes on to its own end when it is opened without {@code --until}.
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
            long atMillis = Math.max(named, found.lastMillis()); // later than now, if written while the clock was ahead
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

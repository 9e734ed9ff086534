package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.lang.System.Logger;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures how long syncs take. A slow sync is reported while it runs, since it may never end.
 */
final class SyncTimes {
    private static final Logger LOGGER = System.getLogger(SyncTimes.class.getName());
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private boolean running;
    private long beganNanos;
    private boolean told;
    private long delayed;

    /** @param nanoTime a clock for intervals */
    SyncTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Tells that a sync begins.
     *
     * @return the time, by the clock
     */
    synchronized long began() {
        running = true;
        told = false;
        beganNanos = nanoTime.getAsLong();
        return beganNanos;
    }

    /**
     * Tells that the sync has ended, or failed.
     *
     * @return its duration in nanoseconds
     */
    synchronized long ended() {
        long took = nanoTime.getAsLong() - beganNanos;
        running = false;
        if (took >= LONG_NANOS) {
            delayed += told ? 0 : 1;
            Notice.LOG_SYNC_SLOW.tell(LOGGER, TimeUnit.NANOSECONDS.toMillis(took));
        }
        return took;
    }

    /** Reports the current sync once if it is slow. */
    synchronized void look() {
        if (isLong() && !told) {
            told = true;
            delayed++;
            Notice.LOG_SYNC_HANGS.tell(LOGGER, TimeUnit.NANOSECONDS.toMillis(runningNanos()));
        }
    }

    synchronized boolean isLong() {
        return runningNanos() >= LONG_NANOS;
    }

    /** How long the current sync has been running; 0 if there is none. */
    synchronized long runningNanos() {
        return running ? nanoTime.getAsLong() - beganNanos : 0;
    }

    /** The number of slow syncs. */
    synchronized long delayed() {
        return delayed;
    }
}

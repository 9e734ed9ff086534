package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.lang.System.Logger;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the disk takes to sync. A sync that takes long is told of while it runs: whoever waits for it wants to know
 * why, and it may be that it never ends.
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
     * One begins.
     *
     * @return when, by the clock
     */
    synchronized long began() {
        running = true;
        told = false;
        beganNanos = nanoTime.getAsLong();
        return beganNanos;
    }

    /**
     * It has ended, or failed.
     *
     * @return how long it took, in nanoseconds
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

    /** Looks whether the one that runs takes long, and says so once. */
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

    /** How long the sync that runs has been running; 0 where none does. */
    synchronized long runningNanos() {
        return running ? nanoTime.getAsLong() - beganNanos : 0;
    }

    /** How many took long. */
    synchronized long delayed() {
        return delayed;
    }
}

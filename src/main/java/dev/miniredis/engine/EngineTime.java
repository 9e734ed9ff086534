package dev.miniredis.engine;

import dev.miniredis.command.HostTime;
import java.util.concurrent.TimeUnit;

/**
 * The engine's time, by which keys expire and log entries are dated. It never goes back and never stands: it is the
 * wall clock's, or while that is behind (it was set back, or was ahead when the log was written) the last time plus
 * what the monotonic clock says has passed.
 *
 * <p>Intervals, such as how long a client is idle or a pause lasts, are measured by {@link #monotonicMillis}, so that a
 * wall clock that is set forward does not make them shorter.
 */
public final class EngineTime implements HostTime {
    /**
     * The wall clock counts as behind from here on: smaller gaps are usual, since the system adjusts it all the time.
     */
    private static final long NOTABLE_MILLIS = 1000;

    private final Clocks clocks;
    private final long startMillis;
    private final long startNanos;
    private long reachedMillis; // the last time that the wall clock, or an entry of the log, has set
    private long reachedNanos; // when that was
    private long millis;
    private long monotonicMillis;
    private boolean stopped;
    private volatile long behindMillis;

    EngineTime(Clocks clocks) {
        this.clocks = clocks;
        startMillis = clocks.wallMillis();
        startNanos = clocks.nanos();
        millis = startMillis;
        monotonicMillis = startMillis;
        reach(startMillis);
    }

    /**
     * Reads the clocks.
     *
     * @return the monotonic time
     */
    long tick() {
        // The monotonic clock first: if the thread is stopped between the two, the wall clock then does not seem
        // behind.
        long nanos = clocks.nanos();
        monotonicMillis = startMillis + TimeUnit.NANOSECONDS.toMillis(nanos - startNanos);
        if (!stopped) {
            long wall = clocks.wallMillis();
            millis = reachedMillis + TimeUnit.NANOSECONDS.toMillis(nanos - reachedNanos);
            if (wall > millis) {
                millis = wall;
                reach(wall);
            }
            measure(millis - wall);
        }
        return nanos;
    }

    /** Moves the time forward to that of an entry of the log. */
    public void advance(long toMillis) {
        if (toMillis > millis && !stopped) {
            millis = toMillis;
            reach(toMillis);
        }
    }

    private void reach(long newMillis) {
        reachedMillis = newMillis;
        reachedNanos = clocks.nanos();
    }

    /** Keeps the figure while it is about right: the two clocks are not read at the same moment. */
    private void measure(long behind) {
        if (Math.abs(behind - behindMillis) >= NOTABLE_MILLIS) {
            behindMillis = (behind + NOTABLE_MILLIS / 2) / NOTABLE_MILLIS * NOTABLE_MILLIS;
        }
    }

    /** Stops the time, for a look at the past. */
    public void stop(long atMillis) {
        stopped = true;
        millis = atMillis;
        behindMillis = 0;
    }

    /** Milliseconds since 1970. */
    long millis() {
        return millis;
    }

    /** How far the wall clock is behind, in milliseconds, to the second. Readable by every thread. */
    public long behindMillis() {
        return behindMillis;
    }

    @Override
    public long monotonicMillis() {
        return monotonicMillis;
    }

    /** The wall clock, or the time at which {@link #stop} has stopped it. */
    @Override
    public long wallMicros() {
        return stopped ? TimeUnit.MILLISECONDS.toMicros(millis) : clocks.wallMicros();
    }

    @Override
    public long wallMillis() {
        return stopped ? millis : clocks.wallMillis();
    }
}

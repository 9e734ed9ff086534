package dev.miniredis.engine;

import dev.miniredis.notice.Notice;
import java.util.concurrent.TimeUnit;

/** Reports when the wall clock falls behind the engine's time, by how much, and when it has caught up. */
public final class ClockWatch {
    private static final System.Logger LOGGER = System.getLogger(ClockWatch.class.getName());

    private long toldMillis;

    /**
     * Looks at the clock.
     *
     * @param behindMillis how far it is behind now, a figure that changes only when the clock is set
     */
    public void look(long behindMillis) {
        if (behindMillis == toldMillis) {
            return;
        }
        toldMillis = behindMillis;
        if (behindMillis > 0) {
            Notice.CLOCK_BEHIND.tell(LOGGER, TimeUnit.MILLISECONDS.toSeconds(behindMillis));
        } else {
            Notice.CLOCK_CAUGHT_UP.tell(LOGGER);
        }
    }
}

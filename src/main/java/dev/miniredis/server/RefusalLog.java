package dev.miniredis.server;

import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Tells of clients that were cut off before they were anybody: one line a second at most, since whoever may connect can
 * make as many as he likes. On one thread.
 */
final class RefusalLog {
    private static final Logger LOGGER = Logger.getLogger(RespListener.class);
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long untilNanos = System.nanoTime();
    private long untold;

    void tell(Object client, String reason) {
        if (System.nanoTime() - untilNanos < 0) {
            untold++;
            return;
        }
        untilNanos = System.nanoTime() + PERIOD_NANOS;
        String others = untold == 0 ? "" : " (And " + untold + " others since the last line like this.)";
        untold = 0;
        LOGGER.warnf("Client %s is cut off: %s.%s", client, reason, others);
    }
}

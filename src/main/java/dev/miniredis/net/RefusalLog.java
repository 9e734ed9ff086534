package dev.miniredis.net;

import dev.miniredis.notice.Notice;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Tells of clients that were cut off before they had logged in: one line a second at most, since any client that may
 * connect can make as many as he likes. On one thread.
 */
final class RefusalLog {
    private static final System.Logger LOGGER = System.getLogger(RespListener.class.getName());
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long untilNanos = System.nanoTime();
    private long untold;

    void tell(SocketAddress client, String reason) {
        if (System.nanoTime() - untilNanos < 0) {
            untold++;
            return;
        }
        untilNanos = System.nanoTime() + PERIOD_NANOS;
        String others = untold == 0 ? "" : " (And " + untold + " others since the last line like this.)";
        Notice.CLIENT_REFUSED.tell(LOGGER, AddressText.of(client), reason, others, untold);
        untold = 0;
    }
}

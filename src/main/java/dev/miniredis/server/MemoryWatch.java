package dev.miniredis.server;

import dev.miniredis.notice.OutOfMemory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.LogContext;

/**
 * Ends a server that is out of memory, see {@link OutOfMemory}, in two cases in which it would go on: a library catches
 * the OutOfMemoryError, logs it and continues; or the collector runs all the time and frees just enough that no error
 * comes, for which G1 has no limit.
 */
final class MemoryWatch {
    private static final long LOOK_MILLIS = 1000;
    /** The share of the time from which the collector leaves almost none to the server. */
    private static final int MOST_PERCENT = 90;
    /** For how long without a break the collector may take that share: less than a liveness probe waits. */
    private static final int MOST_LOOKS = 10;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private int looksWithoutRoom;

    /** Starts to watch this process. */
    static void start() {
        LogContext.getLogContext().getLogger("").addHandler(new LoggedErrors());
        MemoryWatch watch = new MemoryWatch();
        Thread.ofPlatform().daemon().name("mini-redis-memory").start(watch::run);
    }

    private void run() {
        try {
            long before = collectionMillis();
            long beforeNanos = System.nanoTime();
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                long now = collectionMillis();
                long nowNanos = System.nanoTime();
                if (look(now - before, (nowNanos - beforeNanos) / 1_000_000, OutOfMemory.hasRoom())) {
                    OutOfMemory.endForCollector(MOST_LOOKS * LOOK_MILLIS / 1000);
                }
                before = now;
                beforeNanos = nowNanos;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The time for which the collectors have paused all threads. */
    private long collectionMillis() {
        long millis = 0;
        for (int i = 0; i < collectors.size(); i++) {
            millis += collectors.get(i).getCollectionTime();
        }
        return millis;
    }

    /**
     * Looks at how much of the time since the last look the collector took.
     *
     * @return whether the collector has been busy without success for too long
     */
    boolean look(long collectionMillis, long millis, boolean hasRoom) {
        boolean busy = collectionMillis * 100 >= millis * MOST_PERCENT;
        looksWithoutRoom = busy && !hasRoom ? looksWithoutRoom + 1 : 0;
        return looksWithoutRoom >= MOST_LOOKS;
    }

    /** An error that a library has caught and logged. */
    private static final class LoggedErrors extends Handler {
        @Override
        public void publish(LogRecord line) {
            OutOfMemory.endIfCause(line.getThrown());
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}

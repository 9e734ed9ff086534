package dev.miniredis.server;

import dev.miniredis.notice.OutOfMemory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.LogContext;

/**
 * Sees to it that a server without memory ends, see {@link OutOfMemory}. It meets two ways in which it would live on: a
 * library catches the OutOfMemoryError, logs it and goes on; or the collector runs on end and frees just enough for
 * none to come, which G1 has no limit for.
 */
final class MemoryWatch {
    private static final long LOOK_MILLIS = 1000;
    /** A collector that has more of the time than this has nearly all of it. */
    private static final int MOST_PERCENT = 90;
    /** For how long in a row that may be: less than a probe of liveness has patience. */
    private static final int MOST_LOOKS = 10;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private int looksWithoutRoom;

    /** Begins to watch this process. */
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

    /** The time in which the collectors had all threads stand still. */
    private long collectionMillis() {
        long millis = 0;
        for (int i = 0; i < collectors.size(); i++) {
            millis += collectors.get(i).getCollectionTime();
        }
        return millis;
    }

    /**
     * Notes how the time since the last look was used.
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
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}

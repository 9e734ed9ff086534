package dev.miniredis.log;

import java.util.List;

/** How far the disk is behind: an upper bound of the bytes of all entries not yet written. */
final class Backlog {
    private final long maxBytes;
    private long appended; // the engine's thread
    private volatile long finished; // written by the log's thread
    private volatile boolean awaited; // the engine waits for it to shrink

    /** @param maxBytes the maximum backlog */
    Backlog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return appended - finished;
    }

    /**
     * Whether the backlog is too large for more bytes. Sets {@code awaited} before it checks again, so no wake-up is
     * missed.
     */
    boolean isTooLongFor(long more) {
        long waiting = bytes();
        if (waiting == 0 || waiting + more <= maxBytes) {
            return false;
        }
        awaited = true;
        return bytes() + more > maxBytes;
    }

    void appended(long bytes) {
        appended += bytes;
    }

    /** Subtracts batches that were written. @return whether the engine waits for that */
    boolean finished(List<Batch> batches) {
        long bytes = finished;
        for (Batch batch : batches) {
            bytes += batch.boundBytes();
        }
        finished = bytes;
        if (!awaited) {
            return false;
        }
        awaited = false; // after finished: a thread that sets it later reads the new value
        return true;
    }
}

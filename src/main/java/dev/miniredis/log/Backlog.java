package dev.miniredis.log;

import java.util.List;

/** How far the disk is behind: the bytes that the entries on their way to it take at most. */
final class Backlog {
    private final long maxBytes;
    private long appended; // the engine's thread
    private volatile long finished; // written by the log's thread
    private volatile boolean awaited; // somebody waits for it to shrink

    /** @param maxBytes how far the disk may fall behind */
    Backlog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return appended - finished;
    }

    /** Whether the disk is too far behind for more. Asks to be told when it is not: first, so that it is not missed. */
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

    /** Takes off what is done with; whether somebody has to be told. */
    boolean finished(List<Batch> batches) {
        long bytes = finished;
        for (Batch batch : batches) {
            bytes += batch.boundBytes();
        }
        finished = bytes;
        if (!awaited) {
            return false;
        }
        awaited = false; // only if it was true: who sets it now looks at the bytes after that
        return true;
    }
}

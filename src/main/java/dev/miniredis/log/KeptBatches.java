package dev.miniredis.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Batches that are written, kept until they are synced in case the sync fails; then used again. */
final class KeptBatches {
    /** What batches kept for reuse may hold. */
    private static final long MAX_SPARE_BYTES = 16L * 1024 * 1024;

    private final ReentrantLock lock;

    // The log's thread.
    private final List<Batch> kept = new ArrayList<>();
    private long bytes;

    // Under the lock.
    private final Deque<Batch> spare = new ArrayDeque<>();
    private long spareBytes;

    KeptBatches(ReentrantLock lock) {
        this.lock = lock;
    }

    void add(Batch batch) {
        kept.add(batch);
        bytes += batch.heldBytes();
    }

    List<Batch> all() {
        return kept;
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The last entry in them; {@code otherwise} where there are none. */
    long lastLsnOr(long otherwise) {
        return kept.isEmpty() ? otherwise : kept.getLast().lastLsn();
    }

    /** What they hold. */
    long bytes() {
        return bytes;
    }

    /** Those up to {@code lsn} are needed no more. */
    void release(long lsn) {
        int released = 0;
        lock.lock();
        try {
            while (released < kept.size() && kept.get(released).lastLsn() <= lsn) {
                Batch batch = kept.get(released++);
                bytes -= batch.heldBytes();
                batch.clear();
                if (spareBytes < MAX_SPARE_BYTES) {
                    spareBytes += batch.heldBytes();
                    spare.add(batch);
                }
            }
        } finally {
            lock.unlock();
        }
        kept.subList(0, released).clear();
    }

    /** An empty one; under the lock. */
    Batch takeSpare() {
        if (spare.isEmpty()) {
            return new Batch();
        }
        Batch batch = spare.remove();
        spareBytes -= batch.heldBytes();
        return batch;
    }
}

package dev.miniredis.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Written batches, kept until they are synced in case the sync fails; then reused. */
final class KeptBatches {
    /** The maximum memory of batches kept for reuse. */
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

    /** The last entry of the kept batches; {@code otherwise} if there are none. */
    long lastLsnOr(long otherwise) {
        return kept.isEmpty() ? otherwise : kept.getLast().lastLsn();
    }

    /** The memory of the kept batches. */
    long bytes() {
        return bytes;
    }

    /** Releases the batches up to {@code lsn} for reuse. */
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

    /** Takes an empty batch; under the lock. */
    Batch takeSpare() {
        if (spare.isEmpty()) {
            return new Batch();
        }
        Batch batch = spare.remove();
        spareBytes -= batch.heldBytes();
        return batch;
    }
}

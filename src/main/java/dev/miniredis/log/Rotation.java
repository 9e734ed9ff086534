package dev.miniredis.log;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The hand-off between the engine, the thread that writes a base, and the log's thread, when a new segment begins.
 *
 * <pre>
 *   engine's thread   want(n)
 *   log's thread                takeWanted → writes up to n, begins another segment → done(n) or failed
 *   base's thread     await(n) …………………………………………………………………………………………………………→  writes the base
 *
 *   if files of the log are lost, and the base must make the log whole again
 *   base's thread     awaitRestored(n) ………………………………………………………→
 *   log's thread                takeRestorable → publishes up to n → restored
 * </pre>
 */
final class Rotation {
    /** Stands for no lsn. */
    static final long NEVER = -1;

    private final ReentrantLock lock;
    private final Condition work;
    private final Condition answered;

    // Under the lock.
    private long wanted = NEVER;
    private long restorable = NEVER;
    private long done = NEVER;
    private long mending = NEVER;
    private IOException failure;
    private boolean closing;

    /** @param work the condition that the log's thread waits for */
    Rotation(ReentrantLock lock, Condition work) {
        this.lock = lock;
        this.work = work;
        this.answered = lock.newCondition();
    }

    /** Requests that the segment ends with this entry. */
    void want(long lsn) {
        lock.lock();
        try {
            wanted = lsn;
            done = NEVER; // an earlier answer for the same lsn may be outdated
            mending = NEVER;
            failure = null;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a request; under the lock. */
    boolean isAsked() {
        return wanted != NEVER || restorable != NEVER;
    }

    /** Whether an entry belongs before the requested end; under the lock. */
    boolean isBefore(long lsn) {
        return wanted == NEVER || lsn <= wanted;
    }

    /** Under the lock. */
    long takeWanted() {
        long taken = wanted;
        wanted = NEVER;
        return taken;
    }

    /** Under the lock. */
    long takeRestorable() {
        long taken = restorable;
        restorable = NEVER;
        return taken;
    }

    /**
     * Tells that entries after {@code lsn} go to another segment.
     *
     * @param mends whether entries before are not on disk, and a base must make the log whole again
     */
    void done(long lsn, boolean mends) {
        lock.lock();
        try {
            done = lsn;
            mending = mends ? lsn : NEVER;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells that no other segment could be begun. */
    void failed(IOException why) {
        lock.lock();
        try {
            failure = why;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells that the base of {@link #takeRestorable} was checked, with any outcome. */
    void restored() {
        lock.lock();
        try {
            mending = NEVER;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until entries after {@code lsn} go to another segment.
     *
     * @return whether the base up to {@code lsn} makes the log whole again
     * @throws InterruptedException the log is being closed
     */
    boolean await(long lsn) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (done < lsn && failure == null && !closing) {
                answered.await();
            }
            if (done < lsn && failure != null) {
                throw failure;
            }
            if (done < lsn) {
                throw new InterruptedException("the log is being closed");
            }
            return mending == lsn;
        } finally {
            lock.unlock();
        }
    }

    /** Tells that there is a base up to {@code lsn}, and waits until the log's thread has checked it. */
    void awaitRestored(long lsn) throws InterruptedException {
        lock.lock();
        try {
            restorable = lsn;
            work.signal();
            while (mending == lsn && !closing) {
                answered.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the log is being closed; under the lock. */
    boolean isClosing() {
        return closing;
    }

    /** Waits this long or until the log is being closed. @return whether it is */
    boolean isClosingWithin(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!closing && left > 0) {
                left = work.awaitNanos(left);
            }
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Tells that the log is being closed, and wakes all waiting threads. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.miniredis.log;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the makers of a base and the log's thread meet.
 *
 * <pre>
 *   engine's thread   want(n)
 *   log's thread                takeWanted → writes up to n, begins another segment → done(n) or failed
 *   base's thread     await(n) …………………………………………………………………………………………………………→  writes the base
 *
 *   and where the base has to make the log whole again
 *   base's thread     awaitRestored(n) ………………………………………………………→
 *   log's thread                takeRestorable → publishes up to n → restored
 * </pre>
 */
final class Rotation {
    /** No lsn. */
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

    /** @param work what the log's thread waits for */
    Rotation(ReentrantLock lock, Condition work) {
        this.lock = lock;
        this.work = work;
        this.answered = lock.newCondition();
    }

    /** The segment is to end with this entry. */
    void want(long lsn) {
        lock.lock();
        try {
            wanted = lsn;
            done = NEVER; // what was answered for the same lsn before may be gone
            mending = NEVER;
            failure = null;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is anything to take; under the lock. */
    boolean isAsked() {
        return wanted != NEVER || restorable != NEVER;
    }

    /** Whether an entry goes before the end that is wanted; under the lock. */
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
     * What comes after {@code lsn} goes to another segment.
     *
     * @param mends whether what comes before is not on disk, and a base has to make the log whole again
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

    /** No other segment could be begun. */
    void failed(IOException why) {
        lock.lock();
        try {
            failure = why;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whatever has come of it, the base of which {@link #takeRestorable} told has been looked at. */
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
     * Waits until what comes after {@code lsn} goes to another segment.
     *
     * @return whether the base up to there makes the log whole again
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

    /** Tells that there is a base up to {@code lsn}, and waits until it has been looked at. */
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

    /** Waits for so long, unless the log is closed before: whether it is being closed then. */
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

    /** The log is being closed: whoever waits need not wait any longer. */
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

package dev.miniredis.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps room at the end of the segment being written: fills the file with empty lines ahead of use, on a thread of its
 * own. So a full disk is met before anything in memory has changed, and a sync finds a file whose size and blocks stay
 * as they are.
 *
 * <p>The step grows with the segment, from {@link #MIN_STEP} to {@link #MAX_STEP}; more is made when less than half a
 * step is left. It is written in pieces, so that a sync of entries meanwhile never waits for a whole step.
 */
final class RoomKeeper {
    static final long MIN_STEP = 1024 * 1024;
    static final long MAX_STEP = 64 * MIN_STEP;

    private static final Logger LOGGER = System.getLogger(RoomKeeper.class.getName());
    private static final int PIECE_BYTES = 1024 * 1024;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock;
    private final Condition needed;
    private final ByteBuffer blanks = ByteBuffer.allocateDirect(PIECE_BYTES);
    private Runnable changed;
    private Thread thread;

    // Under the lock.
    private ActiveSegment segment;
    private long wanted; // more than the usual, for an entry that waits
    private boolean filling;
    private boolean closing;

    // Written under the lock, read by others.
    private volatile long writtenBytes;
    private volatile long reservedBytes;
    private volatile long room;
    private volatile String problem;

    RoomKeeper(ReentrantLock lock) {
        this.lock = lock;
        this.needed = lock.newCondition();
        this.filling = true;
        while (blanks.hasRemaining()) {
            blanks.put((byte) '\n');
        }
    }

    /** @param newChanged told when room was made, or could not be made */
    void start(ActiveSegment newSegment, Runnable newChanged) throws IOException {
        changed = newChanged;
        follow(newSegment);
        thread = Thread.ofPlatform().name("mini-redis-log-room").daemon().start(this::run);
    }

    /** Another segment is being written now. */
    void follow(ActiveSegment newSegment) throws IOException {
        long size = newSegment.fileSize();
        lock.lock();
        try {
            segment = newSegment;
            publish(newSegment.written(), size);
            needed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The segment has been written up to here. */
    void wrote(long offset) {
        lock.lock();
        try {
            publish(offset, Math.max(offset, reservedBytes));
            if (isLow()) {
                needed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void publish(long written, long reserved) {
        writtenBytes = written;
        reservedBytes = reserved;
        room = reserved - written;
    }

    /** The engine's thread asks whether there is room for so much in all. */
    WriteLog.Room roomFor(long bytes) {
        if (bytes <= room) {
            return WriteLog.Room.YES;
        }
        lock.lock();
        try {
            if (bytes <= room) {
                return WriteLog.Room.YES;
            }
            wanted = Math.max(wanted, bytes);
            needed.signal();
            return problem == null ? WriteLog.Room.SOON : WriteLog.Room.NO;
        } finally {
            lock.unlock();
        }
    }

    /** Why no room can be made; null while it can. */
    String problem() {
        return problem;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    long reservedBytes() {
        return reservedBytes;
    }

    private long target() {
        return Math.max(wanted, Math.clamp(writtenBytes / 4, MIN_STEP, MAX_STEP));
    }

    private boolean isLow() {
        return room < wanted || room < target() / 2;
    }

    private void run() {
        lock.lock();
        try {
            while (!closing) {
                if (room >= target()) {
                    filling = false;
                    wanted = 0;
                }
                if (filling && problem == null) {
                    extend();
                } else if (filling) {
                    needed.awaitNanos(RETRY_NANOS);
                    if (!closing) {
                        extend();
                    }
                } else {
                    needed.await();
                    filling = isLow();
                }
            }
        } catch (InterruptedException e) {
            LOGGER.log(Level.ERROR, "Nobody makes room for the log any more: interrupted.");
        } finally {
            lock.unlock();
        }
    }

    /** Fills one piece; the lock is free meanwhile. */
    private void extend() {
        ActiveSegment target = segment;
        long from = reservedBytes;
        int length = Math.clamp(target() - room, 1, PIECE_BYTES);
        String failure = null;
        lock.unlock();
        try {
            target.fill(from, blanks.duplicate().clear().limit(length));
        } catch (IOException e) {
            failure = e.getMessage();
        } finally {
            lock.lock();
        }
        if (target == segment) {
            extended(from + length, failure);
        }
    }

    private void extended(long reserved, String failure) {
        boolean wasWanted = room < wanted;
        boolean hadProblem = problem != null;
        problem = failure;
        if (failure == null) {
            publish(writtenBytes, Math.max(reserved, reservedBytes));
        }
        if (failure != null && !hadProblem) {
            LOGGER.log(Level.ERROR, "No room for more entries in the log: {0}. Writes are refused meanwhile.", failure);
        } else if (failure == null && hadProblem) {
            LOGGER.log(Level.INFO, "There is room for more entries in the log again.");
        }
        if (wasWanted || hadProblem != (failure != null)) {
            changed.run();
        }
    }

    void close() throws InterruptedException {
        lock.lock();
        try {
            closing = true;
            needed.signal();
        } finally {
            lock.unlock();
        }
        thread.join();
    }
}

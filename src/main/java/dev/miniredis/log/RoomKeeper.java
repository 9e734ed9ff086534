package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Preallocates room at the end of the active segment: a thread of its own fills the file with blank lines ahead of use.
 * So a full disk is detected before anything in memory changes, and most syncs have no changed metadata to write.
 *
 * <pre>
 *   | entries … | blank lines …      | being filled |
 *               written              reserved
 *               |------- room -------|
 * </pre>
 *
 * <p>The step grows with the segment, from {@link #MIN_STEP} to {@link #MAX_STEP}; the file is extended when less than
 * half a step is left. It is filled in pieces, and a piece begins only when the one before is synced, so that a sync of
 * entries writes at most one piece too.
 *
 * <p>This thread never syncs: the operating system reports a failed sync to one caller only, and that must be the log's
 * thread, whose entries may be lost (ADR 4).
 */
final class RoomKeeper {
    static final long MIN_STEP = 1024 * 1024;
    static final long MAX_STEP = 64 * MIN_STEP;

    private static final Logger LOGGER = System.getLogger(RoomKeeper.class.getName());
    private static final int PIECE_BYTES = 1024 * 1024;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock;
    private final Condition changed;
    private final ByteBuffer blanks = ByteBuffer.allocateDirect(PIECE_BYTES);
    private BooleanSupplier wantSync;
    private Runnable tell;
    private Thread thread;

    // Under the lock.
    private ActiveSegment segment; // null while it is being replaced
    private long wanted; // the room that a waiting entry needs, if more than a step
    private boolean filling;
    private boolean pieceInFlight;
    private boolean pieceUnsynced;
    private boolean held; // no more room is made
    private boolean closing;

    // Written under the lock, read by others.
    private volatile long writtenBytes;
    private volatile long reservedBytes;
    private volatile long room;
    private volatile long appendedBytes;
    private volatile String problem;

    RoomKeeper(ReentrantLock lock) {
        this.lock = lock;
        this.changed = lock.newCondition();
        MemorySegment.ofBuffer(blanks).fill((byte) '\n');
    }

    /**
     * Starts the thread.
     *
     * @param newWantSync called under the lock when a piece needs a sync; returns whether it will be synced
     * @param newTell called when room was made, or could not be made
     */
    void start(ActiveSegment newSegment, BooleanSupplier newWantSync, Runnable newTell) throws IOException {
        wantSync = newWantSync;
        tell = newTell;
        filling = true;
        follow(newSegment);
        thread = Thread.ofPlatform().name("mini-redis-log-room").daemon().start(this::run);
    }

    /** Stops filling until {@link #follow}, because the segment is given up. */
    void suspend() throws InterruptedException {
        lock.lock();
        try {
            segment = null;
            while (pieceInFlight) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops making room until {@link #letGo}, so that a base can have the free space. */
    void hold() throws InterruptedException {
        lock.lock();
        try {
            held = true;
            while (pieceInFlight) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends {@link #hold}. */
    void letGo() {
        lock.lock();
        try {
            held = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Continues with another segment. */
    void follow(ActiveSegment newSegment) throws IOException {
        long size = newSegment.fileSize();
        lock.lock();
        try {
            segment = newSegment;
            pieceUnsynced = false;
            publish(newSegment.written(), size);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells that the log's thread is about to write up to an offset. A fresh segment may have less room than the
     * entries were admitted for; then filling continues behind them.
     */
    void claim(long end) throws InterruptedException {
        if (end <= reservedBytes) {
            return;
        }
        lock.lock();
        try {
            while (pieceInFlight) {
                changed.await();
            }
            publish(writtenBytes, Math.max(end, reservedBytes));
        } finally {
            lock.unlock();
        }
    }

    /** Tells that the segment was written up to an offset. */
    void wrote(long offset) {
        lock.lock();
        try {
            long appended = appendedBytes + offset - writtenBytes;
            appendedBytes = appended;
            publish(offset, Math.max(offset, reservedBytes));
            if (isLow()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells that the segment's file was synced. */
    void synced() {
        lock.lock();
        try {
            if (pieceUnsynced) {
                pieceUnsynced = false;
                changed.signalAll();
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

    /** Whether there is room for this many bytes in total. For the engine's thread. */
    WriteLog.Room roomFor(long bytes) {
        if (bytes <= room) {
            return WriteLog.Room.YES;
        }
        lock.lock();
        try {
            if (bytes <= room) {
                return WriteLog.Room.YES;
            }
            if (problem != null) {
                return WriteLog.Room.NO;
            }
            wanted = Math.max(wanted, bytes);
            changed.signalAll();
            return WriteLog.Room.SOON;
        } finally {
            lock.unlock();
        }
    }

    /** Why no room can be made; null if it can. */
    String problem() {
        return problem;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    /** Bytes written since the start, to all segments. */
    long appendedBytes() {
        return appendedBytes;
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
                if (problem != null) {
                    retryInASecond();
                    continue;
                }
                if (room >= target()) {
                    filling = false;
                    wanted = 0;
                }
                if (!filling || segment == null || pieceUnsynced || held) {
                    changed.await();
                    filling |= isLow();
                } else {
                    extend();
                }
            }
        } catch (InterruptedException e) {
            Notice.LOG_ROOM_ENDED.tell(LOGGER);
        } finally {
            lock.unlock();
        }
    }

    /** Waits a second after a failure, then tries again if there is still too little room. */
    private void retryInASecond() throws InterruptedException {
        long left = RETRY_NANOS;
        while (left > 0 && !closing) {
            left = changed.awaitNanos(left);
        }
        if (!closing && room >= target()) {
            healed();
            tell.run();
        } else if (!closing && segment != null && !held) {
            extend();
        }
    }

    /** Fills one piece, without the lock. */
    private void extend() {
        ActiveSegment target = segment;
        long from = reservedBytes;
        int length = Math.clamp(target() - room, 1, PIECE_BYTES);
        String failure = null;
        pieceInFlight = true;
        lock.unlock();
        try {
            target.fill(from, blanks.duplicate().clear().limit(length));
        } catch (IOException e) {
            failure = LogException.reason(e);
        } finally {
            lock.lock();
            pieceInFlight = false;
            changed.signalAll();
        }
        if (target != segment) {
            return;
        }
        if (failure == null) {
            extended(from + length);
        } else {
            failed(failure);
        }
    }

    private void extended(long reserved) {
        boolean engineWaits = room < wanted || problem != null;
        publish(writtenBytes, Math.max(reserved, reservedBytes));
        if (problem != null) {
            healed();
        }
        pieceUnsynced = wantSync.getAsBoolean();
        if (engineWaits) {
            tell.run();
        }
    }

    private void healed() {
        problem = null;
        filling = true;
        Notice.LOG_ROOM_BACK.tell(LOGGER);
    }

    private void failed(String failure) {
        if (problem == null) {
            Notice.LOG_ROOM_REFUSED.tell(LOGGER, failure);
        }
        problem = failure;
        wanted = 0; // the waiting entry is refused
        tell.run();
    }

    void close() throws InterruptedException {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.join();
    }
}

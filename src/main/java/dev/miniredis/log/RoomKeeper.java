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
 * Keeps room at the end of the segment being written: fills the file with empty lines ahead of use, on a thread of its
 * own. So a full disk is met before anything in memory has changed, and most syncs find a file whose size and blocks
 * stay as they are.
 *
 * <pre>
 *   | entries … | empty lines …      | being filled |
 *               written              reserved
 *               |------- room -------|
 * </pre>
 *
 * <p>The step grows with the segment, from {@link #MIN_STEP} to {@link #MAX_STEP}; more is made when less than half a
 * step is left. It is filled in pieces, and a piece begins only when the one before is on disk, so that no sync of
 * entries has to carry more than one.
 *
 * <p>This thread syncs nothing itself: a sync that fails tells only one caller, and that has to be the log's thread,
 * whose entries may be lost by it.
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
    private ActiveSegment segment; // null while another one is being made
    private long wanted; // more than the usual, for an entry that waits
    private boolean filling;
    private boolean pieceInFlight;
    private boolean pieceUnsynced;
    private boolean held; // no more is made
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
     * Begins to make room.
     *
     * @param newWantSync called, under the lock, when a piece should be synced; answers whether it will be
     * @param newTell told when room was made, or could not be made
     */
    void start(ActiveSegment newSegment, BooleanSupplier newWantSync, Runnable newTell) throws IOException {
        wantSync = newWantSync;
        tell = newTell;
        filling = true;
        follow(newSegment);
        thread = Thread.ofPlatform().name("mini-redis-log-room").daemon().start(this::run);
    }

    /** Nothing more is filled until {@link #follow}: the segment is given up. */
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

    /** Makes no more room until {@link #letGo}: what is free is for a base. */
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

    /** Room may be made again. */
    void letGo() {
        lock.lock();
        try {
            held = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Another segment is being written now. */
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
     * The log's thread is about to write up to here. Entries were admitted for the room there was, but a fresh segment
     * may have less: then what is filled next begins after them.
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

    /** The segment has been written up to here. */
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

    /** Everything in the segment's file has been synced. */
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

    /** Why no room can be made; null while it can. */
    String problem() {
        return problem;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    /** How much was written since the start, to whatever segment. */
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

    /** Waits a second, whoever asks meanwhile, and tries again if there is still too little. */
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

    /** Fills one piece; the lock is free meanwhile. */
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
        boolean somebodyWaits = room < wanted || problem != null;
        publish(writtenBytes, Math.max(reserved, reservedBytes));
        if (problem != null) {
            healed();
        }
        pieceUnsynced = wantSync.getAsBoolean();
        if (somebodyWaits) {
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
        wanted = 0; // whoever waits is refused now
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

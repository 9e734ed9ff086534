package dev.miniredis.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * The write log on one disk, with group commit.
 *
 * <pre>
 *   engine's thread       append → [batch being filled]
 *                         submit →                      [submitted …]
 *   log's thread                                                      → write all of them, sync once,
 *                                                                       durableLsn, tell the listener
 *   room's thread         keeps empty lines ahead of what is written ({@link RoomKeeper})
 * </pre>
 *
 * <p>While the log's thread syncs, the engine goes on; what it submits meanwhile is the next group. A batch is in one
 * hand at a time and passes from one to the other under {@link #lock}, the only lock here.
 *
 * <p>A write or a sync that fails is not tried again on the same file: nobody knows what of it the disk has. The
 * entries not known to be durable are written to a fresh segment, which gets its name when all of them are on disk.
 * While that fails too, the log takes no more entries and goes on trying.
 */
public final class LocalLog implements ServerLog {
    private static final Logger LOGGER = System.getLogger(LocalLog.class.getName());
    private static final long NEVER = -1;
    private static final long EVERY_SECOND = TimeUnit.SECONDS.toNanos(1);
    /** The largest entry: with it, a batch and a reader's buffer stay below the largest array. */
    private static final long MAX_ENTRY_BYTES = 1024 * 1024 * 1024 - 2L * Batch.FULL_BYTES;

    /** With more on its way to the disk, no entry is taken: so memory stays bounded however slow the disk is. */
    private static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;
    /** What batches kept for reuse may hold. */
    private static final long MAX_SPARE_BYTES = 16L * 1024 * 1024;
    /** Batches are kept until they are synced, in case the sync fails; with more than this, it does not wait its second. */
    private static final long MAX_UNSYNCED_BYTES = MAX_WAITING_BYTES;

    private final Disk disk;
    private final long maxWaitingBytes;
    private final FsyncPolicy policy;
    private final OnDamage onDamage;
    private final RecoveryProgress progress = new RecoveryProgress();
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition rotated = lock.newCondition();
    private final RoomKeeper roomKeeper;
    private LogListener listener;
    private Thread thread;

    // The engine's thread only.
    private Batch filling = new Batch();
    private long lastLsn;
    private long appendedBounds;

    // Under the lock.
    private final Deque<Batch> submitted = new ArrayDeque<>();
    private final Deque<Batch> spare = new ArrayDeque<>();
    private long spareBytes;
    private boolean syncWanted;
    private long rotateAfter = NEVER; // the segment ends with this entry
    private long rotatedLsn = NEVER;
    private boolean closing;

    // The log's thread, after start.
    private final CRC32C crc = new CRC32C();
    private final List<Batch> unsynced = new ArrayList<>();
    private long unsyncedBytes;
    private ActiveSegment segment;
    private long lastSyncNanos;
    private boolean syncDue;
    private long rotateDue = NEVER;
    private long closedLsn = NEVER; // the log says already that all up to here is on disk
    private boolean broken;

    // Written by the log's thread, read by others.
    private volatile long durableLsn;
    private volatile long syncedLsn;
    private volatile long activeFirstLsn;
    private volatile long baseBytes;
    private volatile long finishedBounds;
    private volatile boolean backlogged; // set by the engine's thread too
    private volatile String problem;

    /**
     * @param nanoTime a clock for intervals, {@link System#nanoTime}
     */
    public LocalLog(Disk disk, FsyncPolicy policy, OnDamage onDamage, LongSupplier nanoTime) {
        this(disk, policy, onDamage, nanoTime, MAX_WAITING_BYTES);
    }

    /** @param maxWaitingBytes how far the disk may fall behind */
    LocalLog(Disk disk, FsyncPolicy policy, OnDamage onDamage, LongSupplier nanoTime, long maxWaitingBytes) {
        this.maxWaitingBytes = maxWaitingBytes;
        this.onDamage = onDamage;
        this.disk = disk;
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.roomKeeper = new RoomKeeper(lock);
    }

    @Override
    public String description() {
        return "in " + disk.location() + " (fsync " + policy + ")";
    }

    @Override
    public Recovered recover(Replay replay, long nowMillis) throws LogException, InterruptedException {
        try {
            List<String> damage = new ArrayList<>();
            if (onDamage == OnDamage.QUARANTINE) {
                damage.addAll(new Repair(disk, nowMillis).run());
            }
            Recovery recovery = new Recovery(disk, replay, nowMillis, Moment.END, progress);
            Recovery.Result found = recovery.run();
            lastLsn = found.lastLsn();
            durableLsn = lastLsn;
            syncedLsn = lastLsn;
            segment = found.activeFirstLsn() > 0
                    ? ActiveSegment.open(disk, found.activeFirstLsn(), found.activeEnd())
                    : ActiveSegment.create(disk, lastLsn + 1, List.of());
            // What was read may be in the memory of the operating system only, if the process before was killed; and
            // after a sync that failed, that memory may count as clean. So what is not proven is written again.
            segment.rewrite(recovery.provenEnd());
            segment.sync();
            disk.syncDirectory();
            activeFirstLsn = segment.firstLsn();
            baseBytes = recovery.baseBytes();
            closedLsn = recovery.isClosed() ? lastLsn : NEVER;
            damage.addAll(found.losses());
            return new Recovered(found.lastLsn(), found.lastMillis(), found.cutOff(), damage);
        } catch (IOException e) {
            throw new LogException("Cannot read the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    @Override
    public Progress progress() {
        return progress.now();
    }

    @Override
    public void start(LogListener newListener) throws LogException {
        listener = newListener;
        lastSyncNanos = nanoTime.getAsLong();
        try {
            roomKeeper.start(segment, policy == FsyncPolicy.NO ? null : this::wantSync, listener::roomChanged);
        } catch (IOException e) {
            throw new LogException("Cannot write the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
        thread = Thread.ofPlatform().name("mini-redis-log").start(this::run);
    }

    @Override
    public Room roomFor(long bytes) {
        if (bytes > MAX_ENTRY_BYTES) {
            return Room.TOO_LARGE;
        }
        if (problem != null) {
            return Room.NO;
        }
        long waiting = appendedBounds - finishedBounds; // read before the room, which only then shrinks by it
        if (waiting > 0 && waiting + bytes > maxWaitingBytes && isBacklogged(bytes)) {
            return Room.SOON;
        }
        Room room = roomKeeper.roomFor(waiting + bytes);
        if (room == Room.YES) {
            if (filling.isFull()) {
                submit();
            }
            filling.ensure(bytes);
        }
        return room;
    }

    /** Whether the disk is too far behind. Asks to be told when it is not: first, so that it is not missed. */
    private boolean isBacklogged(long bytes) {
        backlogged = true;
        return appendedBounds - finishedBounds + bytes > maxWaitingBytes;
    }

    @Override
    public String problem() {
        String broken = problem;
        return broken != null ? broken : roomKeeper.problem();
    }

    @Override
    public long nextLsn() {
        return lastLsn + 1;
    }

    @Override
    public long append(LogEntry entry) {
        entry.lsn(lastLsn + 1);
        long bound = LineWriter.bound(entry);
        filling.add(entry, bound);
        appendedBounds += bound;
        lastLsn++;
        return lastLsn;
    }

    @Override
    public void submit() {
        if (filling.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            submitted.add(filling);
            filling = spare.isEmpty() ? new Batch() : takeSpare();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long rotate() {
        submit();
        lock.lock();
        try {
            rotateAfter = lastLsn;
            work.signal();
        } finally {
            lock.unlock();
        }
        return lastLsn;
    }

    @Override
    public BaseFile newBase(BaseHeader header) throws IOException {
        return BaseFile.create(disk, header);
    }

    @Override
    public void install(BaseFile base, Retention retention) throws IOException, InterruptedException {
        awaitRotation(base.lsn());
        base.finish();
        baseBytes = base.bytes();
        long first = activeFirstLsn; // before the files are listed: none of them is a later segment then
        for (String name : retention.obsolete(disk, first)) {
            disk.delete(name);
        }
        disk.syncDirectory();
    }

    /** Waits until the entries up to {@code lsn} are on disk, and those after it go to another segment. */
    private void awaitRotation(long lsn) throws InterruptedException {
        lock.lock();
        try {
            while (rotatedLsn < lsn && !closing) {
                rotated.await();
            }
            if (rotatedLsn < lsn) {
                throw new InterruptedException("the log is being closed");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long baseBytes() {
        return baseBytes;
    }

    private Batch takeSpare() {
        Batch batch = spare.remove();
        spareBytes -= batch.heldBytes();
        return batch;
    }

    @Override
    public long durableLsn() {
        return durableLsn;
    }

    @Override
    public long syncedLsn() {
        return syncedLsn;
    }

    @Override
    public long writtenBytes() {
        return roomKeeper.writtenBytes();
    }

    @Override
    public long reservedBytes() {
        return roomKeeper.reservedBytes();
    }

    /** There is something to sync that is no entry; called under the lock. */
    private void wantSync() {
        syncWanted = true;
        work.signal();
    }

    private void run() {
        List<Batch> group = new ArrayList<>();
        try {
            while (takeGroup(group)) {
                writeGroup(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            broken = true;
            LOGGER.log(Level.ERROR, "The log''s thread ends: {0}", e.getMessage());
        } catch (RuntimeException | Error e) {
            broken = true;
            problem = "bug in Mini Redis: " + e;
            LOGGER.log(Level.ERROR, "The log's thread ends. This is a bug in Mini Redis.", e);
            listener.roomChanged();
        }
    }

    /** Waits for batches, or for the time of the next sync. @return false when closed and all is written */
    private boolean takeGroup(List<Batch> group) throws InterruptedException {
        lock.lock();
        try {
            while (submitted.isEmpty() && !closing && !syncWanted && rotateAfter == NEVER) {
                if (unsynced.isEmpty()) {
                    work.await();
                } else if (work.awaitNanos(lastSyncNanos + EVERY_SECOND - nanoTime.getAsLong()) <= 0) {
                    break;
                }
            }
            while (!submitted.isEmpty()
                    && (rotateAfter == NEVER || submitted.peek().firstLsn() <= rotateAfter)) {
                group.add(submitted.remove());
            }
            rotateDue = rotateAfter;
            rotateAfter = NEVER;
            syncDue = syncWanted;
            syncWanted = false;
            return !group.isEmpty() || !closing || !submitted.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void writeGroup(List<Batch> group) throws InterruptedException {
        for (Batch batch : group) {
            unsynced.add(batch);
            unsyncedBytes += batch.heldBytes();
        }
        try {
            for (Batch batch : group) {
                write(batch, syncedLsn);
            }
            if (syncDue || rotateDue != NEVER || isTimeToSync()) {
                sync();
            }
            if (rotateDue != NEVER) {
                beginSegment(rotateDue + 1);
            }
        } catch (IOException e) {
            writeToFreshSegment(e);
        }
        finished(group);
    }

    private void write(Batch batch, long durable) throws IOException, InterruptedException {
        batch.finish(durable, crc);
        roomKeeper.claim(segment.written() + batch.end() - batch.start());
        segment.write(batch);
    }

    /** All that was written is on disk; what comes next goes to a new segment. */
    private void beginSegment(long firstLsn) throws IOException, InterruptedException {
        if (segment.firstLsn() == firstLsn) {
            return; // it is empty
        }
        roomKeeper.suspend();
        segment.trim();
        segment.close();
        retire(firstLsn);
        replaceSegment(ActiveSegment.create(disk, firstLsn, List.of()));
    }

    private boolean isTimeToSync() {
        return switch (policy) {
            case ALWAYS -> true;
            case EVERYSEC ->
                nanoTime.getAsLong() - lastSyncNanos >= EVERY_SECOND || unsyncedBytes >= MAX_UNSYNCED_BYTES;
            case NO -> false;
        };
    }

    private void sync() throws IOException {
        lastSyncNanos = nanoTime.getAsLong(); // its begin: what is written while it runs is not in it
        segment.sync();
        long took = nanoTime.getAsLong() - lastSyncNanos;
        if (!unsynced.isEmpty()) {
            syncedLsn = unsynced.getLast().lastLsn();
        }
        roomKeeper.synced();
        listener.synced(took);
    }

    /** Publishes what a group has come to, and gives back the batches that are needed no more. */
    private void finished(List<Batch> group) {
        roomKeeper.wrote(segment.written());
        long bounds = finishedBounds;
        for (Batch batch : group) {
            bounds += batch.boundBytes();
        }
        if (!group.isEmpty()) {
            durableLsn = group.getLast().lastLsn();
        }
        finishedBounds = bounds;
        if (backlogged) {
            backlogged = false;
            listener.roomChanged();
        }
        if (policy == FsyncPolicy.NO
                || !unsynced.isEmpty() && unsynced.getLast().lastLsn() <= syncedLsn) {
            lock.lock();
            try {
                for (Batch batch : unsynced) {
                    batch.clear();
                    if (spareBytes < MAX_SPARE_BYTES) {
                        spareBytes += batch.heldBytes();
                        spare.add(batch);
                    }
                }
            } finally {
                lock.unlock();
            }
            unsynced.clear();
            unsyncedBytes = 0;
        }
        if (!group.isEmpty()) {
            listener.durable(durableLsn);
        }
        if (rotateDue != NEVER) {
            tellRotated();
        }
    }

    private void tellRotated() {
        lock.lock();
        try {
            activeFirstLsn = segment.firstLsn();
            rotatedLsn = rotateDue;
            rotated.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is not known to be on disk to a new segment, again and again until it succeeds or nobody wants it. */
    private void writeToFreshSegment(IOException failure) throws InterruptedException {
        long firstLsn =
                unsynced.isEmpty() ? durableLsn + 1 : unsynced.getFirst().firstLsn();
        LOGGER.log(
                Level.ERROR,
                "Writing the log failed: {0}. What is not known to be on disk, from entry {1} on, goes to a new segment.",
                LogException.reason(failure),
                Long.toString(firstLsn));
        roomKeeper.suspend();
        ActiveSegment.closeQuietly(segment);
        while (true) {
            try {
                retire(firstLsn);
                replaceSegment(ActiveSegment.create(disk, firstLsn, unsynced));
                problem = null;
                listener.roomChanged();
                LOGGER.log(Level.INFO, "The log is written again.");
                return;
            } catch (IOException e) {
                if (problem == null) {
                    LOGGER.log(
                            Level.ERROR,
                            "No new segment either: {0}. Writes are refused meanwhile.",
                            LogException.reason(e));
                }
                problem = LogException.reason(e);
                listener.roomChanged();
            }
            if (pauseUnlessClosing()) {
                throw new InterruptedException("closed while it cannot be written");
            }
        }
    }

    /** Gives the segment that failed the name of an old one, durably, so that the new one may have its name. */
    private void retire(long firstLsn) throws IOException {
        List<String> names = disk.names();
        String retired = SegmentNames.retired(segment.firstLsn());
        boolean holdsEntries = segment.firstLsn() < firstLsn;
        if (holdsEntries && !names.contains(retired) && names.contains(SegmentNames.ACTIVE)) {
            disk.rename(SegmentNames.ACTIVE, retired);
        }
        disk.syncDirectory();
    }

    private void replaceSegment(ActiveSegment fresh) throws IOException {
        roomKeeper.follow(fresh);
        segment = fresh;
        lastSyncNanos = nanoTime.getAsLong();
        if (!unsynced.isEmpty()) {
            syncedLsn = unsynced.getLast().lastLsn();
        }
    }

    /** @return true when the log is being closed */
    private boolean pauseUnlessClosing() throws InterruptedException {
        lock.lock();
        try {
            long left = EVERY_SECOND;
            while (!closing && left > 0) {
                left = work.awaitNanos(left);
            }
            return closing;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws LogException {
        if (thread != null) {
            submit();
            lock.lock();
            try {
                closing = true;
                work.signal();
                rotated.signalAll();
            } finally {
                lock.unlock();
            }
            joinThreads();
        }
        if (segment == null) {
            return;
        }
        if (broken) {
            String fate = policy == FsyncPolicy.ALWAYS ? " They were not acknowledged." : "";
            throw new LogException("Entries " + (syncedLsn + 1) + " to " + lastLsn
                    + " could not be written to the log (" + problem + ")." + fate);
        }
        try {
            if (thread != null) {
                segment.sync();
                if (lastLsn != closedLsn) {
                    segment.writeMark(lastLsn);
                }
                segment.trim();
                roomKeeper.wrote(segment.written());
            }
            segment.close();
        } catch (IOException e) {
            throw new LogException("Cannot close the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    private void joinThreads() throws LogException {
        try {
            thread.join();
            roomKeeper.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while the log was being closed.", e);
        }
    }
}

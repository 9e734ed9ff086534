package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import java.io.IOException;
import java.lang.System.Logger;
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
 *   room's thread         preallocates: fills the file with blank lines ahead of use ({@link RoomKeeper})
 * </pre>
 *
 * <p>While the log's thread syncs, the engine continues; what it submits meanwhile is the next group. A batch is owned
 * by one thread at a time and handed over under {@link #lock}, the only lock here.
 *
 * <p>After a failed write or sync the same file is not used again, since it is unknown what is on disk (ADR 4). The
 * entries that are not known to be durable are written to a fresh segment, which gets its name when all of them are on
 * disk. While that fails too, the log takes no more entries and keeps trying.
 *
 * <p>If the files are deleted or replaced ({@link LogFiles}), durable entries are lost from disk, and only a base can
 * restore them from memory. The log then takes no more entries, keeps those that it has, and waits. With the {@link
 * #rotate} for the base it creates a new segment at the current path, for the entries after the base; when the base is
 * {@linkplain #install installed}, it continues. A crash before that leaves a segment whose header shows that entries
 * before it are missing.
 */
public final class LocalLog implements ServerLog {
    private static final Logger LOGGER = System.getLogger(LocalLog.class.getName());
    private static final long NEVER = Rotation.NEVER;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The maximum length of an entry: a batch and a reader's buffer must fit into an array. */
    private static final long MAX_ENTRY_BYTES = 1024 * 1024 * 1024 - 2L * Batch.FULL_BYTES;

    /** Bounds memory: with a larger backlog no entry is taken; with more unsynced bytes a sync is due at once. */
    private static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

    private final Disk disk;
    private final Backlog backlog;
    private final OnDamage onDamage;
    private final RecoveryProgress progress = new RecoveryProgress();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final RoomKeeper roomKeeper = new RoomKeeper(lock);
    private final Rotation rotation = new Rotation(lock, work);
    private final KeptBatches unsynced = new KeptBatches(lock);
    private final LogFiles files;
    private final DurableMark mark;
    private final Reserve reserve;
    private final SyncTimes syncTimes;
    private final SyncSchedule schedule;
    private final LogWatch watch;
    private LogListener listener;
    private Thread thread;

    // for the engine's thread only
    private Batch filling = new Batch();
    private long lastLsn;
    private long recoveredLsn;

    // under the lock
    private final Deque<Batch> submitted = new ArrayDeque<>();
    private boolean syncWanted;

    // for the log's thread only, after start
    private final CRC32C crc = new CRC32C();
    private ActiveSegment segment;
    private boolean syncDue;
    private long rotateDue = NEVER;
    private long closedLsn = NEVER; // the log ends with a note that all up to here is on disk
    private long restoreDue = NEVER;
    private boolean broken;

    // written by the log's thread, read by others
    private volatile long durableLsn;
    private volatile long syncedLsn;
    private volatile long provenLsn; // all up to it is on disk, with a line that states it
    private volatile long activeFirstLsn;
    private volatile long baseBytes;
    private volatile String problem;

    /** @param nanoTime a clock for intervals, {@link System#nanoTime} */
    public LocalLog(Disk disk, FsyncPolicy policy, OnDamage onDamage, LongSupplier nanoTime) {
        this(disk, policy, onDamage, nanoTime, MAX_WAITING_BYTES);
    }

    /** @param maxWaitingBytes the maximum backlog */
    LocalLog(Disk disk, FsyncPolicy policy, OnDamage onDamage, LongSupplier nanoTime, long maxWaitingBytes) {
        this.backlog = new Backlog(maxWaitingBytes);
        this.onDamage = onDamage;
        this.disk = disk;
        this.schedule = new SyncSchedule(policy, nanoTime, MAX_WAITING_BYTES);
        this.files = new LogFiles(disk);
        this.syncTimes = new SyncTimes(nanoTime);
        this.mark = new DurableMark(disk);
        this.reserve = new Reserve(disk, roomKeeper);
        this.watch = new LogWatch(files, syncTimes, mark, reserve, () -> provenLsn);
    }

    @Override
    public Recovered recover(Applier applier, long nowMillis) throws LogException, InterruptedException {
        try {
            boolean repairs = onDamage == OnDamage.QUARANTINE;
            List<String> damage = new ArrayList<>(repairs ? new Repair(disk, nowMillis).run() : List.of());
            CheckedRecovery checked = new CheckedRecovery(disk, applier, nowMillis, Moment.END, progress, onDamage);
            Recovery.Result found = checked.run();
            Recovery recovery = checked.last();
            damage.addAll(checked.setAside());
            lastLsn = found.lastLsn();
            recoveredLsn = lastLsn;
            durableLsn = lastLsn;
            syncedLsn = lastLsn;
            segment = ActiveSegment.recovered(disk, found, recovery.provenEnd());
            files.recovered(segment);
            activeFirstLsn = segment.firstLsn();
            baseBytes = recovery.baseBytes();
            closedLsn = recovery.isClosed() ? lastLsn : NEVER;
            damage.addAll(found.losses());
            damage.addAll(mark.renew(recovery.mark(), lastLsn));
            return new Recovered(lastLsn, found.lastMillis(), found.cutOff(), damage);
        } catch (IOException e) {
            throw new LogException("Cannot read the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    @Override
    public void start(LogListener newListener) throws LogException {
        listener = newListener;
        schedule.restart();
        reserve.start();
        try {
            roomKeeper.start(segment, () -> schedule.policy() != FsyncPolicy.NO && wantSync(), listener::roomChanged);
        } catch (IOException e) {
            throw new LogException("Cannot write the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
        thread = Thread.ofPlatform().name("mini-redis-log").start(this::run);
        watch.start(listener::roomChanged);
    }

    @Override
    public void look() {
        watch.look();
    }

    @Override
    public void fsync(FsyncPolicy policy) {
        lock.lock();
        try {
            schedule.policy(policy);
            syncWanted |= policy != FsyncPolicy.NO;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean needsBase() {
        return watch.isLost();
    }

    @Override
    public Room roomFor(long bytes, long left) {
        if (bytes > MAX_ENTRY_BYTES) {
            return Room.TOO_LARGE;
        }
        if (problem != null || watch.isLost()) {
            return Room.NO;
        }
        long waiting =
                backlog.bytes(); // read before the room: the log's thread takes room first, then reduces the backlog
        if (backlog.isTooLongFor(bytes)) {
            return Room.SOON;
        }
        Room room = roomKeeper.roomFor(waiting + bytes + left);
        if (room == Room.YES) {
            if (filling.isFull()) {
                submit();
            }
            filling.ensure(bytes);
        }
        return room;
    }

    @Override
    public String problem() {
        String lost = watch.lost();
        String broken = lost != null ? lost : problem;
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
        backlog.appended(bound);
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
            filling = unsynced.takeSpare();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long rotate() {
        submit();
        rotation.want(lastLsn);
        return lastLsn;
    }

    @Override
    public BaseFile newBase(BaseHeader header) throws IOException, InterruptedException {
        return reserve.newBase(header, rotation);
    }

    @Override
    public long roomForBase() {
        return problem == null && !watch.isLost() ? reserve.roomForBase(watch.space()) : 0;
    }

    @Override
    public void install(BaseFile base, Retention retention) throws IOException, InterruptedException {
        boolean mends = rotation.await(base.lsn());
        base.finish();
        baseBytes = base.bytes();
        files.based(base, activeFirstLsn, mends, retention);
        if (mends) {
            rotation.awaitRestored(base.lsn());
            watch.checkNotLost();
        }
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
    public LogFigures figures() {
        return new LogFigures(
                "in " + disk.location() + " (fsync " + schedule.policy() + ")",
                problem(),
                progress.now(),
                lastLsn,
                syncedLsn,
                lastLsn - recoveredLsn,
                roomKeeper.appendedBytes(),
                files.segments(),
                baseBytes,
                roomKeeper.writtenBytes(),
                roomKeeper.reservedBytes(),
                watch.space(),
                reserve.bytes(),
                syncTimes.delayed(),
                syncTimes.runningNanos());
    }

    /** Requests a sync of preallocated room; called under the lock. @return true: there will be one */
    private boolean wantSync() {
        syncWanted = true;
        work.signal();
        return true;
    }

    private void run() {
        List<Batch> group = new ArrayList<>();
        try {
            while (takeGroup(group)) {
                if (!watch.isLost() || isMended(group)) {
                    writeGroup(group);
                    conclude(group);
                }
            }
        } catch (InterruptedException e) {
            broken = true;
            Notice.LOG_THREAD_ENDED.tell(LOGGER, e.getMessage());
        } catch (RuntimeException | Error e) {
            OutOfMemory.endIfCause(e);
            broken = true;
            problem = "bug in Mini Redis: " + e;
            Notice.BUG_IN_LOG.tell(LOGGER, e);
            listener.roomChanged();
        }
    }

    /** Waits for batches, or for the time of the next sync. @return false if the log is closed and all is written */
    private boolean takeGroup(List<Batch> group) throws InterruptedException {
        lock.lock();
        try {
            while (submitted.isEmpty() && !rotation.isClosing() && !syncWanted && !rotation.isAsked()) {
                if (unsynced.isEmpty() || watch.isLost()) {
                    work.await();
                } else if (work.awaitNanos(schedule.leftNanos()) <= 0) {
                    break;
                }
            }
            while (!submitted.isEmpty() && rotation.isBefore(submitted.peek().firstLsn())) {
                unsynced.add(submitted.peek());
                group.add(submitted.remove());
            }
            rotateDue = rotation.takeWanted();
            restoreDue = rotation.takeRestorable();
            syncDue = syncWanted;
            syncWanted = false;
            return !rotation.isClosing() || !watch.isLost() && !(group.isEmpty() && submitted.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    private void writeGroup(List<Batch> group) throws InterruptedException {
        try {
            for (Batch batch : group) {
                write(batch, syncedLsn);
            }
            if (syncDue || rotateDue != NEVER || schedule.isDue(unsynced.bytes())) {
                sync();
            }
            if (rotateDue != NEVER) {
                reserve.baseBegins();
                beginSegment(rotateDue + 1);
            }
        } catch (IOException e) {
            writeToFreshSegment(e);
        }
    }

    /** Publishes a written group; while files are lost, keeps it for a base. */
    private void conclude(List<Batch> group) {
        if (!watch.isLost()) {
            finished(group);
            group.clear();
        } else if (rotateDue != NEVER) {
            rotation.failed(new IOException(watch.lost()));
        }
    }

    private void write(Batch batch, long durable) throws IOException, InterruptedException {
        batch.finish(durable, crc);
        roomKeeper.claim(segment.written() + batch.end() - batch.start());
        segment.write(batch);
    }

    /** Begins a new segment; everything before is on disk. */
    private void beginSegment(long firstLsn) throws IOException, InterruptedException {
        if (segment.firstLsn() == firstLsn) {
            return; // the current segment has no entries
        }
        ActiveSegment fresh;
        try {
            fresh = files.follow(segment, firstLsn);
        } catch (IOException e) {
            rotation.failed(e);
            rotateDue = NEVER;
            if (files.isActive(segment)) {
                return;
            }
            throw e;
        }
        roomKeeper.suspend();
        ActiveSegment.endQuietly(segment);
        reserve.fillSpare(fresh);
        replaceSegment(fresh);
    }

    private void sync() throws IOException {
        schedule.began(syncTimes.began());
        long took;
        try {
            segment.sync();
        } finally {
            took = syncTimes.ended();
        }
        long written = unsynced.lastLsnOr(durableLsn); // with fsync no, no batches are kept
        if (written > syncedLsn) {
            provenLsn = syncedLsn; // stated by the first line that was written since
            syncedLsn = written;
        }
        roomKeeper.synced();
        listener.synced(took);
    }

    /** Publishes the end of a group, and releases batches that are no longer needed. */
    private void finished(List<Batch> group) {
        roomKeeper.wrote(segment.written());
        if (!group.isEmpty()) {
            durableLsn = group.getLast().lastLsn();
        }
        if (backlog.finished(group)) {
            listener.roomChanged();
        }
        unsynced.release(schedule.policy() == FsyncPolicy.NO ? Long.MAX_VALUE : syncedLsn);
        if (!group.isEmpty()) {
            listener.durable(durableLsn);
        }
        if (rotateDue != NEVER) {
            rotation.done(rotateDue, false);
        }
    }

    /**
     * While files are lost: begins the segment after a base, and continues when the base is installed.
     *
     * @param group the batches that are held back; on return, those to write after the base
     */
    private boolean isMended(List<Batch> group) throws InterruptedException {
        if (rotateDue != NEVER) {
            try {
                beginSegmentAnew(rotateDue + 1);
                rotation.done(rotateDue, true);
            } catch (IOException e) {
                rotation.failed(e);
            }
        }
        rotateDue = NEVER;
        return restoreDue != NEVER && isRestored(restoreDue, group);
    }

    private void beginSegmentAnew(long firstLsn) throws IOException, InterruptedException {
        boolean isEmpty = segment.firstLsn() == firstLsn && files.isActive(segment);
        if (isEmpty && disk.isHeld() && segment.isFoundOn(disk)) {
            return; // created by an earlier attempt whose base failed
        }
        roomKeeper.suspend();
        boolean isOldThere = files.clear(segment);
        ActiveSegment.closeQuietly(segment);
        if (isOldThere) {
            files.retire(segment, firstLsn);
        }
        replaceSegment(ActiveSegment.create(disk, firstLsn, List.of()));
    }

    private boolean isRestored(long lsn, List<Batch> group) {
        boolean isMended = watch.isMended();
        if (isMended) {
            syncedLsn = lsn;
            problem = null;
            List<Batch> inBase = group.stream().filter(b -> b.lastLsn() <= lsn).toList();
            group.removeAll(inBase);
            finished(inBase);
            Notice.LOG_WHOLE_AGAIN.tell(LOGGER, lsn);
        }
        rotation.restored();
        listener.roomChanged();
        return isMended;
    }

    /**
     * Writes the entries that are not known to be on disk to a new segment; retries until that succeeds or the log is
     * closed.
     */
    private void writeToFreshSegment(IOException failure) throws InterruptedException {
        long firstLsn =
                unsynced.isEmpty() ? durableLsn + 1 : unsynced.all().getFirst().firstLsn();
        Notice.LOG_WRITE_FAILED.tell(LOGGER, LogException.reason(failure), firstLsn);
        roomKeeper.suspend();
        ActiveSegment.closeQuietly(segment);
        while (!watch.isLost()) {
            try {
                files.retire(segment, firstLsn);
                replaceSegment(ActiveSegment.create(disk, firstLsn, unsynced.all()));
                syncedLsn = unsynced.lastLsnOr(syncedLsn);
                problem = null;
                listener.roomChanged();
                Notice.LOG_WRITTEN_AGAIN.tell(LOGGER);
                return;
            } catch (IOException e) {
                noSegment(LogException.reason(e));
                rotation.failed(e); // the engine may be waiting, and must not wait for a broken disk
            }
            watch.look();
            if (rotation.isClosingWithin(PAUSE_NANOS)) {
                throw new InterruptedException("closed while it cannot be written");
            }
        }
    }

    private void noSegment(String reason) {
        if (problem == null) {
            Notice.LOG_SEGMENT_FAILED.tell(LOGGER, reason);
        }
        problem = reason;
        listener.roomChanged();
    }

    private void replaceSegment(ActiveSegment fresh) throws IOException {
        roomKeeper.follow(fresh);
        segment = fresh;
        activeFirstLsn = fresh.firstLsn();
        files.active(fresh);
        schedule.restart();
    }

    @Override
    public void close() throws LogException {
        if (thread != null) {
            watch.close();
            submit();
            rotation.close();
            joinThreads();
        }
        if (segment == null) {
            return;
        }
        checkNotLost();
        if (broken) {
            String fate = schedule.policy() == FsyncPolicy.ALWAYS ? " They were not acknowledged." : "";
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
            watch.look();
        } catch (IOException e) {
            throw new LogException("Cannot close the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
        checkNotLost();
        mark.end(lastLsn);
    }

    private void checkNotLost() throws LogException {
        if (watch.isLost()) {
            ActiveSegment.closeQuietly(segment);
            throw new LogException("Not all of the entries up to " + lastLsn + " are kept: " + watch.lost()
                    + ", and no base of what was in memory could be written before the end.");
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

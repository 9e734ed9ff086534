package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A {@link LocalLog} with an engine's thread (the test's) in front of it, that remembers what went in and what came
 * out.
 */
final class TestedLog implements LogListener, AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final byte[] BY = RecordedEntry.latin1("default@10.0.0.7:51544");

    private final Disk disk;
    private final FsyncPolicy policy;
    private final LocalLog log;
    private final List<RecordedEntry> recovered = new ArrayList<>();
    private final List<RecordedEntry> appended = new ArrayList<>();
    private final LogEntry entry = new LogEntry(); // one for all, as the engine does it
    private WriteLog.Recovered report;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition happened = lock.newCondition();
    private long events;
    private final List<Long> published = new ArrayList<>();
    private LongConsumer onDurable = lsn -> {};
    private AssertionError listenerFailure;
    private int roomChanges;
    private int syncs;

    private TestedLog(Disk disk, FsyncPolicy policy, LocalLog log) {
        this.disk = disk;
        this.policy = policy;
        this.log = log;
    }

    /** A log that has read what there is and is not started. */
    static TestedLog recover(Disk disk, FsyncPolicy policy, LongSupplier nanoTime) throws LogException {
        return recovered(new TestedLog(disk, policy, new LocalLog(disk, policy, OnDamage.REFUSE, nanoTime)));
    }

    private static TestedLog recovered(TestedLog tested) throws LogException {
        try {
            tested.report = tested.log.recover(
                    batch -> {
                        batch.entries().forEach(replayed -> tested.recovered.add(RecordedEntry.of(replayed)));
                        batch.release();
                    },
                    1000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return tested;
    }

    static TestedLog open(Disk disk, FsyncPolicy policy) throws LogException {
        TestedLog tested = recover(disk, policy, System::nanoTime);
        tested.log.start(tested);
        return tested;
    }

    /** A log that takes no more while so many bytes wait for the disk. */
    static TestedLog open(Disk disk, long maxWaitingBytes) throws LogException {
        FsyncPolicy policy = FsyncPolicy.ALWAYS;
        LocalLog log = new LocalLog(disk, policy, OnDamage.REFUSE, System::nanoTime, maxWaitingBytes);
        TestedLog tested = recovered(new TestedLog(disk, policy, log));
        tested.log.start(tested);
        return tested;
    }

    /** A log whose syncs count as done when they are. */
    static TestedLog open(Disk disk) throws LogException {
        return open(disk, FsyncPolicy.ALWAYS);
    }

    LocalLog log() {
        return log;
    }

    List<RecordedEntry> recovered() {
        return recovered;
    }

    WriteLog.Recovered report() {
        return report;
    }

    /** What was appended to this one, in order. */
    List<RecordedEntry> appended() {
        return appended;
    }

    /** What was recovered and what was appended since. */
    List<RecordedEntry> all() {
        List<RecordedEntry> all = new ArrayList<>(recovered);
        all.addAll(appended);
        return all;
    }

    /** What is checked at each publication, on the log's thread. */
    void onDurable(LongConsumer check) {
        onDurable = check;
    }

    static LogEntry command(LogEntry entry, String... args) {
        dev.miniredis.resp.Request request = new dev.miniredis.resp.Request();
        for (String arg : args) {
            byte[] bytes = RecordedEntry.latin1(arg);
            request.add(bytes, 0, bytes.length);
        }
        return entry.reset(1_763_834_101_000L, BY.clone(), 0).add(request);
    }

    /** Asks whether there is room for a command. */
    WriteLog.Room roomFor(String... args) {
        return log.roomFor(LineWriter.bound(command(entry, args)));
    }

    /** Appends without asking for room, and makes the bytes useless that it came from. */
    long appendAnyway(String... args) {
        command(entry, args);
        long lsn = log.append(entry);
        appended.add(RecordedEntry.of(entry));
        entry.commands().forEach(request -> {
            for (int i = 0; i < request.size(); i++) {
                Arrays.fill(request.arg(i).bytes(), (byte) 'X');
            }
        });
        Arrays.fill(entry.by(), (byte) 'X');
        entry.reset(0, new byte[0], 7);
        return lsn;
    }

    /**
     * Appends when there is room, for which it waits.
     *
     * @return its lsn; 0 when the log refuses
     */
    long tryAppend(String... args) {
        AtomicReference<WriteLog.Room> room = new AtomicReference<>();
        await("room", () -> {
            room.set(roomFor(args));
            return room.get() != WriteLog.Room.SOON;
        });
        return room.get() == WriteLog.Room.YES ? appendAnyway(args) : 0;
    }

    long append(String... args) {
        long lsn = tryAppend(args);
        assertThat(lsn).as("lsn, with the problem %s", log.problem()).isPositive();
        return lsn;
    }

    /** Appends when there is room, and lets it go. */
    long write(String... args) {
        long lsn = append(args);
        log.submit();
        return lsn;
    }

    void awaitRoom(WriteLog.Room room, String... args) {
        await("room " + room, () -> roomFor(args) == room);
    }

    /** Waits until there is the usual room and, where anything is synced at all, all is synced. */
    void awaitRest() {
        SimulatedDisk simulated = (SimulatedDisk) disk;
        await("room", () -> log.figures().reservedBytes() - log.figures().writtenBytes() >= RoomKeeper.MIN_STEP / 2);
        if (policy != FsyncPolicy.NO) {
            await("rest", simulated::isSynced);
        }
    }

    void awaitPublished(long lsn) {
        await("entry " + lsn + " is durable", () -> lastPublished() >= lsn);
    }

    /** Whether a condition comes to hold in so short a time; where either is right. */
    boolean happensSoon(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON_NANOS;
        long seen = awaitEvent(-1);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            seen = awaitEvent(seen);
        }
        return condition.getAsBoolean();
    }

    /** Waits until a condition holds that the log's threads bring about. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long seen = awaitEvent(-1);
        while (!condition.getAsBoolean()) { // without the lock: the listener is called under the log's own
            assertThat(System.nanoTime() < deadline)
                    .as(
                            "in time: %s; problem %s, published %s of %s",
                            what, log.problem(), published(), log.nextLsn() - 1)
                    .isTrue();
            seen = awaitEvent(seen);
        }
    }

    /** Waits a little for an event after those already seen. */
    private long awaitEvent(long seen) {
        lock.lock();
        try {
            long left = POLL_NANOS;
            while (events == seen && left > 0) {
                left = happened.awaitNanos(left);
            }
            return events;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    List<Long> published() {
        lock.lock();
        try {
            return List.copyOf(published);
        } finally {
            lock.unlock();
        }
    }

    long lastPublished() {
        lock.lock();
        try {
            return published.isEmpty() ? 0 : published.getLast();
        } finally {
            lock.unlock();
        }
    }

    int roomChanges() {
        lock.lock();
        try {
            return roomChanges;
        } finally {
            lock.unlock();
        }
    }

    int syncs() {
        lock.lock();
        try {
            return syncs;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void durable(long lsn) {
        AssertionError failure = null;
        try {
            assertThat(log.durableLsn()).isGreaterThanOrEqualTo(lsn);
            assertThat(lsn).as("never goes back").isGreaterThanOrEqualTo(lastPublished());
            onDurable.accept(lsn);
        } catch (AssertionError e) {
            failure = e;
        }
        lock.lock();
        try {
            listenerFailure = listenerFailure == null ? failure : listenerFailure;
            published.add(lsn);
            events++;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void roomChanged() {
        lock.lock();
        try {
            roomChanges++;
            events++;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void synced(long nanos) {
        lock.lock();
        try {
            syncs++;
            events++;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** So that a test that fails ends. */
    private void releasePauses() {
        if (disk instanceof SimulatedDisk simulated) {
            simulated.releaseAll();
        }
    }

    private void checkSyncs() {
        if (disk instanceof SimulatedDisk simulated) {
            assertThat(simulated.secondSyncs())
                    .as("no sync of a file of which one has failed")
                    .isEmpty();
        }
    }

    /** Ends the log whatever it says, as a process that dies does not. */
    void abandon() {
        releasePauses();
        try {
            log.close();
        } catch (LogException e) {
            // its disk is broken
        }
        checkSyncs();
    }

    @Override
    public void close() throws LogException {
        releasePauses();
        log.close();
        checkSyncs();
        if (listenerFailure != null) {
            throw listenerFailure;
        }
    }
}

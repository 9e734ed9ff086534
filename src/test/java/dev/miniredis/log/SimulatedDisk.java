package dev.miniredis.log;

import dev.miniredis.log.SimulatedFile.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A disk in memory that does what disks do to people: it fails at any operation, is full, is slow, and forgets in a
 * crash what was not synced, in whole or in part. It remembers contents and names apart, since a file can be durable
 * while its name is not.
 *
 * <p>Operations that change something are numbered from 1; reading is not counted.
 */
final class SimulatedDisk implements Disk {
    static final int SECTOR_BYTES = 512;
    static final String NO_SPACE = "No space left on device";
    static final String IO_ERROR = "Input/output error";

    private static final String CRASHED = "the machine has crashed";

    enum Operation {
        OPEN,
        WRITE,
        SYNC,
        TRUNCATE,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        HOLD
    }

    /** One operation. */
    record Step(long number, Operation operation, String file, String thread) {
        boolean is(Operation wanted) {
            return operation == wanted;
        }

        /** Whether the log's own thread does it, not the one that makes room. */
        boolean isOfLogThread() {
            return thread.equals("mini-redis-log");
        }

        boolean isOfRoomThread() {
            return thread.equals("mini-redis-log-room");
        }
    }

    /** Decides whether an operation fails. */
    @FunctionalInterface
    interface Fault {
        /** What it fails with; null when it does not. */
        IOException of(Step step);
    }

    /** In which order names that were not synced may outlive a crash. */
    enum NameOrder {
        /** As they were made, up to some point: what a journal does. */
        KEPT,
        /** Any of them without the others: all that POSIX says. */
        ANY
    }

    private record NameChange(String from, String to, SimulatedFile file) {
        void applyTo(Map<String, SimulatedFile> names) {
            if (from != null) {
                names.remove(from, file);
            }
            if (to != null) {
                names.put(to, file);
            }
        }
    }

    private final Map<String, SimulatedFile> names = new TreeMap<>();
    private final Map<String, SimulatedFile> durableNames = new TreeMap<>();
    private final List<NameChange> nameChanges = new ArrayList<>();
    private final List<Handle> handles = new ArrayList<>();
    private final List<Step> history = new ArrayList<>();
    private final List<Step> secondSyncs = new ArrayList<>();
    private final List<DiskPause> pauses = new CopyOnWriteArrayList<>();
    private final Random shortWrites = new Random(1);
    private volatile Fault fault = step -> null;
    private long capacityBytes = Long.MAX_VALUE;
    private long steps;
    private long lastStep = Long.MAX_VALUE;
    private boolean failed;
    private boolean dead;
    private boolean directoryGone;
    private boolean held = true;
    private boolean heldByAnother;

    /** Adds a file that is durable, name and all. */
    synchronized SimulatedDisk put(String name, byte[] bytes) {
        SimulatedFile file = new SimulatedFile(bytes);
        names.put(name, file);
        durableNames.put(name, file);
        return this;
    }

    synchronized byte[] bytes(String name) {
        return names.get(name).bytes();
    }

    /** All files of the log, as a read sees them; a character for each byte. */
    synchronized Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        names.forEach((name, file) -> {
            if (!isBeside(name)) {
                files.put(name, new String(file.bytes(), StandardCharsets.ISO_8859_1));
            }
        });
        return files;
    }

    /** Whether it is a file that a log may do without, and writes when it likes. */
    private static boolean isBeside(String name) {
        return name.startsWith(DurableMark.NAME) || name.equals(Reserve.NAME);
    }

    /** Somebody deletes a file, durably; whoever has it open goes on in it. */
    synchronized void deleted(String name) {
        SimulatedFile file = names.remove(name);
        durableNames.values().remove(file);
        nameChanges.removeIf(change -> change.file() == file);
    }

    /** Somebody deletes the directory with all that is in it, durably. */
    synchronized void directoryDeleted() {
        List.copyOf(names.keySet()).forEach(this::deleted);
        directoryGone = true;
        held = false;
    }

    /** Somebody puts a directory with these files in the place of this one. */
    synchronized void directoryReplaced(Map<String, byte[]> files) {
        directoryDeleted();
        directoryGone = false;
        files.forEach(this::put);
    }

    /** Another server opens the directory, once this one does not hold it any more; or closes it. */
    synchronized void heldByAnother(boolean isHeld) {
        heldByAnother = isHeld;
    }

    /** Operation {@code n} fails, and all after it. */
    void stopAt(long n) {
        fault = step -> step.number() >= n ? new IOException(IO_ERROR) : null;
    }

    /** Operation {@code n} fails, and no other. */
    void failOnceAt(long n) {
        fault = step -> step.number() == n ? new IOException(IO_ERROR) : null;
    }

    /** From now on what matches fails, until {@link #heal}. */
    void fail(Predicate<Step> which, String message) {
        fault = step -> which.test(step) ? new IOException(message) : null;
    }

    /** The process is gone when it comes to operation {@code n}. */
    synchronized void dieAt(long n) {
        lastStep = n - 1;
    }

    void fault(Fault newFault) {
        fault = newFault;
    }

    void heal() {
        fault = step -> null;
    }

    /** No file grows when all together would have more bytes than this. */
    synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** What the files of the log have. */
    synchronized long usedBytes() {
        return names.entrySet().stream()
                .filter(file -> !isBeside(file.getKey()))
                .mapToLong(file -> file.getValue().size())
                .sum();
    }

    private long freeBytes() {
        return capacityBytes
                - names.values().stream().mapToLong(SimulatedFile::size).sum();
    }

    /** Whether all contents and names of the log are durable. */
    synchronized boolean isSynced() {
        return nameChanges.stream().allMatch(change -> change.to() != null && isBeside(change.to()))
                && names.entrySet().stream()
                        .allMatch(file ->
                                isBeside(file.getKey()) || file.getValue().isSynced());
    }

    /** What matches waits until it is let go. */
    DiskPause pause(Predicate<Step> which) {
        DiskPause pause = new DiskPause(which);
        pauses.add(pause);
        return pause;
    }

    /** Lets go all that waits. */
    void releaseAll() {
        pauses.forEach(DiskPause::release);
    }

    synchronized long operations() {
        return steps;
    }

    /** The syncs of files of which a sync had failed before, though nobody knows what those hold. */
    synchronized List<Step> secondSyncs() {
        return List.copyOf(secondSyncs);
    }

    /** Whether it is of no more use. */
    synchronized boolean isDead() {
        return dead;
    }

    /** Whether any operation has failed. */
    synchronized boolean hasFailed() {
        return failed;
    }

    /** What was done, in order. */
    synchronized List<Step> history() {
        return List.copyOf(history);
    }

    /** The power fails. This disk is of no more use to whoever has it; the new one holds what was left. */
    synchronized SimulatedDisk crash(Random random, Loss loss, NameOrder order) {
        dead = true;
        return left(random, loss, order);
    }

    /** What a crash right now would leave at the least, without one. */
    synchronized SimulatedDisk durablePart() {
        return left(new Random(0), Loss.ALL, NameOrder.KEPT);
    }

    private SimulatedDisk left(Random random, Loss loss, NameOrder order) {
        Map<String, SimulatedFile> leftNames = new TreeMap<>(durableNames);
        int kept = random.nextInt(nameChanges.size() + 1);
        for (int i = 0; i < nameChanges.size(); i++) {
            boolean isKept = order == NameOrder.KEPT ? i < kept : random.nextBoolean();
            if (loss == Loss.NONE || loss == Loss.ANY && isKept) {
                nameChanges.get(i).applyTo(leftNames);
            }
        }
        IdentityHashMap<SimulatedFile, SimulatedFile> files = new IdentityHashMap<>();
        SimulatedDisk disk = new SimulatedDisk();
        leftNames.forEach((name, file) -> {
            SimulatedFile left = files.computeIfAbsent(file, whole -> whole.crashed(random, loss));
            disk.names.put(name, left);
            disk.durableNames.put(name, left);
        });
        return disk;
    }

    /** The process dies, the machine does not: what was not synced is still seen and still not durable. */
    synchronized SimulatedDisk kill() {
        dead = true;
        return copy();
    }

    /** Another disk in the same state, without its faults. */
    synchronized SimulatedDisk copy() {
        IdentityHashMap<SimulatedFile, SimulatedFile> files = new IdentityHashMap<>();
        UnaryOperator<SimulatedFile> copied = file -> files.computeIfAbsent(file, SimulatedFile::copy);
        SimulatedDisk disk = new SimulatedDisk();
        names.forEach((name, file) -> disk.names.put(name, copied.apply(file)));
        durableNames.forEach((name, file) -> disk.durableNames.put(name, copied.apply(file)));
        nameChanges.forEach(change ->
                disk.nameChanges.add(new NameChange(change.from(), change.to(), copied.apply(change.file()))));
        return disk;
    }

    /** Counts an operation, lets it wait where it has to, and says what it fails with. */
    private IOException enter(Operation operation, String file) throws IOException {
        Step step;
        synchronized (this) {
            dead |= steps >= lastStep;
            checkAlive();
            step = new Step(++steps, operation, file, Thread.currentThread().getName());
            history.add(step);
        }
        for (DiskPause pause : pauses) {
            pause.pass(step);
        }
        IOException failure = fault.of(step);
        synchronized (this) {
            checkAlive();
            failed |= failure != null;
        }
        return failure;
    }

    private void enterOrFail(Operation operation, String file) throws IOException {
        IOException failure = enter(operation, file);
        if (failure != null) {
            throw failure;
        }
    }

    private void checkAlive() throws IOException {
        if (dead) {
            throw new IOException(CRASHED);
        }
    }

    private void checkThere(String name) throws IOException {
        if (directoryGone) {
            throw new NoSuchFileException(location() + "/" + name);
        }
    }

    @Override
    public String location() {
        return "/simulated";
    }

    @Override
    public synchronized List<String> names() throws IOException {
        checkAlive();
        checkThere(".");
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized Space space() throws IOException {
        checkAlive();
        return new Space(freeBytes(), capacityBytes);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        enterOrFail(Operation.OPEN, name);
        synchronized (this) {
            checkThere(name);
            SimulatedFile file = names.get(name);
            if (file == null) {
                file = new SimulatedFile();
                names.put(name, file);
                nameChanges.add(new NameChange(null, name, file));
            }
            Handle handle = new Handle(name, file);
            handles.add(handle);
            return handle;
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        enterOrFail(Operation.RENAME, from);
        synchronized (this) {
            SimulatedFile file = names.remove(from);
            if (file == null) {
                throw new IOException(from + ": no such file");
            }
            names.put(to, file);
            nameChanges.add(new NameChange(from, to, file));
        }
    }

    @Override
    public void delete(String name) throws IOException {
        enterOrFail(Operation.DELETE, name);
        synchronized (this) {
            SimulatedFile file = names.remove(name);
            if (file == null) {
                throw new IOException(name + ": no such file");
            }
            nameChanges.add(new NameChange(name, null, file));
        }
    }

    @Override
    public void syncDirectory() throws IOException {
        int before;
        synchronized (this) {
            before = nameChanges.size();
        }
        enterOrFail(Operation.SYNC_DIRECTORY, ".");
        synchronized (this) {
            checkThere(".");
            List<NameChange> synced = nameChanges.subList(0, Math.min(before, nameChanges.size()));
            synced.forEach(change -> change.applyTo(durableNames));
            synced.clear();
        }
    }

    @Override
    public synchronized boolean isAt(String name, DiskFile file) throws IOException {
        checkAlive();
        return names.get(name) == ((Handle) file).file;
    }

    @Override
    public synchronized boolean isHeld() throws IOException {
        checkAlive();
        return held;
    }

    @Override
    public void holdAgain() throws IOException {
        enterOrFail(Operation.HOLD, ".");
        synchronized (this) {
            if (!held && heldByAnother) {
                throw new IOException("in use by another server");
            }
            directoryGone = false;
            held = true;
        }
    }

    /** An open file. Each open one is told once of a sync that failed, through whichever it was. */
    private final class Handle implements DiskFile {
        private final String name;
        private final SimulatedFile file;
        private boolean untold;
        private volatile boolean closed;

        private Handle(String name, SimulatedFile file) {
            this.name = name;
            this.file = file;
        }

        private void checkOpen() throws IOException {
            checkAlive();
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkOpen();
                return file.size();
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            synchronized (SimulatedDisk.this) {
                checkOpen();
                return file.read(target, offset);
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            checkOpen();
            IOException failure = enter(Operation.WRITE, name);
            synchronized (SimulatedDisk.this) {
                checkOpen();
                int length = source.remaining();
                long free = freeBytes() + Math.max(0, file.size() - offset);
                if (failure == null && length > free) {
                    failure = new IOException(NO_SPACE);
                    failed = true;
                    length = (int) Math.max(0, free);
                } else if (failure != null) {
                    length = shortWrites.nextInt(length + 1);
                }
                byte[] bytes = new byte[length];
                source.get(bytes);
                if (length > 0) {
                    file.write(bytes, offset);
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            checkOpen();
            enterOrFail(Operation.TRUNCATE, name);
            synchronized (SimulatedDisk.this) {
                checkOpen();
                file.truncate(size);
            }
        }

        @Override
        public void sync() throws IOException {
            checkOpen();
            long mark;
            synchronized (SimulatedDisk.this) {
                mark = file.mark();
            }
            IOException failure = enter(Operation.SYNC, name);
            synchronized (SimulatedDisk.this) {
                checkOpen();
                if (file.isUnknown()) {
                    secondSyncs.add(new Step(
                            steps, Operation.SYNC, name, Thread.currentThread().getName()));
                }
                if (failure != null) {
                    file.syncFailed(mark);
                    handles.stream()
                            .filter(handle -> handle.file == file && handle != this)
                            .forEach(handle -> handle.untold = true);
                } else if (untold) {
                    untold = false;
                    file.syncFailed(mark);
                    failure = new IOException(IO_ERROR);
                } else {
                    file.synced(mark);
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                closed = true;
                handles.remove(this);
            }
        }
    }
}

package dev.miniredis.migrate;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A log being made in {@code <directory>.importing}, which gets the directory's name when all of it is on disk: whoever
 * finds the directory finds all of the log, whatever ended the import.
 */
final class NewLog implements AutoCloseable {
    private static final String UNFINISHED = ".importing";
    private static final String FILE_PREFIX = "mini-redis.";

    private final Path directory;
    private final Path unfinished;
    private final LocalDisk disk;
    private final LocalLog log;
    private final RoomSignal room = new RoomSignal();
    private boolean logClosed;
    private boolean finished;

    private NewLog(Path directory, Path unfinished, LocalDisk disk) {
        this.directory = directory;
        this.unfinished = unfinished;
        this.disk = disk;
        this.log = new LocalLog(disk, FsyncPolicy.NO, System::nanoTime);
    }

    /**
     * Begins a log.
     *
     * @throws ImportException the directory exists and is not empty, or cannot be made; it is as it was
     */
    static NewLog create(Path directory, long nowMillis) throws ImportException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + UNFINISHED);
        try {
            refuseUnlessFree(directory, absolute);
            refuseUnlessOurs(unfinished);
            NewLog created = new NewLog(absolute, unfinished, LocalDisk.open(unfinished));
            try {
                created.begin(nowMillis);
            } catch (LogException | IOException | InterruptedException e) {
                created.close();
                throw e;
            }
            return created;
        } catch (IOException e) {
            throw new ImportException("Cannot make " + directory + ": " + LogException.reason(e) + ".", e);
        } catch (LogException e) {
            throw new ImportException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImportException("Interrupted.", e);
        }
    }

    private static void refuseUnlessFree(Path shown, Path directory) throws IOException, ImportException {
        if (directory.getFileName() == null || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !isEmpty(directory)) {
            throw new ImportException(shown + " exists and is not an empty folder. Name another one.");
        }
        if (!Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(directory.getParent(), "unix:dev"))) {
            throw new ImportException(shown + " is a volume of its own, which cannot be put in place at the end."
                    + " Name a folder in it.");
        }
    }

    /** What an import left that was killed is removed; anything else stays. */
    private static void refuseUnlessOurs(Path unfinished) throws IOException, ImportException {
        if (!Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path file : filesIn(unfinished)) {
            if (!file.getFileName().toString().startsWith(FILE_PREFIX)) {
                throw new ImportException(
                        unfinished + " is in the way and holds " + file.getFileName() + ". Take it away.");
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        return filesIn(directory).isEmpty();
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private void begin(long nowMillis) throws LogException, IOException, InterruptedException {
        for (String name : disk.names()) { // left by an import that was killed; the lock says that it runs no more
            if (!name.endsWith(".lock")) {
                disk.delete(name);
            }
        }
        log.recover(
                batch -> {
                    throw new IllegalStateException("a new log holds entries");
                },
                nowMillis);
        log.start(room);
    }

    /**
     * Adds an entry; waits while the disk is behind.
     *
     * @throws ImportException the disk has no room for it, or no line can be so long
     */
    void append(LogEntry entry) throws ImportException {
        long bound = 0;
        for (Request command : entry.commands()) {
            bound += LineWriter.bound(entry.by(), command);
        }
        long seen = room.changes();
        WriteLog.Room answer = log.roomFor(bound);
        while (answer == WriteLog.Room.SOON) {
            log.submit();
            room.awaitChange(seen);
            seen = room.changes();
            answer = log.roomFor(bound);
        }
        switch (answer) {
            case YES -> log.append(entry);
            case TOO_LARGE ->
                throw new ImportException("The log has no lines that long: "
                        + entry.commands().size() + " commands of " + bound + " bytes together.");
            default -> throw new ImportException("Cannot write the log in " + unfinished + ": " + log.problem() + ".");
        }
    }

    /** Makes everything durable and gives it its name; returns how many bytes the log has. */
    long finish() throws ImportException {
        try {
            logClosed = true;
            log.close();
            long bytes = log.writtenBytes();
            disk.syncDirectory();
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
            try (FileChannel parent = FileChannel.open(directory.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
            return bytes;
        } catch (LogException e) {
            throw new ImportException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ImportException("Cannot put " + directory + " in place: " + LogException.reason(e) + ".", e);
        }
    }

    /** Without {@link #finish}, removes what there is. */
    @Override
    public void close() throws ImportException {
        try (disk) {
            if (!logClosed) {
                logClosed = true;
                closeUnfinished();
            }
            if (!finished) {
                for (Path file : filesIn(unfinished)) {
                    Files.delete(file);
                }
                Files.delete(unfinished);
            }
        } catch (IOException e) {
            throw new ImportException("Cannot remove " + unfinished + ": " + LogException.reason(e) + ".", e);
        }
    }

    private void closeUnfinished() {
        try {
            log.close();
        } catch (LogException notAllOnDisk) {
            // It will be removed; why there was an end to it, somebody has said already.
        }
    }

    /** Counts the times that there may be room again. */
    private static final class RoomSignal implements LogListener {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private long changes;

        @Override
        public void durable(long lsn) {
            roomChanged();
        }

        @Override
        public void roomChanged() {
            lock.lock();
            try {
                changes++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void synced(long nanos) {
            // Only the end counts.
        }

        long changes() {
            lock.lock();
            try {
                return changes;
            } finally {
                lock.unlock();
            }
        }

        void awaitChange(long seen) {
            lock.lock();
            try {
                while (changes == seen) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}

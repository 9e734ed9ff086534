package dev.miniredis.migrate;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.NewDirectory;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A new log in a directory that gets its name when all of it is on disk ({@link NewDirectory}), so that an aborted
 * import never leaves an incomplete log.
 */
final class NewLog implements AutoCloseable {
    private final NewDirectory directory;
    private final LocalLog log;
    private final RoomSignal room = new RoomSignal();
    private boolean logClosed;

    private NewLog(NewDirectory directory) {
        this.directory = directory;
        this.log = new LocalLog(directory.disk(), FsyncPolicy.NO, OnDamage.REFUSE, System::nanoTime);
    }

    /**
     * Begins a log.
     *
     * @throws ImportException the directory exists and is not empty, or cannot be made; it is as it was
     */
    static NewLog create(Path directory, long nowMillis) throws ImportException {
        try {
            NewLog created = new NewLog(NewDirectory.create(directory));
            try {
                created.begin(nowMillis);
            } catch (LogException | InterruptedException e) {
                created.close();
                throw e;
            }
            return created;
        } catch (LogException e) {
            throw new ImportException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImportException("Interrupted.", e);
        }
    }

    private void begin(long nowMillis) throws LogException, InterruptedException {
        log.recover(
                batch -> {
                    throw new IllegalStateException("a new log holds entries");
                },
                nowMillis);
        log.start(room);
    }

    /**
     * Appends an entry; waits while the disk is behind.
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
            default ->
                throw new ImportException(
                        "Cannot write the log in " + directory.disk().location() + ": " + log.problem() + ".");
        }
    }

    /** Makes everything durable and gives the directory its name. @return the size of the log */
    long finish() throws ImportException {
        try {
            logClosed = true;
            log.close();
            directory.finish();
            return log.figures().writtenBytes();
        } catch (LogException e) {
            throw new ImportException(e.getMessage(), e);
        }
    }

    /** Without {@link #finish}, removes the directory. */
    @Override
    public void close() throws ImportException {
        if (!logClosed) {
            logClosed = true;
            closeUnfinished();
        }
        try {
            directory.close();
        } catch (LogException e) {
            throw new ImportException(e.getMessage(), e);
        }
    }

    private void closeUnfinished() {
        try {
            log.close();
        } catch (LogException notAllOnDisk) {
            // the directory is removed, and the reason was reported before
        }
    }

    /** Counts notifications that there may be room again. */
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
            // not needed
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

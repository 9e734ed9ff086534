package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Checks twice a second, on a thread of its own, what writes and syncs do not report: whether the log's files still
 * exist, and whether a sync is slow. Also writes the {@link DurableMark}.
 */
final class LogWatch {
    private static final Logger LOGGER = System.getLogger(LogWatch.class.getName());
    private static final long PAUSE_MILLIS = 500;

    private final LogFiles files;
    private final SyncTimes syncs;
    private final DurableMark mark;
    private final Reserve reserve;
    private final LongSupplier provenLsn;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("mini-redis-log-watch").daemon().factory());
    private final AtomicReference<String> lost = new AtomicReference<>();
    private volatile Runnable tell;
    private volatile Disk.Space space;

    /** @param provenLsn all up to it is on disk, with a line of the log that states it */
    LogWatch(LogFiles files, SyncTimes syncs, DurableMark mark, Reserve reserve, LongSupplier provenLsn) {
        this.files = files;
        this.syncs = syncs;
        this.mark = mark;
        this.reserve = reserve;
        this.provenLsn = provenLsn;
    }

    /** @param newTell called when files are lost */
    void start(Runnable newTell) {
        tell = newTell;
        thread.scheduleWithFixedDelay(this::lookSafely, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) { // the scheduler would swallow it
            OutOfMemory.endIfCause(e);
            Notice.BUG_IN_WATCH.tell(LOGGER, e);
        }
    }

    /** Checks now; from any thread. */
    void look() {
        syncs.look();
        if (tell == null || lost.get() != null || syncs.isLong()) {
            return; // a disk that hangs would block this thread too
        }
        try {
            String missing = files.missing();
            if (missing != null && lost.compareAndSet(null, missing)) {
                Notice.LOG_FILES_LOST.tell(LOGGER, missing);
                tell.run();
            }
            if (missing == null) {
                mark.advance(provenLsn.getAsLong());
            }
        } catch (IOException e) {
            Notice.LOG_NOT_LOOKED_AT.tell(LOGGER, e);
        }
        space = spaceNow();
        if (space != null && lost.get() == null) {
            reserve.keep(space);
        }
    }

    private Disk.Space spaceNow() {
        try {
            return files.space();
        } catch (IOException e) {
            return null;
        }
    }

    /** The space of the disk at the last check; null if unknown. */
    Disk.Space space() {
        return space;
    }

    /** What has happened to the files, in words; null if they exist. */
    String lost() {
        return lost.get();
    }

    boolean isLost() {
        return lost.get() != null;
    }

    void checkNotLost() throws IOException {
        String what = lost.get();
        if (what != null) {
            throw new IOException(what);
        }
    }

    /**
     * Checks the files after a base and a new segment were written in place of lost ones.
     *
     * @return whether all files exist and the log is whole again
     */
    boolean isMended() {
        String missing;
        try {
            missing = files.missing();
        } catch (IOException e) {
            missing = LogException.reason(e);
        }
        lost.set(missing);
        return missing == null;
    }

    void close() {
        thread.shutdownNow();
    }
}

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
 * Looks twice a second, on a thread of its own, for what no write and no sync would tell: whether the log's files are
 * still there, and whether a sync takes long. Writes down how far the log is on disk.
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

    /** @param provenLsn all up to it is on disk, and so is a line of the log that says so */
    LogWatch(LogFiles files, SyncTimes syncs, DurableMark mark, Reserve reserve, LongSupplier provenLsn) {
        this.files = files;
        this.syncs = syncs;
        this.mark = mark;
        this.reserve = reserve;
        this.provenLsn = provenLsn;
    }

    /** @param newTell told when the files are gone */
    void start(Runnable newTell) {
        tell = newTell;
        thread.scheduleWithFixedDelay(this::lookSafely, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) { // the scheduler would keep it for itself
            OutOfMemory.endIfCause(e);
            Notice.BUG_IN_WATCH.tell(LOGGER, e);
        }
    }

    /** Looks now, whoever calls. */
    void look() {
        syncs.look();
        if (tell == null || lost.get() != null || syncs.isLong()) {
            return; // a disk that does not answer would keep this thread too
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

    /** The room that the disk had at the last look; null where it is not known. */
    Disk.Space space() {
        return space;
    }

    /** What has happened to the files, in words; null while they are there. */
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
     * A base and a new segment have been written in place of what is lost: looks whether those are there.
     *
     * @return whether they are, and the log is whole again
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

package dev.miniredis.log;

import java.io.IOException;

/** The common part of the logs that write nothing: nothing is ever pending, and there is nothing to compact. */
abstract class UnwrittenLog implements ServerLog {
    private long recoveredLsn;
    private long lastLsn;

    /** The log begins after this entry. */
    final void beginAfter(long lsn) {
        recoveredLsn = lsn;
        lastLsn = lsn;
    }

    abstract String description();

    abstract LogFigures.Progress progress();

    @Override
    public final void start(LogListener listener) {}

    @Override
    public final String problem() {
        return null;
    }

    @Override
    public final long nextLsn() {
        return lastLsn + 1;
    }

    @Override
    public final long append(LogEntry entry) {
        entry.lsn(++lastLsn);
        return lastLsn;
    }

    @Override
    public final void submit() {}

    /** No reply has to wait. */
    @Override
    public final long durableLsn() {
        return Long.MAX_VALUE;
    }

    @Override
    public final void close() {}

    @Override
    public final long rotate() {
        return lastLsn;
    }

    @Override
    public final BaseFile newBase(BaseHeader header) throws IOException {
        throw new IOException("nothing is written to this log");
    }

    @Override
    public final void install(BaseFile base, Retention retention) {
        throw new IllegalStateException("there is no base");
    }

    @Override
    public final boolean needsBase() {
        return false;
    }

    @Override
    public final long roomForBase() {
        return 0;
    }

    @Override
    public final void look() {}

    @Override
    public final void fsync(FsyncPolicy policy) {}

    @Override
    public long syncedLsn() {
        return 0;
    }

    @Override
    public final LogFigures figures() {
        return LogFigures.unwritten(description(), progress(), lastLsn, syncedLsn(), lastLsn - recoveredLsn);
    }
}

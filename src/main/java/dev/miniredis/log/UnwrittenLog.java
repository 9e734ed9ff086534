package dev.miniredis.log;

import java.io.IOException;

/** What the logs have in common that nothing is written to: there is nothing to wait for, and nothing to compact. */
abstract class UnwrittenLog implements ServerLog {
    private long recoveredLsn;
    private long lastLsn;

    /** It begins after this entry. */
    final void beginAfter(long lsn) {
        recoveredLsn = lsn;
        lastLsn = lsn;
    }

    @Override
    public final void start(LogListener listener) {
        // there is nothing to tell
    }

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
    public final void fsync(FsyncPolicy policy) {
        // there is no file to sync
    }

    @Override
    public final void look() {
        // no file can get lost
    }

    @Override
    public final long delayedSyncs() {
        return 0;
    }

    @Override
    public final long runningSyncNanos() {
        return 0;
    }

    @Override
    public final Figures figures() {
        return new Figures(lastLsn - recoveredLsn, 0, 0, null, 0);
    }

    @Override
    public final long baseBytes() {
        return 0;
    }

    @Override
    public final void submit() {
        // nothing waits
    }

    /** No reply has to wait. */
    @Override
    public final long durableLsn() {
        return Long.MAX_VALUE;
    }

    @Override
    public long syncedLsn() {
        return 0;
    }

    @Override
    public final long writtenBytes() {
        return 0;
    }

    @Override
    public final long reservedBytes() {
        return 0;
    }

    @Override
    public final void close() {
        // nothing is open
    }
}

package dev.miniredis.log;

import java.io.IOException;

/**
 * The log of a server that keeps nothing ({@code --appendonly no}, a cache): it takes every entry, counts it, and calls it
 * durable, since nobody was promised that it is kept. The one place where {@code OK} does not mean on disk, and only
 * when somebody has asked for it.
 */
public final class NoLog implements ServerLog {
    private long lastLsn;

    @Override
    public String description() {
        return "in memory only (appendonly no)";
    }

    @Override
    public Recovered recover(Replay replay, long nowMillis) {
        return new Recovered(0, nowMillis, null);
    }

    @Override
    public void start(LogListener listener) {
        // there is nothing to tell
    }

    @Override
    public Room roomFor(long bytes) {
        return Room.YES;
    }

    @Override
    public String problem() {
        return null;
    }

    @Override
    public long nextLsn() {
        return lastLsn + 1;
    }

    @Override
    public long append(LogEntry entry) {
        entry.lsn(++lastLsn);
        return lastLsn;
    }

    @Override
    public long rotate() {
        return lastLsn;
    }

    @Override
    public BaseFile newBase(long lsn, long atMillis) throws IOException {
        throw new IOException("there is no log (appendonly no)");
    }

    @Override
    public void install(BaseFile base) {
        throw new IllegalStateException("there is no base");
    }

    @Override
    public long baseBytes() {
        return 0;
    }

    @Override
    public void submit() {
        // nothing waits
    }

    /** No reply has to wait. */
    @Override
    public long durableLsn() {
        return Long.MAX_VALUE;
    }

    @Override
    public long syncedLsn() {
        return 0;
    }

    @Override
    public long writtenBytes() {
        return 0;
    }

    @Override
    public long reservedBytes() {
        return 0;
    }

    @Override
    public void close() {
        // nothing is open
    }
}

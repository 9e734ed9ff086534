package dev.miniredis.log;

import java.util.List;

/**
 * The log of a server that keeps nothing ({@code --appendonly no}, a cache): it takes every entry, counts it, and calls it
 * durable, since nobody was promised that it is kept. The one place where {@code OK} does not mean on disk, and only
 * when somebody has asked for it.
 */
public final class NoLog extends UnwrittenLog {
    @Override
    String description() {
        return "in memory only (appendonly no)";
    }

    @Override
    public Recovered recover(Applier applier, long nowMillis) {
        return new Recovered(0, nowMillis, null, List.of());
    }

    @Override
    LogFigures.Progress progress() {
        return LogFigures.Progress.NONE;
    }

    @Override
    public Room roomFor(long bytes, long left) {
        return Room.YES;
    }
}

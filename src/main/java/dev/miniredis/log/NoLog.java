package dev.miniredis.log;

import java.util.List;

/**
 * The log of a server without persistence ({@code --appendonly no}, a cache): it counts entries and discards them. All
 * entries count as durable at once, so no reply waits. Only with this setting does {@code OK} not mean on disk.
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

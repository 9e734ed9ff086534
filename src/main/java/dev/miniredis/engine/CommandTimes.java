package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.config.Tuning;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Session;
import dev.miniredis.stats.LatencyMonitor;
import dev.miniredis.stats.LatencyMonitor.Event;
import dev.miniredis.stats.SlowLog;
import dev.miniredis.stats.Statistics;

/**
 * Measures how long commands take, for their counts, the slow log and the latency monitor. Reading the clock costs a
 * tenth of a short command, so within a turn it is read once a command: the end of one is the beginning of the next.
 * What is done between two of them (reading the request, logging a change) counts for the second.
 */
final class CommandTimes {
    private static final long NANOS_PER_MICRO = 1000;

    private final Clocks clocks;
    private final EngineTime time;
    private final SlowLog slowLog;
    private final LatencyMonitor latency;
    private long slowNanos;
    private boolean tracking;
    private long mark;

    CommandTimes(Clocks clocks, EngineTime time, Tuning tuning, Statistics statistics) {
        this.clocks = clocks;
        this.time = time;
        slowLog = statistics.slowLog();
        latency = statistics.latency();
        tuning.slowLogSlowerThan.listen(micros -> slowNanos =
                micros < 0 || micros > Long.MAX_VALUE / NANOS_PER_MICRO ? Long.MAX_VALUE : micros * NANOS_PER_MICRO);
        tuning.latencyTracking.listen(on -> tracking = on);
        mark = clocks.nanos();
    }

    /** A turn begins, at this time by the clock. */
    void beginTurn(long nanos) {
        mark = nanos;
    }

    /** The time at which the next command begins. */
    long mark() {
        return mark;
    }

    /**
     * A command has run, or failed.
     *
     * @param beganNanos what {@link #mark} was
     */
    void ended(long beganNanos, Command command, Request request, Session session) {
        mark = clocks.nanos();
        long nanos = mark - beganNanos;
        command.countCall(nanos, tracking);
        if (nanos >= slowNanos && !command.skipsSlowLog()) {
            slowLog.add(
                    request,
                    index -> command.isSecret(request, index),
                    session.address(),
                    session.name(),
                    time.wallMillis(),
                    nanos / NANOS_PER_MICRO);
        }
        if (nanos >= latency.leastNanos()) {
            latency.took(command.isFast() ? Event.FAST_COMMAND : Event.COMMAND, nanos);
        }
    }
}

package dev.miniredis.stats;

import dev.miniredis.config.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What is counted and measured while commands run: for {@code INFO}, {@code SLOWLOG} and {@code LATENCY}. */
public final class Statistics {
    private final SlowLog slowLog;
    private final LatencyMonitor latency;
    private final ErrorCounts errors = new ErrorCounts();
    private final List<Since> counters = new ArrayList<>();

    /** How a number that only grows has grown since the last reset. */
    private static final class Since implements LongSupplier {
        private final LongSupplier total;
        private long before;

        Since(LongSupplier total) {
            this.total = total;
        }

        @Override
        public long getAsLong() {
            return total.getAsLong() - before;
        }

        void reset() {
            before = total.getAsLong();
        }
    }

    /**
     * @param wallMillis the wall clock, in milliseconds since 1970
     * @param monotonicMillis a clock for intervals
     */
    public Statistics(Tuning tuning, LongSupplier wallMillis, LongSupplier monotonicMillis) {
        slowLog = new SlowLog(tuning);
        latency = new LatencyMonitor(tuning, wallMillis, monotonicMillis);
    }

    public SlowLog slowLog() {
        return slowLog;
    }

    public LatencyMonitor latency() {
        return latency;
    }

    public ErrorCounts errors() {
        return errors;
    }

    /** How many errors were answered since the last reset. */
    public LongSupplier errorReplies() {
        return sinceReset(errors::total);
    }

    /**
     * A number as {@code INFO} tells it: {@code CONFIG RESETSTAT} makes it 0. The number itself goes on growing, for
     * others (the metrics) rely on that.
     */
    public LongSupplier sinceReset(LongSupplier total) {
        Since counter = new Since(total);
        counters.add(counter);
        return counter;
    }

    /** Begins to count anew, as {@code CONFIG RESETSTAT} does; the slow log and the spikes stay. */
    public void reset() {
        counters.forEach(Since::reset);
        errors.reset();
    }
}

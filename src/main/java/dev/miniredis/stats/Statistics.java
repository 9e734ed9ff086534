package dev.miniredis.stats;

import dev.miniredis.config.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The statistics of commands: for {@code INFO}, {@code SLOWLOG} and {@code LATENCY}. */
public final class Statistics {
    private final SlowLog slowLog;
    private final LatencyMonitor latency;
    private final ErrorCounts errors = new ErrorCounts();
    private final List<Since> counters = new ArrayList<>();

    /** The growth of a counter since the last reset. */
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

    /**
     * The growth of a counter since {@code CONFIG RESETSTAT}, as {@code INFO} shows it. The counter itself is never
     * reset: metrics rely on that.
     */
    public LongSupplier sinceReset(LongSupplier total) {
        Since counter = new Since(total);
        counters.add(counter);
        return counter;
    }

    /** Resets the counters, as {@code CONFIG RESETSTAT} does; the slow log and the spikes stay. */
    public void reset() {
        counters.forEach(Since::reset);
        errors.reset();
    }
}

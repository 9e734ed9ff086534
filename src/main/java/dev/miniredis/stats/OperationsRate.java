package dev.miniredis.stats;

/** The rate of a counter over the last 16 samples, as Redis's {@code instantaneous_ops_per_sec}. */
public final class OperationsRate {
    private static final int SAMPLES = 16;

    private final long[] counts = new long[SAMPLES];
    private final long[] nanos = new long[SAMPLES];
    private int taken;

    /** Adds a sample of the counter; about ten times a second. */
    public void sample(long count, long nowNanos) {
        counts[taken % SAMPLES] = count;
        nanos[taken % SAMPLES] = nowNanos;
        taken++;
    }

    public long perSecond() {
        if (taken < 2) {
            return 0;
        }
        int newest = (taken - 1) % SAMPLES;
        int oldest = taken < SAMPLES ? 0 : taken % SAMPLES;
        long elapsed = nanos[newest] - nanos[oldest];
        return elapsed <= 0 ? 0 : Math.round((counts[newest] - counts[oldest]) * 1e9 / elapsed);
    }
}

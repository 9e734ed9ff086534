package dev.miniredis.stats;

/**
 * A histogram of durations, within 1 %: the buckets of HdrHistogram with two significant digits, up to a second, so
 * that percentiles are equal to Redis's.
 *
 * <pre>
 *   chunk 0    0 … 127 ns, each counted by itself
 *   chunk 1    128 … 255 ns, each counted by itself
 *   chunk 2    256 … 511 ns, counted by twos
 *   chunk n    128 << n-1 and what is less than twice that, counted by 1 << n-1
 * </pre>
 *
 * <p>A chunk is allocated for the first duration that falls into it: a command whose durations vary little needs 2 or 3
 * KB, where HdrHistogram's array takes 25.
 */
public final class LatencyHistogram {
    private static final long MAX_NANOS = 1_000_000_000;
    private static final int COUNTS = 128; // of a chunk
    private static final int COUNTS_BITS = 7;
    private static final int CHUNKS = 24;
    private static final long FIRST_LEVEL_NANOS = 1024;
    private static final long NANOS_PER_MICRO = 1000;

    private final long[][] chunks = new long[CHUNKS][];
    private long total;

    /** Receives the levels of a cumulative distribution. */
    @FunctionalInterface
    public interface Levels {
        /**
         * Adds a level.
         *
         * @param count how many durations were at most this long
         */
        void add(long micros, long count);
    }

    /** Adds a duration. */
    public void record(long nanos) {
        long value = Math.clamp(nanos, 1, MAX_NANOS);
        int shift = Math.max(0, Long.SIZE - COUNTS_BITS - 1 - Long.numberOfLeadingZeros(value));
        int chunk = value < COUNTS ? 0 : shift + 1;
        if (chunks[chunk] == null) {
            chunks[chunk] = new long[COUNTS];
        }
        chunks[chunk][(int) (value >> shift) & COUNTS - 1]++;
        total++;
    }

    /** Adds the durations of another histogram. */
    public void add(LatencyHistogram other) {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            if (other.chunks[chunk] != null && chunks[chunk] == null) {
                chunks[chunk] = new long[COUNTS];
            }
            for (int i = 0; other.chunks[chunk] != null && i < COUNTS; i++) {
                chunks[chunk][i] += other.chunks[chunk][i];
            }
        }
        total += other.total;
    }

    /** The number of durations. */
    public long total() {
        return total;
    }

    /**
     * A percentile of the durations.
     *
     * @return in nanoseconds: the highest value of the bucket, for 0 percent the lowest
     */
    public long percentile(double percent) {
        long wanted = Math.max(1, (long) (percent / 100 * total + 0.5));
        long seen = 0;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int i = 0; chunks[chunk] != null && i < COUNTS; i++) {
                seen += chunks[chunk][i];
                if (seen >= wanted) {
                    return percent == 0 ? lowest(chunk, i) : highest(chunk, i);
                }
            }
        }
        return 0;
    }

    /**
     * Adds the durations to a coarser histogram. A duration within 1 % of a bound may count as above it.
     *
     * @param boundsNanos ascending
     * @param counts how many lie between each bound and the one before; the last counts those above all bounds
     */
    public void addTo(long[] boundsNanos, long[] counts) {
        int bound = 0;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int i = 0; chunks[chunk] != null && i < COUNTS; i++) {
                while (bound < boundsNanos.length && highest(chunk, i) > boundsNanos[bound]) {
                    bound++;
                }
                counts[bound] += chunks[chunk][i];
            }
        }
    }

    /**
     * Visits the cumulative distribution in steps that double, without those that add nothing, as {@code
     * fillCommandCDF}.
     */
    public void forEachLevel(Levels levels) {
        long added = 0;
        long seen = 0;
        int chunk = 0;
        for (long level = FIRST_LEVEL_NANOS; added < total; level *= 2) {
            for (; chunk < CHUNKS && lowest(chunk, 0) < level; chunk++) {
                seen += sum(chunk);
            }
            long inLevel = seen + (chunk < CHUNKS && chunks[chunk] != null ? chunks[chunk][0] : 0);
            if (inLevel > added) {
                levels.add((chunk < CHUNKS ? highest(chunk, 0) : level - 1) / NANOS_PER_MICRO, inLevel);
                added = inLevel;
            }
        }
    }

    private long sum(int chunk) {
        long sum = 0;
        for (int i = 0; chunks[chunk] != null && i < COUNTS; i++) {
            sum += chunks[chunk][i];
        }
        return sum;
    }

    private static long lowest(int chunk, int index) {
        return chunk == 0 ? index : (long) (COUNTS + index) << chunk - 1;
    }

    private static long highest(int chunk, int index) {
        return chunk == 0 ? index : lowest(chunk, index) + (1L << chunk - 1) - 1;
    }
}

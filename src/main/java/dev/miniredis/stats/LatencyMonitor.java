package dev.miniredis.stats;

import dev.miniredis.config.Tuning;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Latency spikes, as Redis's {@code LATENCY} shows them: the latest of each event, at most one a second. */
public final class LatencyMonitor {
    /** Events that may delay the server, with Redis's names. */
    public enum Event {
        COMMAND,
        FAST_COMMAND,
        EXPIRE_CYCLE,
        EVICTION_CYCLE,
        AOF_FSYNC_ALWAYS;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final int MAX_SAMPLES = 160;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Map<String, Series> series = new TreeMap<>();
    private final LongSupplier wallMillis;
    private final LongSupplier monotonicMillis;
    private volatile long leastNanos; // also read by other threads

    /**
     * The longest spike of a second.
     *
     * @param atSeconds when, by the wall clock
     * @param monotonicSeconds when, by the monotonic clock
     */
    public record Sample(long atSeconds, long monotonicSeconds, long millis) {}

    /** The spikes of an event, the oldest first. */
    public static final class Series {
        private final Deque<Sample> samples = new ArrayDeque<>();
        private long maxMillis;

        private void add(Sample sample) {
            maxMillis = Math.max(maxMillis, sample.millis());
            Sample last = samples.peekLast();
            if (last != null && last.atSeconds() == sample.atSeconds()) {
                if (sample.millis() > last.millis()) {
                    samples.removeLast();
                    samples.add(sample);
                }
                return;
            }
            samples.add(sample);
            if (samples.size() > MAX_SAMPLES) {
                samples.removeFirst();
            }
        }

        public List<Sample> samples() {
            return List.copyOf(samples);
        }

        public Sample latest() {
            return samples.getLast();
        }

        /** The longest since the last reset, also if its sample is gone. */
        public long maxMillis() {
            return maxMillis;
        }
    }

    LatencyMonitor(Tuning tuning, LongSupplier wallMillis, LongSupplier monotonicMillis) {
        this.wallMillis = wallMillis;
        this.monotonicMillis = monotonicMillis;
        tuning.latencyMonitorThreshold.listen(millis -> leastNanos =
                millis == 0 || millis > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : millis * NANOS_PER_MILLI);
    }

    /** Adds an event; it is kept if it lasted at least {@link #leastNanos}. */
    public void took(Event event, long nanos) {
        if (nanos >= leastNanos) {
            Sample sample = new Sample(
                    wallMillis.getAsLong() / 1000, monotonicMillis.getAsLong() / 1000, nanos / NANOS_PER_MILLI);
            series.computeIfAbsent(event.text(), name -> new Series()).add(sample);
        }
    }

    /** How long an event must last to be kept. */
    public long leastNanos() {
        return leastNanos;
    }

    /** The spikes by the names of their events. */
    public Map<String, Series> series() {
        return series;
    }

    /** Removes the spikes of an event; returns whether there were any. */
    public boolean forget(String event) {
        return series.remove(event.toLowerCase(Locale.ROOT)) != null;
    }

    /** Removes all spikes; returns the number of events. */
    public int forgetAll() {
        List<String> events = new ArrayList<>(series.keySet());
        events.forEach(this::forget);
        return events.size();
    }
}

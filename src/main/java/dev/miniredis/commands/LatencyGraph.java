package dev.miniredis.commands;

import dev.miniredis.stats.LatencyMonitor;
import dev.miniredis.stats.LatencyMonitor.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * The graph of {@code LATENCY GRAPH}: one column per spike, and below it the age of the spike from top to bottom. As
 * Redis's {@code sparklineRender}.
 */
final class LatencyGraph {
    private static final int COLUMNS = 80;
    private static final int ROWS = 4;
    private static final String TOPS = "_o#";
    private static final char COLUMN = '|';
    private static final int STEPS = ROWS * TOPS.length();

    private LatencyGraph() {}

    static String of(String event, LatencyMonitor.Series series, long nowSeconds) {
        List<Sample> samples = series.samples();
        long low = samples.stream().mapToLong(Sample::millis).min().orElseThrow();
        long high = samples.stream().mapToLong(Sample::millis).max().orElseThrow();
        StringBuilder text = new StringBuilder(event + " - high " + high + " ms, low " + low + " ms (all time high "
                + series.maxMillis() + " ms)\n" + "-".repeat(COLUMNS) + "\n");
        for (int from = 0; from < samples.size(); from += COLUMNS) {
            text.append(from == 0 ? "" : "\n");
            draw(text, samples.subList(from, Math.min(from + COLUMNS, samples.size())), low, high, nowSeconds);
        }
        return text.toString();
    }

    private static void draw(StringBuilder text, List<Sample> samples, long low, long high, long nowSeconds) {
        for (int row = 0; row < ROWS; row++) {
            for (Sample sample : samples) {
                long steps = (sample.millis() - low) * STEPS / Math.max(1, high - low);
                int top = (int) Math.min(steps, STEPS - 1) - (ROWS - row - 1) * TOPS.length();
                text.append(top < 0 ? ' ' : top < TOPS.length() ? TOPS.charAt(top) : COLUMN);
            }
            text.append('\n');
        }
        List<String> labels = new ArrayList<>();
        samples.forEach(sample -> labels.add(" " + age(nowSeconds - sample.monotonicSeconds())));
        int longest = labels.stream().mapToInt(String::length).max().orElseThrow();
        for (int row = 0; row < longest; row++) {
            for (String label : labels) {
                text.append(row < label.length() ? label.charAt(row) : ' ');
            }
            text.append('\n');
        }
    }

    private static String age(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 24 * 3600 ? seconds / 3600 + "h" : seconds / (24 * 3600) + "d";
    }
}

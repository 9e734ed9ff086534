package dev.miniredis.figures;

import dev.miniredis.stats.Info.Section;
import java.util.List;

/**
 * A figure of the server: a row of {@link FigureTable}.
 *
 * @param section where {@code INFO} prints it
 * @param type the type of the metric
 * @param field its name in {@code INFO}; for people only where {@code text} is null
 * @param metric its name for Prometheus and on the status page: the base unit at the end, {@code _total} for a counter;
 *     empty for a figure of {@code INFO} alone
 * @param help what it tells, in a sentence
 * @param labels the labels that tell the series of the metric apart
 * @param reader how to read the metric; null if Micrometer writes it, or if there is none
 * @param text how {@code INFO} prints the figure; null if another row does, or if it is not in {@code INFO}
 */
public record Figure(
        Section section,
        Type type,
        String field,
        String metric,
        String help,
        List<String> labels,
        Reader reader,
        Text text) {
    /** The types of metrics, with the names that Prometheus gives them. */
    public enum Type {
        /** Only grows, and begins at 0 with the server. */
        COUNTER,
        /** A value at a moment. */
        GAUGE,
        /** A distribution. */
        HISTOGRAM,
        /** Always 1: its labels hold the facts. */
        INFO
    }

    /** Reads a metric. */
    @FunctionalInterface
    public interface Reader {
        /** Gives the series of the metric to the sink. */
        void read(Sources sources, Series series);

        /** Whether any thread may read it; otherwise only the engine's thread may. */
        default boolean isForAnyThread() {
            return false;
        }
    }

    /** Receives the series of a metric. */
    public interface Series {
        /**
         * Adds a series of one value.
         *
         * @param labels the values of the labels, in their order
         */
        void add(double value, String... labels);

        /**
         * Adds a series that is a distribution.
         *
         * @param bounds ascending
         * @param counts how many values lie between each bound and the one before; the last counts those above all
         *     bounds
         * @param sum of all values
         */
        void add(double[] bounds, long[] counts, double sum, String... labels);
    }

    /** Prints a figure for {@code INFO}, on the engine's thread. */
    @FunctionalInterface
    interface Text {
        /** The value as it is printed; null to leave the field out. */
        Object of(Sources sources);
    }

    /** Whether Prometheus gets it. */
    public boolean isMetric() {
        return !metric.isEmpty();
    }
}

package dev.miniredis.server;

import dev.miniredis.embedded.ProcessFacts;
import dev.miniredis.embedded.ServerInfo;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineSnapshot;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.LogFigures;
import dev.miniredis.log.LogStorage;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * A row of the table of metrics, {@link MetricTable}.
 *
 * @param name as Prometheus wants it: base units at its end, {@code _total} for what only grows
 * @param help what it tells, in a sentence
 * @param labels what tells its series apart
 * @param info what {@code INFO} calls the same figure; empty where it does not tell it
 * @param reader how to come by the figures; null where Micrometer writes the series
 */
record Metric(Type type, String name, String help, List<String> labels, String info, Reader reader) {
    /** As Prometheus tells them apart. */
    enum Type {
        /** Only grows, and begins at 0 with the server. */
        COUNTER,
        /** What is now. */
        GAUGE,
        /** How often a figure was how large. */
        HISTOGRAM,
        /** Always 1; its labels tell. */
        INFO
    }

    /**
     * Where the figures come from. They are read while the engine's thread writes them: a scrape may see a value that
     * is a moment old.
     *
     * @param loading how far the replay of the log is; null when there is none
     */
    record Sources(
            Engine engine,
            LogStorage storage,
            EngineLoop loop,
            Compaction compaction,
            ServerInfo info,
            ProcessFacts process,
            Supplier<Loading> loading) {
        LogFigures log() {
            return storage.figures();
        }

        EngineSnapshot snapshot() {
            return loop.snapshot();
        }

        ClientLimits limits() {
            return loop.limits();
        }
    }

    /** Reads what there is now. */
    @FunctionalInterface
    interface Reader {
        void read(Sources sources, Series series);
    }

    /** Takes the series of a metric. */
    interface Series {
        /**
         * One value.
         *
         * @param labels the values of the labels, in their order
         */
        void add(double value, String... labels);

        /**
         * One distribution.
         *
         * @param bounds ascending
         * @param counts how many lie between each bound and the one before; the last, what is above all bounds
         * @param sum of all values
         */
        void add(double[] bounds, long[] counts, double sum, String... labels);
    }

    static Metric counter(String name, String help, String info, ToDoubleFunction<Sources> value) {
        return new Metric(Type.COUNTER, name, help, List.of(), info, (s, series) -> series.add(value.applyAsDouble(s)));
    }

    static Metric counter(String name, String label, String help, String info, Reader reader) {
        return new Metric(Type.COUNTER, name, help, List.of(label), info, reader);
    }

    static Metric gauge(String name, String help, String info, ToDoubleFunction<Sources> value) {
        return new Metric(Type.GAUGE, name, help, List.of(), info, (s, series) -> series.add(value.applyAsDouble(s)));
    }

    static Metric gauge(String name, String label, String help, String info, Reader reader) {
        return new Metric(Type.GAUGE, name, help, List.of(label), info, reader);
    }
}

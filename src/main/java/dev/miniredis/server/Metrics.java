package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.embedded.ProcessFacts;
import dev.miniredis.engine.Loading;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Gives Prometheus, at {@code /q/metrics}, the figures of {@link MetricTable}. Nothing is counted for it: each scrape
 * reads what there is anyway. It does not go through Micrometer, which keeps an object for each series it has ever
 * seen, and cannot be handed a finished histogram.
 */
@Singleton
final class Metrics {
    private static final String TOTAL = "_total";
    private static final String INFO = "_info";

    private final CollectorRegistry registry;
    private final ProcessFacts process;

    @Inject
    Metrics(CollectorRegistry registry, ProcessFacts process) {
        this.registry = registry;
        this.process = process;
    }

    /**
     * Begins to tell.
     *
     * @param loading how far the replay of the log is; null when there is none
     */
    void expose(MiniRedis parts, Supplier<Loading> loading) {
        registry.register(new Table(new Metric.Sources(
                parts.engine(), parts.log(), parts.loop(), parts.compaction(), parts.info(), process, loading)));
    }

    /** The table in the form of Prometheus's library. */
    private static final class Table extends Collector implements Collector.Describable {
        private final Metric.Sources sources;

        Table(Metric.Sources sources) {
            this.sources = sources;
        }

        private static Stream<Metric> metrics() {
            return MetricTable.ALL.stream().filter(metric -> metric.reader() != null);
        }

        @Override
        public List<MetricFamilySamples> collect() {
            return metrics().map(this::family).toList();
        }

        private MetricFamilySamples family(Metric metric) {
            Family family = new Family(metric);
            metric.reader().read(sources, family);
            return family.of(family.samples);
        }

        @Override
        public List<MetricFamilySamples> describe() {
            return metrics().map(metric -> new Family(metric).of(List.of())).toList();
        }
    }

    /** The series of a metric. */
    private static final class Family implements Metric.Series {
        private final Metric metric;
        private final List<Sample> samples = new ArrayList<>();

        Family(Metric metric) {
            this.metric = metric;
        }

        /** The library puts the ends that types have to names itself. */
        Collector.MetricFamilySamples of(List<Sample> series) {
            Collector.Type type = Collector.Type.valueOf(metric.type().name());
            String end = switch (metric.type()) {
                case COUNTER -> TOTAL;
                case INFO -> INFO;
                case GAUGE, HISTOGRAM -> "";
            };
            String name = metric.name().substring(0, metric.name().length() - end.length());
            return new Collector.MetricFamilySamples(name, type, metric.help(), series);
        }

        @Override
        public void add(double value, String... labels) {
            samples.add(new Sample(metric.name(), metric.labels(), List.of(labels), value));
        }

        @Override
        public void add(double[] bounds, long[] counts, double sum, String... labels) {
            List<String> names = append(metric.labels(), "le");
            List<String> values = List.of(labels);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                double bound = i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY;
                samples.add(new Sample(
                        metric.name() + "_bucket", names, append(values, Collector.doubleToGoString(bound)), seen));
            }
            samples.add(new Sample(metric.name() + "_count", metric.labels(), values, seen));
            samples.add(new Sample(metric.name() + "_sum", metric.labels(), values, sum));
        }

        private static List<String> append(List<String> all, String more) {
            return Stream.concat(all.stream(), Stream.of(more)).toList();
        }
    }
}

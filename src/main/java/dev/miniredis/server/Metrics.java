package dev.miniredis.server;

import dev.miniredis.figures.Figure;
import dev.miniredis.figures.FigureReader;
import dev.miniredis.figures.Sample;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives Prometheus, at {@code /q/metrics}, the metrics of {@link dev.miniredis.figures.FigureTable}. Nothing is counted
 * for it: each scrape reads what there is anyway. It does not go through Micrometer, which keeps an object for each
 * series it has ever seen, and has no way to take a finished histogram.
 */
@Singleton
final class Metrics {
    private static final String TOTAL = "_total";
    private static final String INFO = "_info";

    private final CollectorRegistry registry;

    @Inject
    Metrics(CollectorRegistry registry) {
        this.registry = registry;
    }

    /** Adds the metrics of a server. */
    void expose(FigureReader reader) {
        registry.register(new Table(reader));
    }

    /** The table in the form of Prometheus's library. */
    private static final class Table extends Collector implements Collector.Describable {
        private final FigureReader reader;

        Table(FigureReader reader) {
            this.reader = reader;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            List<MetricFamilySamples> families = new ArrayList<>();
            reader.read().forEach((metric, samples) -> families.add(family(metric, samples)));
            return families;
        }

        @Override
        public List<MetricFamilySamples> describe() {
            return reader.metrics().stream()
                    .map(metric -> family(metric, List.of()))
                    .toList();
        }

        /** The library adds the endings that belong to a type itself. */
        private static MetricFamilySamples family(Figure metric, List<Sample> samples) {
            String ending = switch (metric.type()) {
                case COUNTER -> TOTAL;
                case INFO -> INFO;
                case GAUGE, HISTOGRAM -> "";
            };
            String name = metric.metric().substring(0, metric.metric().length() - ending.length());
            List<MetricFamilySamples.Sample> lines =
                    samples.stream().flatMap(sample -> lines(metric, sample)).toList();
            return new MetricFamilySamples(name, Type.valueOf(metric.type().name()), metric.help(), lines);
        }

        private static Stream<MetricFamilySamples.Sample> lines(Figure metric, Sample sample) {
            return sample.distribution() == null
                    ? Stream.of(line(metric.metric(), metric.labels(), sample.labels(), sample.value()))
                    : distribution(metric, sample);
        }

        private static MetricFamilySamples.Sample line(
                String name, List<String> labels, List<String> values, double value) {
            return new MetricFamilySamples.Sample(name, labels, values, value);
        }

        private static Stream<MetricFamilySamples.Sample> distribution(Figure metric, Sample sample) {
            String name = metric.metric();
            List<String> labels = append(metric.labels(), "le");
            List<Double> bounds = sample.distribution().bounds();
            List<Long> counts = sample.distribution().counts();
            List<MetricFamilySamples.Sample> lines = new ArrayList<>();
            long total = 0;
            for (int i = 0; i < counts.size(); i++) {
                total += counts.get(i);
                double bound = i < bounds.size() ? bounds.get(i) : Double.POSITIVE_INFINITY;
                lines.add(line(
                        name + "_bucket", labels, append(sample.labels(), doubleToGoString(bound)), (double) total));
            }
            lines.add(line(name + "_count", metric.labels(), sample.labels(), (double) total));
            lines.add(line(name + "_sum", metric.labels(), sample.labels(), sample.value()));
            return lines.stream();
        }

        private static List<String> append(List<String> all, String more) {
            return Stream.concat(all.stream(), Stream.of(more)).toList();
        }
    }
}

package dev.miniredis.figures;

import dev.miniredis.engine.EngineThread;
import dev.miniredis.figures.Sample.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the metrics for threads that are not the engine's. The engine's thread is asked for a snapshot of its figures.
 * If it does not answer in time, since a command keeps it busy, the last snapshot is used; what any thread may read,
 * such as {@code mini_redis_engine_lag_seconds}, is read by the caller and is always new.
 */
public final class FigureReader {
    private static final long PATIENCE_MILLIS = 500;

    private final List<Figure> metrics;
    private final Sources sources;
    private final EngineThread engineThread;
    private volatile Map<Figure, List<Sample>> lastSnapshot = Map.of();

    /** @param engineThread the thread that may read all figures */
    public FigureReader(FigureTable table, Sources sources, EngineThread engineThread) {
        this.metrics = table.metrics().stream()
                .filter(metric -> metric.reader() != null)
                .toList();
        this.sources = sources;
        this.engineThread = engineThread;
    }

    /** The metrics that are read here: all but those that Micrometer writes. */
    public List<Figure> metrics() {
        return metrics;
    }

    /**
     * All metrics and their series now, in the order of the table. Waits for the engine's thread, half a second at
     * most.
     */
    public Map<Figure, List<Sample>> read() {
        Map<Figure, List<Sample>> ofEngine = snapshot();
        Map<Figure, List<Sample>> all = new LinkedHashMap<>();
        for (Figure metric : metrics) {
            all.put(
                    metric,
                    metric.reader().isForAnyThread() ? samples(metric) : ofEngine.getOrDefault(metric, List.of()));
        }
        return all;
    }

    private Map<Figure, List<Sample>> snapshot() {
        try {
            lastSnapshot = engineThread.ask(this::readOfEngine).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | RejectedExecutionException e) {
            return lastSnapshot; // the thread is busy or has ended
        } catch (ExecutionException e) {
            throw new IllegalStateException("A metric cannot be read.", e.getCause());
        }
        return lastSnapshot;
    }

    private Map<Figure, List<Sample>> readOfEngine() {
        Map<Figure, List<Sample>> samples = new LinkedHashMap<>();
        for (Figure metric : metrics) {
            if (!metric.reader().isForAnyThread()) {
                samples.put(metric, samples(metric));
            }
        }
        return samples;
    }

    private List<Sample> samples(Figure metric) {
        List<Sample> samples = new ArrayList<>();
        metric.reader().read(sources, new Figure.Series() {
            @Override
            public void add(double value, String... labels) {
                samples.add(new Sample(List.of(labels), value, null));
            }

            @Override
            public void add(double[] bounds, long[] counts, double sum, String... labels) {
                Distribution distribution = new Distribution(
                        Arrays.stream(bounds).boxed().toList(),
                        Arrays.stream(counts).boxed().toList());
                samples.add(new Sample(List.of(labels), sum, distribution));
            }
        });
        return samples;
    }
}

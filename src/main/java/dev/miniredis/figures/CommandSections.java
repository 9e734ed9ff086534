package dev.miniredis.figures;

import dev.miniredis.command.Command;
import dev.miniredis.config.Percentiles;
import dev.miniredis.engine.Engine;
import dev.miniredis.figures.Figure.Reader;
import dev.miniredis.figures.Figure.Series;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import dev.miniredis.stats.LatencyHistogram;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** {@code INFO commandstats}, {@code errorstats} and {@code latencystats}. */
final class CommandSections {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** Upper bounds of the durations of commands: from that of a GET to one that an operator must look at. */
    private static final long[] DURATION_BOUNDS_NANOS = {
        MICRO / 2,
        MICRO,
        2 * MICRO,
        5 * MICRO,
        10 * MICRO,
        20 * MICRO,
        50 * MICRO,
        100 * MICRO,
        200 * MICRO,
        500 * MICRO,
        MILLI,
        2 * MILLI,
        5 * MILLI,
        10 * MILLI,
        20 * MILLI,
        50 * MILLI,
        100 * MILLI,
        200 * MILLI,
        500 * MILLI,
        1000 * MILLI
    };

    private static final double[] DURATION_BOUNDS = Arrays.stream(DURATION_BOUNDS_NANOS)
            .mapToDouble(nanos -> nanos / NANOS_PER_SECOND)
            .toArray();

    private CommandSections() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.COMMANDSTATS)
            .lines((s, facts) -> s.engine().commands().forEach(command -> addCounts(facts, command)))
            .series(Figure.Type.COUNTER, "cmdstat_*", "mini_redis_commands_total", "command",
                "How often a command ran.", ofEachUsed(Command::calls))
            .series(Figure.Type.COUNTER, "cmdstat_*", "mini_redis_commands_failed_total", "command",
                "How often a command answered an error.", ofEachUsed(Command::failures))
            .series(Figure.Type.COUNTER, "cmdstat_*", "mini_redis_commands_rejected_total", "command",
                "How often a command was refused before it ran.", ofEachUsed(Command::refusals));
        table.section(Section.ERRORSTATS)
            .lines((s, facts) -> s.engine().statistics().errors().byCode()
                .forEach((code, count) -> facts.add("errorstat_" + safe(code), "count=" + count)));
        table.section(Section.LATENCYSTATS)
            .lines((s, facts) -> addLatencies(facts, s.engine()))
            .series(Figure.Type.HISTOGRAM, "cmdstat_*, latency_percentiles_usec_*", "mini_redis_command_duration_seconds", "command",
                "How long a command took, without the wait for the disk; grows while latency-tracking is on.",
                (s, series) -> forEachUsed(s, command -> addDurations(series, command)));
        // spotless:on
    }

    private static Reader ofEachUsed(ToDoubleFunction<Command> count) {
        return (s, series) -> forEachUsed(s, command -> series.add(count.applyAsDouble(command), command.name()));
    }

    /** Only those that were asked for: there are hundreds, and the clients of a server use a dozen. */
    private static void forEachUsed(Sources sources, Consumer<Command> visitor) {
        sources.engine().commands().forEach(command -> {
            if (command.calls() > 0 || command.refusals() > 0) {
                visitor.accept(command);
            }
        });
    }

    private static void addDurations(Series series, Command command) {
        long[] counts = new long[DURATION_BOUNDS.length + 1];
        double sum = command.addDurations(DURATION_BOUNDS_NANOS, counts) / NANOS_PER_SECOND;
        series.add(DURATION_BOUNDS, counts, sum, command.name());
    }

    private static void addCounts(Info.Facts facts, Command command) {
        Command.Counts counts = command.counts();
        if (counts.isZero()) {
            return;
        }
        long micros = (long) (counts.nanos() / NANOS_PER_MICRO);
        double perCall = counts.calls() == 0 ? 0 : counts.nanos() / NANOS_PER_MICRO / counts.calls();
        facts.add(
                "cmdstat_" + command.name(),
                String.format(
                        Locale.ROOT,
                        "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                        counts.calls(),
                        micros,
                        perCall,
                        counts.refusals(),
                        counts.failures()));
    }

    private static void addLatencies(Info.Facts facts, Engine engine) {
        if (engine.tuning().latencyTracking.value()) {
            Percentiles percentiles = engine.tuning().latencyTrackingPercentiles.value();
            engine.commands().forEach(command -> addLatencies(facts, command, percentiles));
        }
    }

    private static void addLatencies(Info.Facts facts, Command command, Percentiles percentiles) {
        LatencyHistogram latencies = command.latencies();
        if (latencies == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (double percent : percentiles.values()) {
            text.append(text.isEmpty() ? "" : ",")
                    .append('p')
                    .append(Percentiles.name(percent))
                    .append(String.format(Locale.ROOT, "=%.3f", latencies.percentile(percent) / NANOS_PER_MICRO));
        }
        facts.add("latency_percentiles_usec_" + command.name(), text);
    }

    /** As Redis's {@code getSafeInfoString}: what would end a field or a line becomes an underscore. */
    private static String safe(String code) {
        return code.replaceAll("[#:\\n\\r]", "_");
    }
}

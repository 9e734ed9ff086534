package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.config.Percentiles;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import dev.miniredis.stats.LatencyHistogram;
import java.util.Locale;

/** The sections of {@code INFO} on commands and errors. */
final class StatisticsInfo {
    private static final double NANOS_PER_MICRO = 1000;

    private StatisticsInfo() {}

    static void addTo(Info info, Engine engine) {
        info.section(Section.COMMANDSTATS, facts -> engine.commands().forEach(command -> addCounts(facts, command)))
                .section(
                        Section.ERRORSTATS,
                        facts -> engine.statistics()
                                .errors()
                                .byCode()
                                .forEach((code, count) -> facts.add("errorstat_" + safe(code), "count=" + count)))
                .section(Section.LATENCYSTATS, facts -> {
                    if (engine.tuning().latencyTracking.value()) {
                        Percentiles percentiles =
                                engine.tuning().latencyTrackingPercentiles.value();
                        engine.commands().forEach(command -> addLatencies(facts, command, percentiles));
                    }
                });
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

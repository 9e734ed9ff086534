package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_NODES;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;
import static dev.miniredis.command.Trait.Tip.RESPONSE_SPECIAL;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.stats.LatencyHistogram;
import dev.miniredis.stats.LatencyMonitor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What took long: the subcommands of LATENCY. */
final class LatencyCommands {
    private LatencyCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        Trait[] report = {ADMIN, NOSCRIPT, LOADING, STALE, NONDETERMINISTIC_OUTPUT, REQUEST_ALL_NODES, RESPONSE_SPECIAL
        };
        table
            .row("LATENCY", "2.8.13", "A container for latency diagnostics commands.")
                .container(null, "2.8.13", HelpTexts.LATENCY)
            .row("LATENCY DOCTOR", "2.8.13", "Returns a human-readable latency analysis report.")
                .other(LatencyCommands::doctor, report)
            .row("LATENCY GRAPH event", "2.8.13", "Returns a latency graph for an event.")
                .other(LatencyCommands::graph, report)
            .row("LATENCY HISTOGRAM [command [command ...]]", "7.0.0", "Returns the cumulative distribution of latencies of a subset or all commands.")
                .other(LatencyCommands::histogram, report)
            .row("LATENCY HISTORY event", "2.8.13", "Returns timestamp-latency samples for an event.")
                .other(LatencyCommands::history, report)
            .row("LATENCY LATEST", "2.8.13", "Returns the latest latency samples for all events.")
                .other(LatencyCommands::latest, report)
            .row("LATENCY RESET [event [event ...]]", "2.8.13", "Resets the latency data for one or more events.")
                .other(LatencyCommands::reset, ADMIN, NOSCRIPT, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_ALL_SUCCEEDED);
    }
    // spotless:on

    private static LatencyMonitor monitor(Call call) {
        return call.host.statistics().latency();
    }

    private static void doctor(Call call) {
        call.reply.verbatim(
                new LatencyDoctor(call.host.tuning(), call.host.time().monotonicMillis()).report(monitor(call)));
    }

    private static void graph(Call call) {
        String event = call.text(2);
        LatencyMonitor.Series series = monitor(call).series().get(event);
        if (series == null) {
            throw new CommandError("ERR No samples available for event '" + event + "'");
        }
        call.reply.verbatim(LatencyGraph.of(event, series, call.host.time().monotonicMillis() / 1000));
    }

    private static void histogram(Call call) {
        List<Command> commands = wanted(call);
        commands.removeIf(command -> command.latencies() == null);
        call.reply.map(commands.size());
        for (Command command : commands) {
            call.reply.bulk(command.name());
            reply(call, command.latencies());
        }
    }

    /**
     * The requested commands, with repetitions, a container with its subcommands; all commands if none is requested.
     */
    private static List<Command> wanted(Call call) {
        List<Command> wanted = new ArrayList<>();
        if (call.args() == 2) {
            call.host.commands().forEach(wanted::add);
        }
        for (int i = 2; i < call.args(); i++) {
            Command command = call.host.commands().find(call.text(i));
            if (command != null) {
                wanted.add(command);
                wanted.addAll(command.subcommands());
            }
        }
        return wanted;
    }

    private static void reply(Call call, LatencyHistogram histogram) {
        call.reply.map(2);
        call.reply.bulk("calls");
        call.reply.integer(histogram.total());
        call.reply.bulk("histogram_usec");
        Map<Long, Long> levels = new LinkedHashMap<>();
        histogram.forEachLevel(levels::put);
        call.reply.map(levels.size());
        levels.forEach((micros, count) -> {
            call.reply.integer(micros);
            call.reply.integer(count);
        });
    }

    private static void history(Call call) {
        LatencyMonitor.Series series = monitor(call).series().get(call.text(2));
        List<LatencyMonitor.Sample> samples = series == null ? List.of() : series.samples();
        call.reply.array(samples.size());
        for (LatencyMonitor.Sample sample : samples) {
            call.reply.array(2);
            call.reply.integer(sample.atSeconds());
            call.reply.integer(sample.millis());
        }
    }

    private static void latest(Call call) {
        Map<String, LatencyMonitor.Series> all = monitor(call).series();
        call.reply.array(all.size());
        all.forEach((event, series) -> {
            call.reply.array(4);
            call.reply.bulk(event);
            call.reply.integer(series.latest().atSeconds());
            call.reply.integer(series.latest().millis());
            call.reply.integer(series.maxMillis());
        });
    }

    private static void reset(Call call) {
        int forgotten = 0;
        if (call.args() == 2) {
            forgotten = monitor(call).forgetAll();
        }
        for (int i = 2; i < call.args(); i++) {
            forgotten += monitor(call).forget(call.text(i)) ? 1 : 0;
        }
        call.reply.integer(forgotten);
    }
}

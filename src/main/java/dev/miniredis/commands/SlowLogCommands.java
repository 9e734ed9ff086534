package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_NODES;
import static dev.miniredis.command.Trait.Tip.RESPONSE_AGG_SUM;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.stats.SlowLog;
import java.util.Collection;

/** The subcommands of SLOWLOG. */
final class SlowLogCommands {
    private static final long DEFAULT_COUNT = 10;
    private static final long ALL = -1;
    private static final Trait COUNT = Trait.Check.range(
            "count", ALL, Long.MAX_VALUE, new CommandError("ERR count should be greater than or equal to -1"));

    private SlowLogCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("SLOWLOG", "2.2.12", "A container for slow log commands.")
                .container(null, "6.2.0", HelpTexts.SLOWLOG)
            .row("SLOWLOG GET [count:integer]", "2.2.12", "Returns the slow log's entries.")
                .other(SlowLogCommands::get, COUNT, ADMIN, LOADING, STALE, REQUEST_ALL_NODES, NONDETERMINISTIC_OUTPUT)
            .row("SLOWLOG LEN", "2.2.12", "Returns the number of entries in the slow log.")
                .other(SlowLogCommands::len, ADMIN, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_AGG_SUM, NONDETERMINISTIC_OUTPUT)
            .row("SLOWLOG RESET", "2.2.12", "Clears all entries from the slow log.")
                .other(SlowLogCommands::reset, ADMIN, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_ALL_SUCCEEDED);
    }
    // spotless:on

    private static void get(Call call) {
        Collection<SlowLog.Entry> entries = call.host.statistics().slowLog().entries();
        long count = call.options.integer("count", DEFAULT_COUNT);
        long shown = count == ALL ? entries.size() : Math.min(count, entries.size());
        call.reply.array((int) shown);
        entries.stream().limit(shown).forEach(entry -> reply(call, entry));
    }

    private static void reply(Call call, SlowLog.Entry entry) {
        call.reply.array(6);
        call.reply.integer(entry.id());
        call.reply.integer(entry.atSeconds());
        call.reply.integer(entry.micros());
        call.reply.array(entry.arguments().size());
        entry.arguments().forEach(argument -> call.reply.bulk(argument, 0, argument.length));
        call.reply.bulk(entry.client());
        call.reply.bulk(entry.clientName());
    }

    private static void len(Call call) {
        call.reply.integer(call.host.statistics().slowLog().entries().size());
    }

    private static void reset(Call call) {
        call.host.statistics().slowLog().clear();
        call.reply.ok();
    }
}

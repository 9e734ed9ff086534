package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.ABORT;
import static dev.miniredis.command.Keyword.FORCE;
import static dev.miniredis.command.Keyword.NOSAVE;
import static dev.miniredis.command.Keyword.NOW;
import static dev.miniredis.command.Keyword.SAVE;
import static dev.miniredis.command.Trait.Arguments.ONCE;
import static dev.miniredis.command.Trait.Category.CONNECTION;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Category.KEYSPACE;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.ALLOW_BUSY;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_ASYNC_LOADING;
import static dev.miniredis.command.Trait.Flag.NO_MULTI;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT_ORDER;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_NODES;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.RESPONSE_AGG_SUM;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;
import static dev.miniredis.command.Trait.Tip.RESPONSE_SPECIAL;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait;
import dev.miniredis.config.ConfigException;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The server commands, except those with a file of their own, such as MEMORY. */
final class ServerCommands {
    private static final Set<String> SECRET_PARAMETERS =
            Set.of("masterauth", "masteruser", "requirepass", "tls-client-key-file-pass", "tls-key-file-pass");

    private ServerCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("COMMAND", "2.8.13", "Returns detailed information about all commands.")
                .container(CommandDescriptions::all, "5.0.0", HelpTexts.COMMAND, new Trait.Arity(-1), LOADING, STALE, CONNECTION, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("COMMAND COUNT", "2.8.13", "Returns a count of commands.")
                .other(CommandDescriptions::count, LOADING, STALE, CONNECTION)
            .row("COMMAND DOCS [command-name [command-name ...]]", "7.0.0", "Returns documentary information about one, multiple or all commands.")
                .other(CommandDescriptions::docs, LOADING, STALE, CONNECTION, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("COMMAND GETKEYS [command [arg [arg ...]]]", "2.8.13", "Extracts the key names from an arbitrary command.")
                .other(CommandDescriptions::getKeys, new Trait.Arity(-4), LOADING, STALE, CONNECTION)
            .row("COMMAND GETKEYSANDFLAGS [command [arg [arg ...]]]", "7.0.0", "Extracts the key names and access flags for an arbitrary command.")
                .other(CommandDescriptions::getKeysAndFlags, new Trait.Arity(-4), LOADING, STALE, CONNECTION)
            .row("COMMAND INFO [command-name [command-name ...]]", "2.8.13", "Returns information about one, multiple or all commands.")
                .other(CommandDescriptions::info, LOADING, STALE, CONNECTION, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("COMMAND LIST [FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]", "7.0.0", "Returns a list of command names.")
                .other(CommandDescriptions::list, ONCE, LOADING, STALE, CONNECTION, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("CONFIG", "2.0.0", "A container for server configuration commands.")
                .container(null, "5.0.0", HelpTexts.CONFIG)
            .row("CONFIG GET parameter [parameter ...]", "2.0.0", "Returns the effective values of configuration parameters.")
                .other(ServerCommands::configGet, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("CONFIG SET parameter value [parameter value ...]", "2.0.0", "Sets configuration parameters in-flight.")
                .other(ServerCommands::configSet, new Trait.Secrets(ServerCommands::isSecretParameter), ADMIN, NOSCRIPT, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_ALL_SUCCEEDED)
            .row("CONFIG RESETSTAT", "2.0.0", "Resets the server's statistics.")
                .other(ServerCommands::configResetStat, ADMIN, NOSCRIPT, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_ALL_SUCCEEDED)
            .row("CONFIG REWRITE", "2.8.0", "Persists the effective configuration to file.")
                .other(ServerCommands::configRewrite, ADMIN, NOSCRIPT, LOADING, STALE, REQUEST_ALL_NODES, RESPONSE_ALL_SUCCEEDED)
            .row("BGREWRITEAOF", "1.0.0", "Asynchronously rewrites the append-only file to disk.")
                .other(ServerCommands::bgrewriteaof, ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .row("BGSAVE [SCHEDULE]", "1.0.0", "Asynchronously saves the database(s) to disk.")
                .other(ServerCommands::bgsave, ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .row("LASTSAVE", "1.0.0", "Returns the Unix timestamp of the last successful save to disk.")
                .other(ServerCommands::lastsave, Trait.Category.ADMIN, DANGEROUS, LOADING, STALE, FAST, NONDETERMINISTIC_OUTPUT)
            .row("LOLWUT [VERSION version:integer]", "5.0.0", "Displays computer art and the Redis version.")
                .read(ServerCommands::lolwut, FAST, new Trait.NotParsed("an unknown word is ignored"))
            .row("SAVE", "1.0.0", "Synchronously saves the database(s) to disk.")
                .other(ServerCommands::save, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .row("DBSIZE", "1.0.0", "Returns the number of keys in the database.")
                .read(ServerCommands::dbsize, KEYSPACE, FAST, REQUEST_ALL_SHARDS, RESPONSE_AGG_SUM)
            .row("FLUSHALL [ASYNC | SYNC]", "1.0.0", "Removes all keys from all databases.")
                .write(ServerCommands::flushall, ONCE, KEYSPACE, DANGEROUS, REQUEST_ALL_SHARDS, RESPONSE_ALL_SUCCEEDED)
            .row("FLUSHDB [ASYNC | SYNC]", "1.0.0", "Removes all keys from the current database.")
                .write(ServerCommands::flushdb, ONCE, KEYSPACE, DANGEROUS, REQUEST_ALL_SHARDS, RESPONSE_ALL_SUCCEEDED)
            .row("INFO [section [section ...]]", "1.0.0", "Returns information and statistics about the server.")
                .other(ServerCommands::info, LOADING, STALE, DANGEROUS, NONDETERMINISTIC_OUTPUT, REQUEST_ALL_SHARDS, RESPONSE_SPECIAL)
            .row("MONITOR", "1.0.0", "Listens for all requests received by the server in real-time.")
                .other(ServerCommands::monitor, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]", "1.0.0", "Synchronously saves the database(s) to disk and shuts down the Redis server.")
                .other(ServerCommands::shutdown, ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)
            .row("SWAPDB index1:integer index2:integer", "4.0.0", "Swaps two Redis databases.")
                .write(ServerCommands::swapdb, KEYSPACE, DANGEROUS, FAST)
            .row("TIME", "2.6.0", "Returns the server time.")
                .other(ServerCommands::time, LOADING, STALE, FAST, NONDETERMINISTIC_OUTPUT);
    }
    // spotless:on

    private static void info(Call call) {
        Set<String> sections = new HashSet<>();
        for (int i = 1; i < call.args(); i++) {
            sections.add(call.text(i).toLowerCase(Locale.ROOT));
        }
        call.reply.verbatim(call.host.info().text(sections));
    }

    private static void configGet(Call call) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 2; i < call.args(); i++) {
            call.host.parameters().forEachMatch(call.text(i), found::putIfAbsent);
        }
        call.replyMap(found);
    }

    private static void configSet(Call call) {
        List<String> pairs = new ArrayList<>();
        for (int i = 2; i < call.args(); i += 2) {
            pairs.add(call.text(i));
            pairs.add(call.arg(i + 1).toString());
        }
        orError(() -> call.host.parameters().set(pairs));
        call.reply.ok();
    }

    /** Whether an argument is the value of a secret parameter, Redis's {@code SENSITIVE_CONFIG}. */
    private static boolean isSecretParameter(Request request, int index) {
        return index > 2 && index % 2 != 0 && SECRET_PARAMETERS.contains(lowerCase(request.arg(index - 1)));
    }

    private static String lowerCase(Slice word) {
        return ByteText.lowerCase(word.toString());
    }

    private static void configResetStat(Call call) {
        call.host.statistics().reset();
        call.host.commands().forEach(Command::resetStatistics);
        call.reply.ok();
    }

    private static final CommandError SAVING = new CommandError("ERR Background save already in progress");

    private static void configRewrite(Call call) {
        orError(() -> call.host.parameters().rewriteFile(call.host.security().declarations()));
        call.reply.ok();
    }

    private static void orError(Runnable change) {
        try {
            change.run();
        } catch (ConfigException e) {
            throw new CommandError(e.getMessage());
        }
    }

    private static void bgrewriteaof(Call call) {
        if (call.host.saving().isRunning()) {
            throw new CommandError("ERR Background append only file rewriting already in progress");
        }
        call.host.saving().start();
        call.reply.simple("Background append only file rewriting started");
    }

    private static void bgsave(Call call) {
        if (call.host.saving().isRunning()) {
            throw SAVING;
        }
        call.host.saving().start();
        call.reply.simple("Background saving started");
    }

    private static void lastsave(Call call) {
        call.reply.integer(call.host.saving().lastSeconds());
    }

    private static void lolwut(Call call) {
        call.reply.verbatim(Lolwut.of(call.args() > 2 && call.argIs(1, "VERSION") ? call.integer(2) : 0));
    }

    private static void save(Call call) {
        if (call.host.saving().isRunning()) {
            throw SAVING;
        }
        call.host.saving().run();
        call.reply.ok();
    }

    private static void dbsize(Call call) {
        call.reply.integer(call.keyspace().size());
    }

    private static void flushall(Call call) {
        for (int i = 0; i < call.host.databases(); i++) {
            call.host.database(i).clear();
        }
        call.reply.ok();
    }

    private static void flushdb(Call call) {
        call.keyspace().clear();
        call.reply.ok();
    }

    private static void monitor(Call call) {
        if (call.isNested()) {
            throw new CommandError("ERR MONITOR isn't allowed for DENY BLOCKING client");
        }
        call.host.clients().monitor(call.session());
        call.reply.ok();
    }

    private static void shutdown(Call call) {
        Options options = call.options;
        if (options.has(ABORT)) {
            if (options.has(NOSAVE) || options.has(SAVE) || options.has(NOW) || options.has(FORCE)) {
                throw CommandError.SYNTAX;
            }
            throw new CommandError("ERR No shutdown in progress.");
        }
        call.host.shutdown();
    }

    private static void swapdb(Call call) {
        call.refuseInCluster("SWAPDB is not allowed in cluster mode");
        int first = index(call, 1, "first");
        int second = index(call, 2, "second");
        if (!isDatabase(call, first) || !isDatabase(call, second)) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        if (first != second) {
            call.host.database(first).swap(call.host.database(second));
        }
        call.reply.ok();
    }

    private static int index(Call call, int argument, String which) {
        CommandError invalid = new CommandError("ERR invalid " + which + " DB index");
        long number = call.integer(argument, invalid);
        if (number != (int) number) {
            throw invalid;
        }
        return (int) number;
    }

    private static boolean isDatabase(Call call, int index) {
        return index >= 0 && index < call.host.databases();
    }

    private static void time(Call call) {
        long micros = call.host.time().wallMicros();
        call.reply.array(2);
        call.reply.bulk(Long.toString(micros / 1_000_000));
        call.reply.bulk(Long.toString(micros % 1_000_000));
    }
}

package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.STALE;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.config.MemorySize;
import dev.miniredis.keyspace.Access;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.rdb.RdbLength;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * DEBUG, for tests of clients and of this server, where {@code enable-debug-command} allows it. To Redis it is one
 * command that looks at its words itself; of its subcommands, here are those that tests use and that mean something
 * here.
 */
final class DebugCommands {
    private static final CommandError NOT_ALLOWED = CommandError.notEnabled("DEBUG");
    private static final CommandError NO_KEY = new CommandError("ERR no such key");
    private static final Set<String> CHANGING = Set.of("POPULATE", "RELOAD", "LOADAOF");
    private static final Set<String> RELOAD_OPTIONS = Set.of("MERGE", "NOFLUSH", "NOSAVE");
    private static final long MAX_PACKED_BYTES = (1L << 32) - (1L << 20);
    private static final Map<String, Subcommand> SUBCOMMANDS = new LinkedHashMap<>();

    /**
     * A subcommand.
     *
     * @param least how many words it has, DEBUG and its name included
     */
    private record Subcommand(String usage, int least, int most, Command.Body body, List<String> help) {}

    private DebugCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("DEBUG", "1.0.0", "A container for debugging commands.")
                .other(DebugCommands::debug, new Trait.Arity(-2), new Trait.Writes(DebugCommands::changes), ADMIN, NOSCRIPT, LOADING, STALE);
    }
    // spotless:on

    static {
        add("CHANGE-REPL-ID", 2, 2, DebugCommands::changeReplId, "Change the replication ID of the instance.");
        add("DIGEST", 2, 2, DebugCommands::digest, "Output a hex signature representing the current DB content.");
        add(
                "DIGEST-VALUE <key> [<key> ...]",
                2,
                Integer.MAX_VALUE,
                DebugCommands::digestValue,
                "Output a hex signature of the values of all the specified keys.");
        add(
                "ERROR <string>",
                3,
                3,
                DebugCommands::error,
                "Return a Redis protocol error with <string> as message. Useful for clients",
                "unit tests to simulate Redis errors.");
        add("LOG <message>", 3, 3, DebugCommands::log, "Write <message> to the server log.");
        add(
                "HTSTATS <dbid>",
                3,
                3,
                DebugCommands::htstats,
                "Return statistics of the table of the specified database.");
        add(
                "HTSTATS-KEY <key>",
                3,
                3,
                DebugCommands::htstatsKey,
                "Like HTSTATS but for the hash table stored at <key>'s value.");
        add(
                "LOADAOF",
                2,
                Integer.MAX_VALUE,
                DebugCommands::loadaof,
                "Write the log to the disk and build the data again from it.");
        add("OBJECT <key>", 3, 3, DebugCommands::object, "Show low level info about `key` and associated value.");
        add(
                "POPULATE <count> [<prefix>] [<size>]",
                3,
                5,
                DebugCommands::populate,
                "Create <count> string keys named key:<num>. If <prefix> is specified then",
                "it is used instead of the 'key' prefix.");
        add(
                "PROTOCOL <type>",
                3,
                3,
                DebugCommands::protocol,
                "Reply with a test value of the specified type. <type> can be: string,",
                "integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
                "true, false.");
        add(
                "RELOAD [option ...]",
                2,
                Integer.MAX_VALUE,
                DebugCommands::reload,
                "Make a base of the data and build them again from what is on the disk.",
                "With NOSAVE no base is made. The log on the disk is always complete:",
                "so NOFLUSH and MERGE, which keep other data, find none to keep.");
        add(
                "SET-ACTIVE-EXPIRE <0|1>",
                3,
                3,
                DebugCommands::setActiveExpire,
                "Setting it to 0 disables expiring keys in background when they are not",
                "accessed. Setting it to 1 reenables back the default.");
        add(
                "QUICKLIST-PACKED-THRESHOLD <size>",
                3,
                3,
                DebugCommands::quicklistPackedThreshold,
                "Check <size> as Redis does. There are no quicklists here that it could apply to.");
        add("SLEEP <seconds>", 3, 3, DebugCommands::sleep, "Stop the server for <seconds>. Decimals allowed.");
        add(
                "STRINGMATCH-LEN <pattern> <string>",
                4,
                4,
                DebugCommands::stringMatchLen,
                "Answer 1 if the glob-style <pattern> matches <string>, else 0.");
        add("HELP", 2, 2, DebugCommands::help, "Prints this help.");
    }

    private static void add(String usage, int least, int most, Command.Body body, String... help) {
        SUBCOMMANDS.put(usage.split(" ", 2)[0], new Subcommand(usage, least, most, body, List.of(help)));
    }

    private static void debug(Call call) {
        if (!call.host.debugging().isAllowed(call.session())) {
            throw NOT_ALLOWED;
        }
        Subcommand subcommand = SUBCOMMANDS.get(call.text(1).toUpperCase(Locale.ROOT));
        if (subcommand == null || call.args() < subcommand.least() || call.args() > subcommand.most()) {
            throw CommandError.unknownSubcommandOrArity(call.arg(1), "DEBUG");
        }
        subcommand.body().run(call);
    }

    private static void changeReplId(Call call) {
        call.host.debugging().changeReplicationId();
        call.reply.ok();
    }

    private static void digest(Call call) {
        call.reply.simple(DataDigest.ofAll(call.host, call.now()));
    }

    private static void digestValue(Call call) {
        call.reply.array(call.args() - 2);
        for (int i = 2; i < call.args(); i++) {
            call.reply.simple(DataDigest.ofValue(call.peek(i)));
        }
    }

    private static void error(Call call) {
        call.reply.error(call.text(2));
    }

    private static void log(Call call) {
        call.host.debugging().log(call.arg(2).toString());
        call.reply.ok();
    }

    private static void htstats(Call call) {
        long index = call.integer(2);
        if (index < 0 || index >= call.host.databases()) {
            throw new CommandError("ERR Out of range database");
        }
        Keyspace database = call.host.database((int) index);
        call.reply.verbatim("[Dictionary HT]\n number of elements: " + database.size()
                + "\n bytes of the table: " + database.overheadBytes()
                + "\n bytes with its elements: " + database.memoryBytes()
                + "\n[Expires HT]\n number of elements: " + database.expiring() + "\n");
    }

    private static void htstatsKey(Call call) {
        if (call.peek(2) == null) {
            throw NO_KEY;
        }
        throw new CommandError("ERR The value stored at the specified key is not represented using an hash table");
    }

    private static void loadaof(Call call) {
        call.host.debugging().reload();
        call.reply.ok();
    }

    /** As Redis's, as far as there is an equivalent here. */
    private static void object(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            throw NO_KEY;
        }
        Value value = entry.value();
        long idle = call.host.tuning().maxMemoryPolicy.value().access() == Access.Policy.LRU
                ? call.keyspace().idleSeconds(entry)
                : 0;
        call.reply.simple(String.format(
                Locale.ROOT,
                "Value at:0x%012x refcount:%d encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
                System.identityHashCode(entry.keyBytes()),
                ObjectCommands.references(call, value),
                value.encoding(),
                RdbLength.of(value),
                call.host.time().monotonicMillis() / 1000 - idle & 0xffffff,
                idle));
    }

    private static void populate(Call call) {
        CommandError invalid = new CommandError("ERR value is out of range, must be positive");
        long count = positive(call, 2, invalid);
        long size = call.args() > 4 ? positive(call, 4, invalid) : 0;
        new Population(call, count, call.args() > 3 ? call.text(3) : "key", size).run();
        call.reply.ok();
    }

    private static long positive(Call call, int index, CommandError otherwise) {
        long value = call.integer(index, otherwise);
        if (value < 0) {
            throw otherwise;
        }
        return value;
    }

    private static void protocol(Call call) {
        Reply reply = call.reply;
        switch (call.text(2).toLowerCase(Locale.ROOT)) {
            case "string" -> reply.bulk("Hello World");
            case "integer" -> reply.integer(12345);
            case "double" -> reply.real(3.141);
            case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
            case "null" -> reply.nil();
            case "array" -> {
                reply.array(3);
                zeroToTwo(reply);
            }
            case "set" -> {
                reply.set(3);
                zeroToTwo(reply);
            }
            case "map" -> {
                reply.map(3);
                for (int i = 0; i < 3; i++) {
                    reply.integer(i);
                    reply.bool(i == 1);
                }
            }
            case "attrib" -> attribute(reply);
            case "push" -> push(reply);
            case "verbatim" -> reply.verbatim("This is a verbatim\nstring");
            case "true" -> reply.bool(true);
            case "false" -> reply.bool(false);
            default ->
                throw new CommandError("ERR Wrong protocol type name. Please use one of the following:"
                        + " string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
        }
    }

    private static void zeroToTwo(Reply reply) {
        for (int i = 0; i < 3; i++) {
            reply.integer(i);
        }
    }

    private static void attribute(Reply reply) {
        if (reply.isResp3()) {
            reply.attribute(1);
            reply.bulk("key-popularity");
            reply.array(2);
            reply.bulk("key:123");
            reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
    }

    private static void push(Reply reply) {
        if (!reply.isResp3()) {
            throw new CommandError("ERR RESP2 is not supported by this command");
        }
        reply.push(2);
        reply.bulk("server-cpu-usage");
        reply.integer(42);
        reply.bulk("Some real reply following the push reply");
    }

    private static void reload(Call call) {
        boolean saves = true;
        for (int i = 2; i < call.args(); i++) {
            if (!RELOAD_OPTIONS.contains(call.text(i).toUpperCase(Locale.ROOT))) {
                throw new CommandError("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
            }
            saves &= !call.argIs(i, "NOSAVE");
        }
        if (saves) {
            call.host.saving().run();
        }
        call.host.debugging().reload();
        call.reply.ok();
    }

    /** As C's {@code atoi}: 0 for text that is not a number. */
    private static void setActiveExpire(Call call) {
        call.host.debugging().activeExpire(LeadingNumber.of(call.text(2)) >= 1);
        call.reply.ok();
    }

    private static void quicklistPackedThreshold(Call call) {
        CommandError invalid =
                new CommandError("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
        try {
            long bytes = MemorySize.parse(call.text(2));
            if (bytes < 0 || bytes > MAX_PACKED_BYTES) {
                throw invalid;
            }
        } catch (IllegalArgumentException e) {
            throw invalid;
        }
        call.reply.ok();
    }

    private static void sleep(Call call) {
        long micros = (long) (LeadingNumber.of(call.text(2)) * 1_000_000);
        if (micros > 0) {
            call.host.debugging().sleep(Math.min(micros, Long.MAX_VALUE / 1000) * 1000);
        }
        call.reply.ok();
    }

    private static void stringMatchLen(Call call) {
        Slice text = call.arg(3);
        boolean matches = Glob.of(call.arg(2)).matches(text.bytes(), text.offset(), text.length());
        call.reply.integer(matches ? 1 : 0);
    }

    private static void help(Call call) {
        List<String> lines = new ArrayList<>();
        lines.add("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        SUBCOMMANDS.values().forEach(subcommand -> {
            lines.add(subcommand.usage());
            subcommand.help().forEach(line -> lines.add("    " + line));
        });
        call.reply.array(lines.size());
        lines.forEach(call.reply::simple);
    }

    private static boolean changes(Request request) {
        return request.size() > 1 && CHANGING.contains(request.arg(1).toString().toUpperCase(Locale.ROOT));
    }
}

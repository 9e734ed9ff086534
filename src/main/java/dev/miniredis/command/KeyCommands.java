package dev.miniredis.command;

import static dev.miniredis.command.Keyword.COUNT;
import static dev.miniredis.command.Keyword.MATCH;
import static dev.miniredis.command.Keyword.TYPE;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.DELETE;
import static dev.miniredis.command.Trait.KeyFlag.RM;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT_ORDER;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.REQUEST_MULTI_SHARD;
import static dev.miniredis.command.Trait.Tip.REQUEST_SPECIAL;
import static dev.miniredis.command.Trait.Tip.RESPONSE_AGG_SUM;

import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.PackedEntry;
import dev.miniredis.resp.Glob;
import dev.miniredis.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The commands on keys of any type. */
final class KeyCommands {
    private static final long DEFAULT_SCAN_COUNT = 10;
    private static final Pattern CURSOR = Pattern.compile("([-+]?[0-9]+)?");
    private static final CommandError INVALID_CURSOR = new CommandError("ERR invalid cursor");
    private static final byte[] STRING_TYPE = "STRING".getBytes(StandardCharsets.US_ASCII);

    private KeyCommands() {}

    static void addTo(CommandTable table) {
        table.row("DEL key [key ...]", "1.0.0", "Deletes one or more keys.")
                .write(KeyCommands::del, RM, DELETE, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM)
                .row("EXISTS key [key ...]", "1.0.0", "Determines whether one or more keys exist.")
                .read(KeyCommands::exists, FAST, RO, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM)
                .row("KEYS pattern", "1.0.0", "Returns all key names that match a pattern.")
                .read(KeyCommands::keys, DANGEROUS, REQUEST_ALL_SHARDS, NONDETERMINISTIC_OUTPUT_ORDER)
                .row(
                        "SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]",
                        "2.8.0",
                        "Iterates over the key names in the database.")
                .read(KeyCommands::scan, NONDETERMINISTIC_OUTPUT, REQUEST_SPECIAL)
                .row("TTL key", "1.0.0", "Returns the expiration time in seconds of a key.")
                .read(KeyCommands::ttl, FAST, RO, ACCESS, NONDETERMINISTIC_OUTPUT)
                .row("TYPE key", "1.0.0", "Determines the type of value stored at a key.")
                .read(KeyCommands::type, FAST, RO);
    }

    private static void del(Call call) {
        int deleted = 0;
        for (int i = 1; i < call.args(); i++) {
            if (call.remove(i)) {
                call.event(EventType.GENERIC, "del", i);
                deleted++;
            }
        }
        call.reply.integer(deleted);
    }

    private static void exists(Call call) {
        int found = 0;
        for (int i = 1; i < call.args(); i++) {
            found += call.exists(i) ? 1 : 0;
        }
        call.reply.integer(found);
    }

    private static void keys(Call call) {
        Glob pattern = Glob.of(call.arg(1));
        boolean all = pattern.matchesAll();
        int mark = call.reply.mark();
        int[] matches = {0};
        call.keyspace().forEach(call.now(), entry -> {
            int offset = PackedEntry.keyOffset(entry);
            int length = PackedEntry.keyLength(entry);
            if (all || pattern.matches(entry, offset, length)) {
                call.reply.bulk(entry, offset, length);
                matches[0]++;
            }
        });
        call.reply.arrayFrom(mark, matches[0]);
    }

    private static void scan(Call call) {
        long cursor = cursor(call.text(1));
        Options options = call.options;
        long count = options.has(COUNT) ? options.integer(COUNT) : DEFAULT_SCAN_COUNT;
        if (count < 1) {
            throw CommandError.SYNTAX;
        }
        Glob pattern = options.has(MATCH) ? Glob.of(options.value(MATCH)) : null;
        boolean all = pattern == null || pattern.matchesAll();
        boolean ofType = !options.has(TYPE) || options.value(TYPE).equalsIgnoreCase(STRING_TYPE);
        int[] matches = {0};
        call.reply.array(2);
        int mark = call.reply.mark();
        long next = call.keyspace().scan(cursor, (int) Math.min(count, Integer.MAX_VALUE), call.now(), entry -> {
            int offset = PackedEntry.keyOffset(entry);
            int length = PackedEntry.keyLength(entry);
            if (ofType && (all || pattern.matches(entry, offset, length))) {
                call.reply.bulk(entry, offset, length);
                matches[0]++;
            }
        });
        call.reply.arrayFrom(mark, matches[0]);
        int tail = call.reply.mark();
        call.reply.bulk(Long.toUnsignedString(next));
        call.reply.bringForward(mark, tail);
    }

    /** Any number of 64 bits, as C's {@code strtoul} reads it: a negative one counts from the end, nothing is a zero. */
    private static long cursor(String text) {
        if (!CURSOR.matcher(text).matches()) {
            throw INVALID_CURSOR;
        }
        try {
            if (text.startsWith("-")) {
                return -Long.parseUnsignedLong(text.substring(1));
            }
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw INVALID_CURSOR;
        }
    }

    private static void ttl(Call call) {
        long deadline = call.deadline();
        if (deadline == -1) {
            call.reply.integer(-2);
        } else if (deadline == Keyspace.NEVER) {
            call.reply.integer(-1);
        } else {
            call.reply.integer((deadline - call.now() + 500) / 1000);
        }
    }

    private static void type(Call call) {
        Value value = call.look(1);
        call.reply.simple(value == null ? "none" : value.typeName());
    }
}

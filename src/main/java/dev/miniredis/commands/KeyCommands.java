package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.COUNT;
import static dev.miniredis.command.Keyword.DB;
import static dev.miniredis.command.Keyword.MATCH;
import static dev.miniredis.command.Keyword.REPLACE;
import static dev.miniredis.command.Keyword.TYPE;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.DELETE;
import static dev.miniredis.command.Trait.KeyFlag.INSERT;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RM;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT_ORDER;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.REQUEST_MULTI_SHARD;
import static dev.miniredis.command.Trait.Tip.REQUEST_SPECIAL;
import static dev.miniredis.command.Trait.Tip.RESPONSE_AGG_SUM;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait.Check;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.Value;
import java.util.regex.Pattern;

/** The commands on keys of any type. */
final class KeyCommands {
    private static final long DEFAULT_SCAN_COUNT = 10;
    private static final Pattern CURSOR = Pattern.compile("([-+]?[0-9]+)?");
    private static final CommandError INVALID_CURSOR = new CommandError("ERR invalid cursor");

    private KeyCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("COPY source destination [DB destination-db:integer] [REPLACE]", "6.2.0", "Copies the value of a key to a new key.")
                .write(KeyCommands::copy, DENYOOM, new Check("DB", Call::databaseAt), RO, ACCESS, OW, UPDATE)
            .row("DEL key [key ...]", "1.0.0", "Deletes one or more keys.")
                .write(KeyCommands::del, RM, DELETE, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM)
            .row("EXISTS key [key ...]", "1.0.0", "Determines whether one or more keys exist.")
                .read(KeyCommands::exists, FAST, RO, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM)
            .row("KEYS pattern", "1.0.0", "Returns all key names that match a pattern.")
                .read(KeyCommands::keys, DANGEROUS, REQUEST_ALL_SHARDS, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("MOVE key db:integer", "1.0.0", "Moves a key to another database.")
                .write(KeyCommands::move, FAST, RW, ACCESS, UPDATE)
            .row("RANDOMKEY", "1.0.0", "Returns a random key name from the database.")
                .read(KeyCommands::randomkey, REQUEST_ALL_SHARDS, NONDETERMINISTIC_OUTPUT)
            .row("RENAME key newkey", "1.0.0", "Renames a key and overwrites the destination.")
                .write(KeyCommands::rename, RW, ACCESS, DELETE, OW, UPDATE)
            .row("RENAMENX key newkey", "1.0.0", "Renames a key only when the target key name doesn't exist.")
                .write(KeyCommands::renamenx, FAST, RW, ACCESS, DELETE, OW, INSERT)
            .row("SCAN cursor:integer [MATCH pattern] [COUNT count:integer] [TYPE type]", "2.8.0", "Iterates over the key names in the database.")
                .read(KeyCommands::scan, new Check("cursor", KeyCommands::cursor), new Check("COUNT", KeyCommands::scanCount), NONDETERMINISTIC_OUTPUT, REQUEST_SPECIAL)
            .row("TOUCH key [key ...]", "3.2.1", "Returns the number of existing keys out of those specified after updating the time they were last accessed.")
                .read(KeyCommands::touch, FAST, RO, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM)
            .row("TYPE key", "1.0.0", "Determines the type of value stored at a key.")
                .read(KeyCommands::type, FAST, RO)
            .row("UNLINK key [key ...]", "4.0.0", "Asynchronously deletes one or more keys.")
                .write(KeyCommands::del, FAST, RM, DELETE, REQUEST_MULTI_SHARD, RESPONSE_AGG_SUM);
    }
    // spotless:on

    private static void copy(Call call) {
        int database = call.options.has(DB) ? call.databaseAt(call.options.index(DB)) : call.database();
        if (database != 0) {
            call.refuseInCluster("Copying to another database is not allowed in cluster mode");
        }
        Slice key = call.arg(2);
        if (database == call.database() && call.arg(1).contentEquals(key)) {
            throw CommandError.SAME_OBJECT;
        }
        Keyspace target = call.host.database(database);
        Entry entry = call.use(1);
        if (entry == null
                || !call.options.has(REPLACE) && target.exists(key.bytes(), key.offset(), key.length(), call.now())) {
            call.reply.integer(0);
            return;
        }
        call.keyspace().copy(entry, target, key.bytes(), key.offset(), key.length());
        call.event(EventType.GENERIC, "copy_to", 2, database);
        call.reply.integer(1);
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
            if (all || matches(pattern, entry)) {
                call.reply.bulk(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
                matches[0]++;
            }
        });
        call.reply.arrayFrom(mark, matches[0]);
    }

    private static boolean matches(Glob pattern, Entry entry) {
        return pattern.matches(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
    }

    /** @param type null for any */
    private static boolean isOfType(Entry entry, Slice type) {
        return type == null || type.toString().equalsIgnoreCase(entry.value().typeName());
    }

    private static void move(Call call) {
        call.refuseInCluster("MOVE is not allowed in cluster mode");
        int database = call.databaseAt(2);
        if (database == call.database()) {
            throw CommandError.SAME_OBJECT;
        }
        Keyspace target = call.host.database(database);
        Slice key = call.arg(1);
        Entry entry = call.use(1);
        if (entry == null || target.exists(key.bytes(), key.offset(), key.length(), call.now())) {
            call.reply.integer(0);
            return;
        }
        call.keyspace().move(entry, target, key.bytes(), key.offset(), key.length());
        call.event(EventType.GENERIC, "move_from", 1);
        call.event(EventType.GENERIC, "move_to", 1, database);
        call.reply.integer(1);
    }

    private static void randomkey(Call call) {
        Entry entry = call.keyspace().random(call.host.random(), call.now(), new Entry());
        if (entry == null) {
            call.reply.nil();
        } else {
            call.reply.bulk(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
        }
    }

    private static void rename(Call call) {
        rename(call, true);
        call.reply.ok();
    }

    private static void renamenx(Call call) {
        call.reply.integer(rename(call, false) ? 1 : 0);
    }

    /** @return whether it was done: not over another key without {@code replace}, not to the name that it has */
    private static boolean rename(Call call, boolean replace) {
        Slice key = call.arg(2);
        Entry entry = call.use(1);
        if (entry == null) {
            throw CommandError.NO_SUCH_KEY;
        }
        if (call.arg(1).contentEquals(key)
                || !replace && call.keyspace().exists(key.bytes(), key.offset(), key.length(), call.now())) {
            return false;
        }
        call.keyspace().move(entry, call.keyspace(), key.bytes(), key.offset(), key.length());
        call.event(EventType.GENERIC, "rename_from", 1);
        call.event(EventType.GENERIC, "rename_to", 2);
        return true;
    }

    private static void scan(Call call) {
        Options options = call.options;
        long cursor = cursor(call, 1);
        long count = options.has(COUNT) ? options.integer(COUNT) : DEFAULT_SCAN_COUNT;
        Glob pattern = options.has(MATCH) ? Glob.of(options.value(MATCH)) : null;
        answerScan(call, cursor, count, pattern, options.has(TYPE) ? options.value(TYPE) : null);
    }

    private static void answerScan(Call call, long cursor, long count, Glob pattern, Slice type) {
        boolean all = pattern == null || pattern.matchesAll();
        int[] matches = {0};
        call.reply.array(2);
        int mark = call.reply.mark();
        long next = call.keyspace().scan(cursor, (int) Math.min(count, Integer.MAX_VALUE), call.now(), entry -> {
            if ((all || matches(pattern, entry)) && isOfType(entry, type)) {
                call.reply.bulk(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
                matches[0]++;
            }
        });
        call.reply.arrayFrom(mark, matches[0]);
        int tail = call.reply.mark();
        call.reply.bulk(Long.toUnsignedString(next));
        call.reply.bringForward(mark, tail);
    }

    /**
     * Any number of 64 bits, as C's {@code strtoul} reads it: a negative one counts from the end, nothing is a zero.
     */
    private static long cursor(Call call, int index) {
        String text = call.text(index);
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

    private static void scanCount(Call call, int index) {
        if (call.integer(index) < 1) {
            throw CommandError.SYNTAX;
        }
    }

    private static void touch(Call call) {
        int touched = 0;
        for (int i = 1; i < call.args(); i++) {
            touched += call.use(i) == null ? 0 : 1;
        }
        call.reply.integer(touched);
    }

    private static void type(Call call) {
        Value value = call.look(1);
        call.reply.simple(value == null ? "none" : value.typeName());
    }
}

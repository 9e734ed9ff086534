package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.ABSTTL;
import static dev.miniredis.command.Keyword.FREQ;
import static dev.miniredis.command.Keyword.IDLETIME;
import static dev.miniredis.command.Keyword.REPLACE;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Category.KEYSPACE;
import static dev.miniredis.command.Trait.Flag.ASKING;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.rdb.DumpPayload;

/** {@code DUMP} and {@code RESTORE}: values as they go from server to server; after Redis's {@code cluster.c}. */
final class DumpCommands {
    private static final CommandError BUSY_KEY = new CommandError("BUSYKEY Target key name already exists.");
    private static final CommandError INVALID_TTL = new CommandError("ERR Invalid TTL value, must be >= 0");
    private static final CommandError INVALID_IDLE_TIME = new CommandError("ERR Invalid IDLETIME value, must be >= 0");
    private static final CommandError INVALID_FREQUENCY =
            new CommandError("ERR Invalid FREQ value, must be >= 0 and <= 255");
    private static final CommandError NOT_WHOLE = new CommandError("ERR DUMP payload version or checksum are wrong");
    private static final CommandError BAD_FORMAT = new CommandError("ERR Bad data format");
    private static final long MAX_FREQUENCY = 255;
    private static final Trait IDLE_TIME = new Trait.Check("IDLETIME", DumpCommands::idleTime);
    private static final Trait FREQUENCY = new Trait.Check("FREQ", DumpCommands::frequency);

    private DumpCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("DUMP key", "2.6.0", "Returns a serialized representation of the value stored at a key.")
                .read(DumpCommands::dump, RO, ACCESS, NONDETERMINISTIC_OUTPUT)
            .row("RESTORE key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]", "2.6.0", "Creates a key from the serialized representation of a value.")
                .write(DumpCommands::restore, DENYOOM, DANGEROUS, OW, UPDATE, IDLE_TIME, FREQUENCY);
    }
    // spotless:on

    // spotless:off
    /** A row of the server's group, since only other servers are to send it. */
    static void addInternalTo(CommandTable table) {
        table
            .row("RESTORE-ASKING key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]", "3.0.0", "An internal command for migrating keys in a cluster.")
                .write(DumpCommands::restore, DENYOOM, ASKING, KEYSPACE, DANGEROUS, OW, UPDATE, IDLE_TIME, FREQUENCY);
    }
    // spotless:on

    private static void dump(Call call) {
        Entry entry = call.use(1);
        if (entry == null) {
            call.reply.nil();
            return;
        }
        byte[] payload = DumpPayload.of(entry.value());
        call.reply.bulk(payload, 0, payload.length);
    }

    private static void restore(Call call) {
        Options options = call.options;
        long idleSeconds = options.has(IDLETIME) ? options.integer(IDLETIME) : -1;
        long frequency = options.has(FREQ) ? options.integer(FREQ) : -1;
        if (!options.has(REPLACE) && call.exists(1)) {
            throw BUSY_KEY;
        }
        long ttl = within(call.integer(2), Long.MAX_VALUE, INVALID_TTL);
        byte[] value = value(call.arg(3).copy());
        long deadline = Keyspace.NEVER;
        if (ttl > 0) { // an overflow makes it negative, as in Redis: such a deadline has passed
            deadline = options.has(ABSTTL) ? call.deadlineAt(ttl, 2, 1) : ttl + call.now();
        }
        if (Keyspace.isOver(deadline, call.now())) {
            if (call.remove(1)) {
                call.event(EventType.GENERIC, "del");
            }
        } else {
            call.put(1, value, 0, value.length, deadline);
            call.keyspace().used(call.peek(1), idleSeconds, (int) frequency);
            call.event(EventType.GENERIC, "restore");
        }
        call.reply.ok();
    }

    /** IDLETIME and FREQ exclude each other. */
    private static void idleTime(Call call, int index) {
        if (call.options.has(FREQ)) {
            throw CommandError.SYNTAX;
        }
        within(call.integer(index), Long.MAX_VALUE, INVALID_IDLE_TIME);
    }

    private static void frequency(Call call, int index) {
        if (call.options.has(IDLETIME)) {
            throw CommandError.SYNTAX;
        }
        within(call.integer(index), MAX_FREQUENCY, INVALID_FREQUENCY);
    }

    private static long within(long value, long max, CommandError otherwise) {
        if (value < 0 || value > max) {
            throw otherwise;
        }
        return value;
    }

    private static byte[] value(byte[] payload) {
        if (!DumpPayload.isWhole(payload)) {
            throw NOT_WHOLE;
        }
        byte[] value = DumpPayload.string(payload);
        if (value == null) {
            throw BAD_FORMAT;
        }
        return value;
    }
}

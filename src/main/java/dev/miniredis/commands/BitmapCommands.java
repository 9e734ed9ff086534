package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.BIT;
import static dev.miniredis.command.Trait.Arguments.READ_BY_BODY;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.value.Bitmap;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;

/**
 * The commands on strings as arrays of bits; after Redis's {@code bitops.c}. {@code BITFIELD} is {@link
 * BitFieldCommands}'.
 */
final class BitmapCommands {
    private static final CommandError NOT_A_BIT = new CommandError("ERR bit is not an integer or out of range");
    private static final CommandError NOT_0_OR_1 = new CommandError("ERR The bit argument must be 1 or 0.");
    private static final CommandError NOT_OF_ONE =
            new CommandError("ERR BITOP NOT must be called with a single source key.");
    private static final int BITS = Byte.SIZE;
    /** BITPOS checks the unit before the end. */
    private static final Trait END_BY_BODY = Trait.Check.byBody("end");

    private BitmapCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("BITCOUNT key [start:integer end:integer [BYTE | BIT]]", "2.6.0", "Counts the number of set bits (population counting) in a string.")
                .read(BitmapCommands::bitCount, RO, ACCESS, READ_BY_BODY)
            .row("BITOP operation destkey key [key ...]", "2.6.0", "Performs bitwise operations on multiple strings, and stores the result.")
                .write(BitmapCommands::bitOp, DENYOOM, OW, UPDATE, RO, ACCESS)
            .row("BITPOS key bit:integer [start:integer [end:integer [BYTE | BIT]]]", "2.8.7", "Finds the first set (1) or clear (0) bit in a string.")
                .read(BitmapCommands::bitPos, RO, ACCESS, READ_BY_BODY, END_BY_BODY)
            .row("GETBIT key offset:integer", "2.2.0", "Returns a bit value by offset.")
                .read(BitmapCommands::getBit, FAST, RO, ACCESS)
            .row("SETBIT key offset:integer value:integer", "2.2.0", "Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.")
                .write(BitmapCommands::setBit, DENYOOM, RW, ACCESS, UPDATE);
    }
    // spotless:on

    private static void bitCount(Call call) {
        StringValue value = call.find(StringValue.class);
        if (value == null) {
            call.reply.integer(0);
            return;
        }
        if (call.args() > 5) { // Redis counts the words first
            throw CommandError.SYNTAX;
        }
        call.options.read();
        long start = call.options.integer("start", 0);
        long end = call.options.integer("end", -1);
        boolean inBits = call.options.has(BIT);
        if (start < 0 && end < 0 && start > end) {
            call.reply.integer(0);
            return;
        }
        long size = (long) value.length() * (inBits ? BITS : 1);
        long from = Math.max(start < 0 ? start + size : start, 0);
        long to = Math.min(Math.max(end < 0 ? end + size : end, 0), size - 1);
        int unit = inBits ? 1 : BITS;
        call.reply.integer(
                from > to ? 0 : Bitmap.count(value.bytes(), value.offset(), from * unit, to * unit + unit - 1));
    }

    private static void bitOp(Call call) {
        Bitmap.Operation operation = operation(call);
        if (operation == Bitmap.Operation.NOT && call.args() != 4) {
            throw NOT_OF_ONE;
        }
        byte[][] sources = new byte[call.args() - 3][];
        for (int i = 0; i < sources.length; i++) {
            if (!(call.find(i + 3) instanceof StringValue value)) {
                sources[i] = call.look(i + 3) == null ? new byte[0] : wrongType();
            } else {
                sources[i] = grown(value, 0);
            }
        }
        byte[] result = Bitmap.combine(operation, sources);
        if (result.length > 0) {
            call.put(2, result, 0, result.length, Keyspace.NEVER, Form.RAW);
            call.event(EventType.STRING, "set", 2);
        } else if (call.remove(2)) {
            call.event(EventType.GENERIC, "del", 2);
        }
        call.reply.integer(result.length);
    }

    private static byte[] wrongType() {
        throw CommandError.WRONG_TYPE;
    }

    private static Bitmap.Operation operation(Call call) {
        for (Bitmap.Operation operation : Bitmap.Operation.values()) {
            if (call.argIs(1, operation.name())) {
                return operation;
            }
        }
        throw CommandError.SYNTAX;
    }

    private static void bitPos(Call call) {
        long bit = call.integer(2);
        if (bit != 0 && bit != 1) {
            throw NOT_0_OR_1;
        }
        StringValue value = call.find(StringValue.class);
        if (value == null) {
            call.reply.integer(bit == 1 ? -1 : 0);
            return;
        }
        if (call.args() > 6) { // Redis counts the words first
            throw CommandError.SYNTAX;
        }
        call.options.read();
        long start = call.options.integer("start", 0);
        long end = call.options.integer("end", -1);
        boolean inBits = call.options.has(BIT);
        long size = (long) value.length() * (inBits ? BITS : 1);
        long from = Math.max(start < 0 ? start + size : start, 0);
        long to = Math.min(Math.max(end < 0 ? end + size : end, 0), size - 1);
        if (from > to) {
            call.reply.integer(-1);
            return;
        }
        int unit = inBits ? 1 : BITS;
        long found = Bitmap.first(value.bytes(), value.offset(), from * unit, to * unit + unit - 1, (int) bit);
        // without an end, zeros follow the string
        call.reply.integer(found == -1 && bit == 0 && !call.options.has("end") ? (long) value.length() * BITS : found);
    }

    private static void getBit(Call call) {
        long offset = BitFieldCommands.bitOffset(call, call.arg(2), 0);
        StringValue value = call.find(StringValue.class);
        call.reply.integer(bit(value, offset));
    }

    private static int bit(StringValue value, long offset) {
        long index = offset / BITS;
        return value == null || index >= value.length()
                ? 0
                : value.bytes()[value.offset() + (int) index] >> BITS - 1 - (int) (offset % BITS) & 1;
    }

    private static void setBit(Call call) {
        long offset = BitFieldCommands.bitOffset(call, call.arg(2), 0);
        long bit = call.integer(3, NOT_A_BIT);
        if (bit != 0 && bit != 1) {
            throw NOT_A_BIT;
        }
        StringValue old = call.find(StringValue.class);
        int before = bit(old, offset);
        boolean grows = old == null || offset / BITS >= old.length();
        if (grows || before != bit) {
            byte[] value = grown(old, offset / BITS + 1);
            int shift = BITS - 1 - (int) (offset % BITS);
            int index = (int) (offset / BITS);
            value[index] = (byte) (value[index] & ~(1 << shift) | (int) bit << shift);
            call.put(1, value, 0, value.length, Call.KEEP, Form.RAW);
            call.event(EventType.STRING, "setbit");
        } else {
            call.stayedAsItWas();
        }
        call.reply.integer(before);
    }

    /** A copy of a string, with zeros after it where it is shorter than it has to be. */
    static byte[] grown(StringValue value, long length) {
        int old = value == null ? 0 : value.length();
        byte[] copy = new byte[(int) Math.max(old, length)];
        if (value != null) {
            System.arraycopy(value.bytes(), value.offset(), copy, 0, old);
        }
        return copy;
    }
}

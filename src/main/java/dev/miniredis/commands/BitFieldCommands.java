package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.KeyFlag.VARIABLE_FLAGS;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.KeyWalk;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.BitField;
import dev.miniredis.value.BitField.Overflow;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@code BITFIELD}: integers of any size at any place of a string; after Redis's {@code bitops.c}. */
final class BitFieldCommands {
    private static final Set<Trait.KeyFlag> READS = Collections.unmodifiableSet(EnumSet.of(RO, ACCESS));
    private static final Set<Trait.KeyFlag> WRITES = Collections.unmodifiableSet(EnumSet.of(RW, ACCESS, UPDATE));
    private static final byte[] GET = {'G', 'E', 'T'};
    private static final byte[] OVERFLOW = {'O', 'V', 'E', 'R', 'F', 'L', 'O', 'W'};
    private static final CommandError BITFIELD_TYPE = new CommandError(
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
    private static final CommandError OVERFLOW_TYPE = new CommandError("ERR Invalid OVERFLOW type specified");
    private static final CommandError ONLY_GET = new CommandError("ERR BITFIELD_RO only supports the GET subcommand");

    private static final Trait OPERATIONS =
            new Trait.ByItself("a list of operations, in their order, of which OVERFLOW is about those that follow");

    private BitFieldCommands() {}

    /** One of the operations of a request. */
    private record Operation(Verb verb, BitField field, long value, Overflow overflow) {
        enum Verb {
            GET,
            SET,
            INCRBY
        }
    }

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("BITFIELD key [GET encoding offset:integer | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset:integer value:integer | INCRBY encoding offset:integer increment:integer> [GET encoding offset:integer | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset:integer value:integer | INCRBY encoding offset:integer increment:integer> ...]]", "3.2.0", "Performs arbitrary bitfield integer operations on strings.")
                .write(call -> bitField(call, false), DENYOOM, RW, ACCESS, UPDATE, VARIABLE_FLAGS, OPERATIONS, new Trait.Walk(BitFieldCommands::key), new Trait.Notes("This command allows both access and modification of the key"))
            .row("BITFIELD_RO key [GET encoding offset:integer [GET encoding offset:integer ...]]", "6.0.0", "Performs arbitrary read-only bitfield integer operations on strings.")
                .read(call -> bitField(call, true), FAST, RO, ACCESS, OPERATIONS);
    }
    // spotless:on

    private static void bitField(Call call, boolean readOnly) {
        List<Operation> operations = operations(call);
        boolean writes = operations.stream().anyMatch(operation -> operation.verb() != Operation.Verb.GET);
        if (readOnly && writes) {
            throw ONLY_GET;
        }
        StringValue old = call.find(StringValue.class);
        byte[] bits = BitmapCommands.grown(old, writes ? bytesNeeded(operations) : 0);
        boolean grows = writes && (old == null || bits.length > old.length());
        int changes = 0;
        call.reply.array(operations.size());
        for (Operation operation : operations) {
            Long before = operation.field().get(bits);
            Long after = switch (operation.verb()) {
                case GET -> before;
                case SET -> operation.field().fit(operation.value(), operation.overflow());
                case INCRBY -> operation.field().add(before, operation.value(), operation.overflow());
            };
            if (operation.verb() != Operation.Verb.GET && after != null) {
                operation.field().set(bits, after);
                changes += grows || !after.equals(before) ? 1 : 0;
            }
            if (after == null) {
                call.reply.nil();
            } else {
                call.reply.integer(operation.verb() == Operation.Verb.SET ? before : after);
            }
        }
        if (grows || changes > 0) {
            call.put(1, bits, 0, bits.length, Call.KEEP, Form.RAW);
        } else if (writes) {
            call.stayedAsItWas();
        }
        if (changes > 0) {
            call.event(EventType.STRING, "setbit");
        }
    }

    private static long bytesNeeded(List<Operation> operations) {
        long bytes = 0;
        for (Operation operation : operations) {
            if (operation.verb() != Operation.Verb.GET) {
                bytes = Math.max(
                        bytes, (operation.field().offset() + operation.field().bits() - 1 >> 3) + 1);
            }
        }
        return bytes;
    }

    private static List<Operation> operations(Call call) {
        List<Operation> operations = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        int at = 2;
        while (at < call.args()) {
            int left = call.args() - at - 1;
            if (call.argIs(at, "OVERFLOW") && left >= 1) {
                overflow = overflow(call, at + 1);
                at += 2;
                continue;
            }
            Operation.Verb verb;
            if (call.argIs(at, "GET") && left >= 2) {
                verb = Operation.Verb.GET;
            } else if (call.argIs(at, "SET") && left >= 3) {
                verb = Operation.Verb.SET;
            } else if (call.argIs(at, "INCRBY") && left >= 3) {
                verb = Operation.Verb.INCRBY;
            } else {
                throw CommandError.SYNTAX;
            }
            BitField type = BitField.ofType(call.text(at + 1));
            if (type == null) {
                throw BITFIELD_TYPE;
            }
            BitField field = type.at(bitOffset(call, call.arg(at + 2), type.bits()));
            long value = verb == Operation.Verb.GET ? 0 : call.integer(at + 3);
            operations.add(new Operation(verb, field, value, overflow));
            at += verb == Operation.Verb.GET ? 3 : 4;
        }
        return operations;
    }

    private static Overflow overflow(Call call, int index) {
        for (Overflow overflow : Overflow.values()) {
            if (call.argIs(index, overflow.name())) {
                return overflow;
            }
        }
        throw OVERFLOW_TYPE;
    }

    /** As Redis's {@code bitfieldGetKeys}: with nothing but GET it only reads. */
    private static boolean key(Request request, KeyWalk.Visitor visitor) {
        boolean writes = false;
        for (int i = 2; i < request.size() && !writes; i++) {
            Slice word = request.arg(i);
            int following = request.size() - i - 1;
            if (word.equalsIgnoreCase(GET) && following >= 2) {
                i += 2;
            } else if (word.equalsIgnoreCase(OVERFLOW) && following >= 1) {
                i++;
            } else {
                writes = true; // SET, INCRBY, or a mistake
            }
        }
        visitor.visit(1, writes ? WRITES : READS);
        return true;
    }

    /**
     * Where a bit is.
     *
     * @param fieldBits with {@code #} before it, an offset counts fields of this many bits; 0 if it is not allowed
     * @throws CommandError it is none, or too far away
     */
    static long bitOffset(Call call, Slice text, int fieldBits) {
        boolean counts = fieldBits > 0 && text.length() > 0 && text.byteAt(0) == '#';
        Slice number = counts ? new Slice().wrap(text.bytes(), text.offset() + 1, text.length() - 1) : text;
        if (!number.isLong()) {
            throw CommandError.BIT_OFFSET;
        }
        long offset = number.toLong();
        if (counts) {
            if (offset > Long.MAX_VALUE / fieldBits) {
                throw CommandError.BIT_OFFSET;
            }
            offset *= fieldBits;
        }
        if (offset < 0 || offset >> 3 >= call.maxStringBytes()) {
            throw CommandError.BIT_OFFSET;
        }
        return offset;
    }
}

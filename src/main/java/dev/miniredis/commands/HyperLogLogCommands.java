package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.INSERT;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.HyperLogLog;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import java.nio.charset.StandardCharsets;

/**
 * The commands that estimate how many different elements there were; after Redis's {@code hyperloglog.c}.
 *
 * <p>One thing is not as there: Redis's {@code PFCOUNT} keeps the cardinality in the header of the string, for the next
 * one. Here it only reads, so that it needs no entry of the log and changes nothing; the header keeps saying that the
 * cardinality is to be estimated.
 */
final class HyperLogLogCommands {
    private static final CommandError NOT_ONE =
            new CommandError("WRONGTYPE Key is not a valid HyperLogLog string value.");
    private static final CommandError CORRUPT = new CommandError("INVALIDOBJ Corrupted HLL object detected");
    private static final CommandError NO_KEY = new CommandError("ERR The specified key does not exist");
    private static final CommandError NOT_SPARSE = new CommandError("ERR HLL encoding is not sparse");
    private static final int TESTED_ROUNDS = 100;
    private static final int TESTED_ELEMENTS = 100_000;
    private static final double TESTED_ERROR = 0.0081 * 5; // five times the standard error

    private HyperLogLogCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("PFADD key [element [element ...]]", "2.8.9", "Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.")
                .write(checked(HyperLogLogCommands::pfAdd), DENYOOM, FAST, RW, INSERT)
            .row("PFCOUNT key [key ...]", "2.8.9", "Returns the approximated cardinality of the set(s) observed by the HyperLogLog key(s).")
                .read(checked(HyperLogLogCommands::pfCount), RW, ACCESS, new Trait.Notes("RW because it may change the internal representation of the key, and propagate to replicas"))
            .row("PFDEBUG subcommand key", "2.8.9", "Internal commands for debugging HyperLogLog values.")
                .write(checked(HyperLogLogCommands::pfDebug), DENYOOM, ADMIN, RW, ACCESS)
            .row("PFMERGE destkey [sourcekey [sourcekey ...]]", "2.8.9", "Merges one or more HyperLogLog values into a single key.")
                .write(checked(HyperLogLogCommands::pfMerge), DENYOOM, RW, ACCESS, INSERT, RO, ACCESS)
            .row("PFSELFTEST", "2.8.9", "An internal command for testing HyperLogLog values.")
                .other(HyperLogLogCommands::pfSelfTest, ADMIN);
    }
    // spotless:on

    /** The action of a command, for Redis's error about a corrupt string. */
    private static Command.Body checked(Command.Body body) {
        return call -> {
            try {
                body.run(call);
            } catch (HyperLogLog.CorruptException e) {
                throw CORRUPT;
            }
        };
    }

    /** A copy of the value; null if there is no key. */
    private static HyperLogLog find(Call call, int index) {
        if (call.find(index) instanceof StringValue string) {
            HyperLogLog found = HyperLogLog.copyOf(string);
            if (found == null) {
                throw NOT_ONE;
            }
            return found;
        }
        if (call.look(index) != null) {
            throw CommandError.WRONG_TYPE;
        }
        return null;
    }

    private static void put(Call call, int index, HyperLogLog changed) {
        call.put(index, changed.bytes(), 0, changed.length(), Call.KEEP, Form.RAW);
    }

    private static long sparseMaxBytes(Call call) {
        return call.host.tuning().hllSparseMaxBytes.value();
    }

    private static void pfAdd(Call call) {
        HyperLogLog found = find(call, 1);
        HyperLogLog changed = found == null ? HyperLogLog.empty() : found;
        boolean isChanged = found == null;
        for (int i = 2; i < call.args(); i++) {
            Slice element = call.arg(i);
            isChanged |= changed.add(element.bytes(), element.offset(), element.length(), sparseMaxBytes(call));
        }
        if (isChanged) {
            changed.forgetCardinality();
            put(call, 1, changed);
            call.event(EventType.STRING, "pfadd");
        } else {
            call.stayedAsItWas();
        }
        call.reply.integer(isChanged ? 1 : 0);
    }

    private static void pfCount(Call call) {
        if (call.args() == 2) {
            HyperLogLog found = find(call, 1);
            call.reply.integer(found == null ? 0 : found.cardinality());
            return;
        }
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        for (int i = 1; i < call.args(); i++) {
            HyperLogLog found = find(call, i);
            if (found != null) {
                found.raiseTo(registers);
            }
        }
        call.reply.integer(HyperLogLog.cardinality(registers));
    }

    private static void pfDebug(Call call) {
        HyperLogLog found = find(call, 2);
        if (found == null) {
            throw NO_KEY;
        }
        if (call.argIs(1, "GETREG")) {
            if (found.toDense()) {
                put(call, 2, found);
            }
            call.reply.array(HyperLogLog.REGISTERS);
            for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
                call.reply.integer(found.register(i));
            }
        } else if (call.argIs(1, "DECODE")) {
            if (!found.isSparse()) {
                throw NOT_SPARSE;
            }
            call.reply.bulk(found.runs());
        } else if (call.argIs(1, "ENCODING")) {
            call.reply.simple(found.isSparse() ? "sparse" : "dense");
        } else if (call.argIs(1, "TODENSE")) {
            boolean wasSparse = found.toDense();
            if (wasSparse) {
                put(call, 2, found);
            }
            call.reply.integer(wasSparse ? 1 : 0);
        } else {
            throw new CommandError("ERR Unknown PFDEBUG subcommand '" + call.text(1) + "'");
        }
    }

    private static void pfMerge(Call call) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        HyperLogLog target = null;
        boolean isDense = false;
        for (int i = 1; i < call.args(); i++) {
            HyperLogLog found = find(call, i);
            if (found != null) {
                isDense |= !found.isSparse();
                found.raiseTo(registers);
            }
            if (i == 1) {
                target = found == null ? HyperLogLog.empty() : found;
            }
        }
        if (isDense) {
            target.toDense();
        }
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] > 0) {
                target.raise(i, registers[i], sparseMaxBytes(call));
            }
        }
        target.forgetCardinality();
        put(call, 1, target);
        call.event(EventType.STRING, "pfadd");
        call.reply.ok();
    }

    /** Sets registers and reads them back, and estimates how many elements there were, which is known here. */
    private static void pfSelfTest(Call call) {
        HyperLogLog dense = HyperLogLog.empty();
        dense.toDense();
        for (int round = 0; round < TESTED_ROUNDS; round++) {
            int register = round * (HyperLogLog.REGISTERS / TESTED_ROUNDS);
            int value = round % Long.SIZE;
            dense.raise(register, value, 0);
            if (dense.register(register) != value) {
                throw new CommandError("TESTFAILED Register " + register + " should be " + value + " but is "
                        + dense.register(register));
            }
        }
        HyperLogLog counter = HyperLogLog.empty();
        for (int i = 1; i <= TESTED_ELEMENTS; i++) {
            byte[] element = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            counter.add(element, 0, element.length, sparseMaxBytes(call));
            boolean isPowerOf10 = i == 10 || i == 100 || i == 1000 || i == 10_000 || i == TESTED_ELEMENTS;
            if (isPowerOf10 && Math.abs(counter.cardinality() - i) > Math.ceil(i * TESTED_ERROR)) {
                throw new CommandError("TESTFAILED Too big error. card:" + i + " estimated:" + counter.cardinality());
            }
        }
        call.reply.ok();
    }
}

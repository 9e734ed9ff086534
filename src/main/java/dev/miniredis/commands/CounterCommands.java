package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.Decimal;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.LongDouble;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import java.nio.charset.StandardCharsets;

/** The string commands that increment or decrement numbers. */
final class CounterCommands {
    private static final CommandError OVERFLOW = new CommandError("ERR increment or decrement would overflow");
    private static final CommandError DECREMENT_OVERFLOW = new CommandError("ERR decrement would overflow");
    private static final CommandError INFINITE = new CommandError("ERR increment would produce NaN or Infinity");

    private CounterCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("DECR key", "1.0.0", "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.")
                .write(call -> add(call, -1), DENYOOM, FAST, RW, ACCESS, UPDATE)
            .row("DECRBY key decrement:integer", "1.0.0", "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.")
                .write(CounterCommands::decrBy, DENYOOM, FAST, RW, ACCESS, UPDATE)
            .row("INCR key", "1.0.0", "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.")
                .write(call -> add(call, 1), DENYOOM, FAST, RW, ACCESS, UPDATE)
            .row("INCRBY key increment:integer", "1.0.0", "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.")
                .write(call -> add(call, call.integer(2)), DENYOOM, FAST, RW, ACCESS, UPDATE)
            .row("INCRBYFLOAT key increment:double", "2.6.0", "Increment the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.")
                .write(CounterCommands::incrByFloat, DENYOOM, FAST, RW, ACCESS, UPDATE);
    }
    // spotless:on

    private static void add(Call call, long increment) {
        StringValue old = call.find(StringValue.class);
        long before = old == null ? 0 : integer(call, old);
        long after = before + increment;
        if (((before ^ after) & (increment ^ after)) < 0) {
            throw OVERFLOW;
        }
        byte[] digits = call.digits;
        call.put(1, digits, 0, Decimal.put(digits, 0, after), old == null ? Keyspace.NEVER : Call.KEEP);
        call.event(EventType.STRING, "incrby");
        call.reply.integer(after);
    }

    private static long integer(Call call, StringValue value) {
        Slice text = call.slice.wrap(value.bytes(), value.offset(), value.length());
        if (!text.isLong()) {
            throw CommandError.NOT_AN_INTEGER;
        }
        return text.toLong();
    }

    private static void decrBy(Call call) {
        long decrement = call.integer(2);
        if (decrement == Long.MIN_VALUE) {
            throw DECREMENT_OVERFLOW;
        }
        add(call, -decrement);
    }

    /** Replies the same digits as Redis, which uses the {@code long double} of x86. */
    private static void incrByFloat(Call call) {
        StringValue old = call.find(StringValue.class);
        LongDouble before =
                old == null ? LongDouble.ZERO : number(call.slice.wrap(old.bytes(), old.offset(), old.length()));
        LongDouble increment = number(call.arg(2));
        LongDouble sum = before.plus(increment);
        if (!sum.isFinite()) {
            throw INFINITE;
        }
        byte[] digits = sum.toString().getBytes(StandardCharsets.US_ASCII);
        call.put(1, digits, 0, digits.length, Call.KEEP, Form.TEXT);
        call.event(EventType.STRING, "incrbyfloat");
        call.reply.bulk(digits, 0, digits.length);
    }

    /** Parses all bytes of a string as a number; a NUL byte is an error. */
    private static LongDouble number(Slice text) {
        LongDouble number =
                LongDouble.parse(new String(text.bytes(), text.offset(), text.length(), StandardCharsets.ISO_8859_1));
        if (number == null) {
            throw CommandError.NOT_A_FLOAT;
        }
        return number;
    }
}

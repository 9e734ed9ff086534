package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.GT;
import static dev.miniredis.command.Keyword.LT;
import static dev.miniredis.command.Keyword.NX;
import static dev.miniredis.command.Keyword.XX;
import static dev.miniredis.command.Trait.Arguments.TAKES_ALTERNATIVES;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
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

/** The generic commands on expiration times; after Redis's {@code expire.c}. */
final class ExpireCommands {
    private static final int SECOND = 1000;
    private static final CommandError NX_AND_OTHERS =
            new CommandError("ERR NX and XX, GT or LT options at the same time are not compatible");
    private static final Trait UNSUPPORTED =
            new Trait.OptionError((call, index) -> new CommandError("ERR Unsupported option " + call.text(index)));
    private static final CommandError GT_AND_LT =
            new CommandError("ERR GT and LT options at the same time are not compatible");

    private ExpireCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("EXPIRE key seconds:integer [NX | XX | GT | LT]", "1.0.0", "Sets the expiration time of a key in seconds.")
                .write(call -> expire(call, SECOND, false), FAST, RW, UPDATE, TAKES_ALTERNATIVES, UNSUPPORTED)
            .row("EXPIREAT key unix-time-seconds [NX | XX | GT | LT]", "1.2.0", "Sets the expiration time of a key to a Unix timestamp.")
                .write(call -> expire(call, SECOND, true), FAST, RW, UPDATE, TAKES_ALTERNATIVES, UNSUPPORTED)
            .row("EXPIRETIME key", "7.0.0", "Returns the expiration time of a key as a Unix timestamp.")
                .read(call -> replyTime(call, SECOND, call.wallClockLag()), FAST, RO, ACCESS)
            .row("PERSIST key", "2.2.0", "Removes the expiration time of a key.")
                .write(ExpireCommands::persist, FAST, RW, UPDATE)
            .row("PEXPIRE key milliseconds:integer [NX | XX | GT | LT]", "2.6.0", "Sets the expiration time of a key in milliseconds.")
                .write(call -> expire(call, 1, false), FAST, RW, UPDATE, TAKES_ALTERNATIVES, UNSUPPORTED)
            .row("PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT]", "2.6.0", "Sets the expiration time of a key to a Unix milliseconds timestamp.")
                .write(call -> expire(call, 1, true), FAST, RW, UPDATE, TAKES_ALTERNATIVES, UNSUPPORTED)
            .row("PEXPIRETIME key", "7.0.0", "Returns the expiration time of a key as a Unix milliseconds timestamp.")
                .read(call -> replyTime(call, 1, call.wallClockLag()), FAST, RO, ACCESS)
            .row("PTTL key", "2.6.0", "Returns the expiration time in milliseconds of a key.")
                .read(call -> replyTime(call, 1, call.now()), FAST, RO, ACCESS, NONDETERMINISTIC_OUTPUT)
            .row("TTL key", "1.0.0", "Returns the expiration time in seconds of a key.")
                .read(call -> replyTime(call, SECOND, call.now()), FAST, RO, ACCESS, NONDETERMINISTIC_OUTPUT);
    }
    // spotless:on

    private static void expire(Call call, int unitMillis, boolean absolute) {
        checkConditions(call.options);
        long deadline = absolute
                ? call.deadlineAt(deadline(call, unitMillis, 0), 2, unitMillis)
                : deadline(call, unitMillis, call.now());
        Entry entry = call.use(1);
        if (entry == null || !conditionsHold(call.options, entry.deadline(), entry.expires(), deadline)) {
            call.reply.integer(0);
            return;
        }
        if (deadline <= call.now()) {
            call.remove(1);
            call.event(EventType.GENERIC, "del");
        } else {
            call.deadline(1, entry, deadline);
            call.event(EventType.GENERIC, "expire");
        }
        call.reply.integer(1);
    }

    /** As Redis's {@code parseExtendedExpireArgumentsOrReply}. */
    private static void checkConditions(Options options) {
        if (options.has(NX) && (options.has(XX) || options.has(GT) || options.has(LT))) {
            throw NX_AND_OTHERS;
        }
        if (options.has(GT) && options.has(LT)) {
            throw GT_AND_LT;
        }
    }

    /** The deadline in milliseconds since 1970. It may be in the past and negative. */
    private static long deadline(Call call, int unitMillis, long base) {
        long value = call.integer(2);
        if (value > Long.MAX_VALUE / unitMillis
                || value < Long.MIN_VALUE / unitMillis
                || value * unitMillis > Long.MAX_VALUE - base) {
            throw CommandError.invalidExpireTime(call.command().name());
        }
        return value * unitMillis + base;
    }

    /** For GT and LT, a key without a deadline has an infinite one. */
    private static boolean conditionsHold(Options conditions, long old, boolean expires, long deadline) {
        return !(conditions.has(NX) && expires)
                && !(conditions.has(XX) && !expires)
                && !(conditions.has(GT) && (!expires || deadline <= old))
                && !(conditions.has(LT) && expires && deadline >= old);
    }

    /** Replies the time from {@code since} to the deadline; -2 without a key, -1 without a deadline. */
    private static void replyTime(Call call, int unitMillis, long since) {
        long deadline = call.deadline();
        if (deadline == -1) {
            call.reply.integer(-2);
        } else if (deadline == Keyspace.NEVER) {
            call.reply.integer(-1);
        } else {
            long millis = deadline - since;
            call.reply.integer(unitMillis == 1 ? millis : Long.divideUnsigned(millis + unitMillis / 2, unitMillis));
        }
    }

    private static void persist(Call call) {
        Entry entry = call.use(1);
        boolean expires = entry != null && entry.expires();
        if (expires) {
            call.deadline(1, entry, Keyspace.NEVER);
            call.event(EventType.GENERIC, "persist");
        }
        call.reply.integer(expires ? 1 : 0);
    }
}

package dev.miniredis.commands;

import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.keyspace.Access;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.EvictionPolicy;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.Value;

/** How keys are kept: the subcommands of OBJECT. To look at a key here is not to use it. */
final class ObjectCommands {
    /** Redis shares integers below this between keys, with the largest {@code int} as their reference count. */
    private static final int SHARED_INTEGERS = 10_000;

    private static final String TAKES_TIME = " Please note that when switching between policies at runtime LRU and LFU"
            + " data will take some time to adjust.";
    private static final CommandError NO_FREQUENCY =
            new CommandError("ERR An LFU maxmemory policy is not selected, access frequency not tracked." + TAKES_TIME);
    private static final CommandError FREQUENCY_INSTEAD =
            new CommandError("ERR An LFU maxmemory policy is selected, idle time not tracked." + TAKES_TIME);
    /** Redis keeps the time of each key; here it is kept, and takes memory, only if the eviction policy needs it. */
    private static final CommandError NO_IDLE_TIME =
            new CommandError("ERR An LRU maxmemory policy is not selected, idle time not tracked." + TAKES_TIME);

    private ObjectCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("OBJECT", "2.2.3", "A container for object introspection commands.")
                .container(null, "6.2.0", HelpTexts.OBJECT)
            .row("OBJECT ENCODING key", "2.2.3", "Returns the internal encoding of a Redis object.")
                .read(ObjectCommands::encoding, RO, NONDETERMINISTIC_OUTPUT)
            .row("OBJECT FREQ key", "4.0.0", "Returns the logarithmic access frequency counter of a Redis object.")
                .read(ObjectCommands::freq, RO, NONDETERMINISTIC_OUTPUT)
            .row("OBJECT IDLETIME key", "2.2.3", "Returns the time since the last access to a Redis object.")
                .read(ObjectCommands::idletime, RO, NONDETERMINISTIC_OUTPUT)
            .row("OBJECT REFCOUNT key", "2.2.3", "Returns the reference count of a value of a key.")
                .read(ObjectCommands::refcount, RO, NONDETERMINISTIC_OUTPUT);
    }
    // spotless:on

    private static void encoding(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            call.reply.nil();
            return;
        }
        call.reply.bulk(entry.value().encoding());
    }

    private static void freq(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            call.reply.nil();
            return;
        }
        if (policy(call).access() != Access.Policy.LFU) {
            throw NO_FREQUENCY;
        }
        call.reply.integer(call.keyspace().frequency(entry));
    }

    private static void idletime(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            call.reply.nil();
            return;
        }
        switch (policy(call).access()) {
            case LRU -> call.reply.integer(call.keyspace().idleSeconds(entry));
            case LFU -> throw FREQUENCY_INSTEAD;
            case NONE -> throw NO_IDLE_TIME;
        }
    }

    private static void refcount(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            call.reply.nil();
            return;
        }
        call.reply.integer(references(call, entry.value()));
    }

    static int references(Call call, Value value) {
        return value instanceof StringValue string && isSmallInteger(string) && sharesIntegers(call)
                ? Integer.MAX_VALUE
                : 1;
    }

    /** A shared integer has no access time of its own. */
    private static boolean sharesIntegers(Call call) {
        return call.host.tuning().maxMemory.value() == 0 || policy(call).access() == Access.Policy.NONE;
    }

    private static boolean isSmallInteger(StringValue value) {
        if (!value.isInteger()) {
            return false;
        }
        long number =
                new Slice().wrap(value.bytes(), value.offset(), value.length()).toLong();
        return number >= 0 && number < SHARED_INTEGERS;
    }

    private static EvictionPolicy policy(Call call) {
        return call.host.tuning().maxMemoryPolicy.value();
    }
}

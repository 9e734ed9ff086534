package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.GET;
import static dev.miniredis.command.Keyword.KEEPTTL;
import static dev.miniredis.command.Keyword.NX;
import static dev.miniredis.command.Keyword.PERSIST;
import static dev.miniredis.command.Keyword.XX;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.DELETE;
import static dev.miniredis.command.Trait.KeyFlag.INSERT;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.KeyFlag.VARIABLE_FLAGS;
import static dev.miniredis.command.Trait.Tip.REQUEST_MULTI_SHARD;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.KeyWalk;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait;
import dev.miniredis.command.Trait.OptionError;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The commands on strings. */
final class StringCommands {
    private static final Set<Trait.KeyFlag> SETS = Collections.unmodifiableSet(EnumSet.of(OW, UPDATE));
    private static final Set<Trait.KeyFlag> SETS_AND_GETS = Collections.unmodifiableSet(EnumSet.of(RW, ACCESS, UPDATE));

    /** An unknown option counts before a wrong time, as in Redis. */
    private static final Trait TIMES_BY_BODY = Trait.Check.byBody("seconds", "milliseconds");

    private static final CommandError OFFSET_OUT_OF_RANGE = new CommandError("ERR offset is out of range");

    private StringCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("APPEND key value", "2.0.0", "Appends a string to the value of a key. Creates the key if it doesn't exist.")
                .write(StringCommands::append, DENYOOM, FAST, RW, INSERT)
            .row("GET key", "1.0.0", "Returns the string value of a key.")
                .read(StringCommands::get, FAST, RO, ACCESS)
            .row("GETDEL key", "6.2.0", "Returns the string value of a key after deleting the key.")
                .write(StringCommands::getDel, FAST, RW, ACCESS, DELETE)
            .row("GETEX key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]", "6.2.0", "Returns the string value of a key after setting its expiration time.")
                .write(StringCommands::getEx, FAST, RW, ACCESS, UPDATE, TIMES_BY_BODY, new Trait.Notes("RW and UPDATE because it changes the TTL"))
            .row("GETRANGE key start:integer end:integer", "2.4.0", "Returns a substring of the string stored at a key.")
                .read(StringCommands::getRange, RO, ACCESS)
            .row("GETSET key value", "1.0.0", "Returns the previous string value of a key after setting it to a new value.")
                .write(StringCommands::getSet, DENYOOM, FAST, RW, ACCESS, UPDATE)
            .row("MGET key [key ...]", "1.0.0", "Atomically returns the string values of one or more keys.")
                .read(StringCommands::mGet, FAST, RO, ACCESS, REQUEST_MULTI_SHARD)
            .row("MSET key value [key value ...]", "1.0.1", "Atomically creates or modifies the string values of one or more keys.")
                .write(StringCommands::mSet, OptionError.ARITY, DENYOOM, OW, UPDATE, REQUEST_MULTI_SHARD, RESPONSE_ALL_SUCCEEDED)
            .row("MSETNX key value [key value ...]", "1.0.1", "Atomically modifies the string values of one or more keys only when all keys don't exist.")
                .write(StringCommands::mSetNx, OptionError.ARITY, DENYOOM, OW, INSERT)
            .row("PSETEX key milliseconds:integer value", "2.6.0", "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.")
                .write(call -> setEx(call, 1), DENYOOM, OW, UPDATE)
            .row("SET key value [NX | XX] [GET] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]", "1.0.0", "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.")
                .write(StringCommands::set, DENYOOM, RW, ACCESS, UPDATE, VARIABLE_FLAGS, TIMES_BY_BODY, new Trait.Walk(StringCommands::keyOfSet), new Trait.Notes("RW and ACCESS due to the optional `GET` argument"))
            .row("SETEX key seconds:integer value", "2.0.0", "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.")
                .write(call -> setEx(call, 1000), DENYOOM, OW, UPDATE)
            .row("SETNX key value", "1.0.0", "Set the string value of a key only when the key doesn't exist.")
                .write(StringCommands::setNx, DENYOOM, FAST, OW, INSERT)
            .row("SETRANGE key offset:integer value", "2.2.0", "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.")
                .write(StringCommands::setRange, DENYOOM, RW, UPDATE)
            .row("STRLEN key", "2.2.0", "Returns the length of a string value.")
                .read(StringCommands::strLen, FAST, RO)
            .row("SUBSTR key start:integer end:integer", "1.0.0", "Returns a substring from a string value.")
                .read(StringCommands::getRange, RO, ACCESS);
    }
    // spotless:on

    private static void append(Call call) {
        StringValue old = call.find(StringValue.class);
        Slice more = call.arg(2);
        if (old == null) {
            call.put(more, Keyspace.NEVER);
        } else {
            byte[] value = new byte[checkedLength(call, (long) old.length() + more.length())];
            System.arraycopy(old.bytes(), old.offset(), value, 0, old.length());
            more.copyTo(value, old.length());
            call.put(1, value, 0, value.length, Call.KEEP, Form.RAW);
        }
        call.event(EventType.STRING, "append");
        call.reply.integer(old == null ? more.length() : (long) old.length() + more.length());
    }

    /**
     * As Redis's {@code checkStringLength}.
     *
     * @throws CommandError the string would be too long
     */
    static int checkedLength(Call call, long length) {
        if (length > call.maxStringBytes()) {
            throw CommandError.STRING_TOO_LONG;
        }
        return (int) length;
    }

    private static void get(Call call) {
        call.replyString(call.find(StringValue.class));
    }

    private static void getDel(Call call) {
        StringValue value = call.find(StringValue.class);
        call.replyString(value);
        if (value != null) {
            call.remove(1);
            call.event(EventType.GENERIC, "del");
        }
    }

    private static void getEx(Call call) {
        StringValue value = call.find(StringValue.class);
        if (value == null) {
            call.reply.nil();
            return;
        }
        long old = call.deadline();
        long deadline = call.options.has(PERSIST) ? Keyspace.NEVER : call.options.deadline(old);
        call.replyString(value);
        if (Keyspace.isOver(deadline, call.now())) {
            call.remove(1);
            call.event(EventType.GENERIC, "del");
        } else if (call.options.has(PERSIST)) {
            if (old != Keyspace.NEVER) {
                call.deadline(1, call.peek(1), Keyspace.NEVER);
                call.event(EventType.GENERIC, "persist");
            }
        } else if (call.options.isGiven()) {
            call.deadline(1, call.peek(1), deadline);
            call.event(EventType.GENERIC, "expire");
        }
    }

    private static void getRange(Call call) {
        long start = call.integer(2);
        long end = call.integer(3);
        StringValue value = call.find(StringValue.class);
        int length = value == null ? 0 : value.length();
        if (start < 0 && end < 0 && start > end) {
            call.reply.bulk("");
            return;
        }
        long from = Math.max(start < 0 ? start + length : start, 0);
        long to = Math.min(Math.max(end < 0 ? end + length : end, 0), length - 1L);
        if (from > to) {
            call.reply.bulk("");
        } else {
            call.reply.bulk(value.bytes(), value.offset() + (int) from, (int) (to - from + 1));
        }
    }

    private static void getSet(Call call) {
        StringValue old = call.find(StringValue.class);
        call.replyString(old);
        call.put(call.arg(2), Keyspace.NEVER);
        call.event(EventType.STRING, "set");
    }

    private static void mGet(Call call) {
        call.reply.array(call.args() - 1);
        for (int i = 1; i < call.args(); i++) {
            call.replyString(call.find(i) instanceof StringValue string ? string : null);
        }
    }

    private static void mSet(Call call) {
        setAll(call);
        call.reply.ok();
    }

    private static void mSetNx(Call call) {
        for (int i = 1; i < call.args(); i += 2) {
            if (call.exists(i)) {
                call.reply.integer(0);
                return;
            }
        }
        setAll(call);
        call.reply.integer(1);
    }

    private static void setAll(Call call) {
        for (int i = 1; i < call.args(); i += 2) {
            Slice value = call.arg(i + 1);
            call.put(i, value.bytes(), value.offset(), value.length(), Keyspace.NEVER);
            call.event(EventType.STRING, "set", i);
        }
    }

    private static void setEx(Call call, int unitMillis) {
        long deadline = Options.deadline(call.command(), call.integer(2), unitMillis, call.now());
        call.put(call.arg(3), deadline);
        call.event(EventType.STRING, "set");
        call.event(EventType.GENERIC, "expire");
        call.reply.ok();
    }

    private static void set(Call call) {
        Options options = call.options;
        long deadline = options.has(KEEPTTL) ? Call.KEEP : options.deadline(Keyspace.NEVER);
        StringValue old =
                options.has(GET) ? call.find(StringValue.class) : null; // only GET asks for the old one's type
        boolean conditional = options.has(NX) || options.has(XX);
        boolean write = !conditional || call.exists() == options.has(XX);
        if (write) {
            call.put(call.arg(2), deadline);
            call.event(EventType.STRING, "set");
            if (deadline != Call.KEEP && deadline != Keyspace.NEVER) {
                call.event(EventType.GENERIC, "expire");
            }
        }
        if (options.has(GET)) {
            call.replyString(old);
        } else if (write) {
            call.reply.ok();
        } else {
            call.reply.nil();
        }
    }

    /** As {@code setGetKeys} of Redis: only with GET is the key's old value read. */
    private static boolean keyOfSet(Request request, KeyWalk.Visitor visitor) {
        boolean gets = false;
        for (int i = 3; i < request.size(); i++) {
            gets |= request.arg(i).equalsIgnoreCase(GET.bytes());
        }
        visitor.visit(1, gets ? SETS_AND_GETS : SETS);
        return true;
    }

    private static void setNx(Call call) {
        boolean absent = !call.exists();
        if (absent) {
            call.put(call.arg(2), Keyspace.NEVER);
            call.event(EventType.STRING, "set");
        }
        call.reply.integer(absent ? 1 : 0);
    }

    private static void setRange(Call call) {
        long offset = call.integer(2);
        if (offset < 0) {
            throw OFFSET_OUT_OF_RANGE;
        }
        StringValue old = call.find(StringValue.class);
        int oldLength = old == null ? 0 : old.length();
        Slice part = call.arg(3);
        if (part.length() == 0) {
            call.reply.integer(oldLength);
            return;
        }
        if (offset > Call.MAX_STRING_BYTES) {
            throw CommandError.STRING_TOO_LONG;
        }
        byte[] value = new byte[Math.max(oldLength, checkedLength(call, offset + part.length()))];
        if (old != null) {
            System.arraycopy(old.bytes(), old.offset(), value, 0, oldLength);
        }
        part.copyTo(value, (int) offset);
        call.put(1, value, 0, value.length, Call.KEEP, Form.RAW);
        call.event(EventType.STRING, "setrange");
        call.reply.integer(value.length);
    }

    private static void strLen(Call call) {
        StringValue value = call.find(StringValue.class);
        call.reply.integer(value == null ? 0 : value.length());
    }
}

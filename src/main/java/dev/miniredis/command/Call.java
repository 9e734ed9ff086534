package dev.miniredis.command;

import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Decimal;
import dev.miniredis.resp.Real;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import dev.miniredis.value.MutableValue;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import dev.miniredis.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One execution of a command: its arguments, and all operations that a body may use. The same object is reused for
 * every call, so a call does not allocate.
 *
 * <p>A body has this order: arguments, checks, change, reply. The keyspace records whether data changed.
 */
public final class Call {
    /** A deadline for {@link #put}: the key keeps its current deadline. */
    public static final long KEEP = Long.MIN_VALUE;

    /** The maximum length of an argument, for any configuration. */
    public static final long MAX_STRING_BYTES = 1L << 30;

    public final Host host;
    public final Reply reply;
    public final Options options = new Options();
    /** A buffer for formatting a number. */
    public final byte[] digits = new byte[Decimal.MAX_BYTES];
    /** A reusable slice for command bodies. */
    public final Slice slice = new Slice();

    private final int depth;

    private final Entry found = new Entry(); // the last result of peek and use
    private Command command;
    private Request request;
    private Session session;
    private Keyspace keyspace;
    private int database;
    private long now;
    private long wallClockLag; // how far the wall clock is behind now, in milliseconds

    private int hashedIndex; // index of the argument whose hash is cached
    private long hash;

    private Request replacement; // logged in place of the request; null to log the request

    private long hits;
    private long misses;

    /** @param depth the number of enclosing commands: 0 for a client's request, 1 inside EXEC */
    public Call(Host host, Reply reply, int depth) {
        this.host = host;
        this.reply = reply;
        this.depth = depth;
    }

    /** Whether this call runs inside another command, such as EXEC, so that it must not block. */
    public boolean isNested() {
        return depth > 0;
    }

    /**
     * Blocks the client until one of the keys holds a value of the type. The command then runs again in its own unit of
     * work, and may block again. Inside another command it does not block, but replies as on a timeout. This must be
     * the last action of the body.
     *
     * @param firstKey index of the first key
     * @param endOfKeys index after the last key
     * @param deadlineMillis the timeout as a time of the monotonic clock; 0 for no timeout
     * @param timeOut writes the reply on a timeout
     */
    public void block(
            int firstKey, int endOfKeys, Class<? extends Value> type, long deadlineMillis, Consumer<Reply> timeOut) {
        if (isNested()) {
            timeOut.accept(reply);
            return;
        }
        List<ByteString> keys = new ArrayList<>();
        for (int i = firstKey; i < endOfKeys; i++) {
            keys.add(ByteString.of(request.arg(i)));
        }
        host.block(session, request, database, keys, type, deadlineMillis, timeOut);
    }

    /**
     * Prepares for the next call.
     *
     * @param nowMillis the time of this call
     * @param wallClockLagMillis how far the wall clock is behind that time; whole seconds
     * @throws CommandError the arguments do not match the usage line
     */
    public void begin(
            Command newCommand, Request newRequest, Session newSession, long nowMillis, long wallClockLagMillis) {
        // Unchanged references are not stored again: each store runs a write barrier of the garbage collector.
        if (session != newSession) {
            session = newSession;
        }
        if (keyspace == null || database != newSession.database()) {
            database = newSession.database();
            keyspace = host.database(database);
        }
        now = nowMillis;
        wallClockLag = wallClockLagMillis;
        hashedIndex = 0;
        replacement = null;
        parse(newCommand, newRequest);
    }

    /** Parses the arguments of a request, unless the body parses them. */
    void parse(Command newCommand, Request newRequest) {
        if (command != newCommand) {
            command = newCommand;
        }
        if (request != newRequest) {
            request = newRequest;
        }
        options.begin(this);
    }

    public Command command() {
        return command;
    }

    public Request request() {
        return request;
    }

    /** The request to log: this one, or its replacement. */
    public Request logged() {
        return replacement == null ? request : replacement;
    }

    /** Logs another request in place of this one, if the outcome depends on more than the data and {@link #now}. */
    public void logInstead(Request newReplacement) {
        replacement = newReplacement;
    }

    public Session session() {
        return session;
    }

    /**
     * Checks that the client may store the last arguments of this request as names, such as channels, in the server.
     *
     * @param names the number of arguments to store
     * @param bytesEach the overhead of one name, besides its own bytes
     * @throws CommandError the client would exceed the memory limit of a client
     */
    public void requireMemory(int names, int bytesEach) {
        if (!host.clients().mayKeep(session, request, names, bytesEach)) {
            throw CommandError.OUT_OF_MEMORY;
        }
    }

    /** The index of the database that this call uses. */
    public int database() {
        return database;
    }

    /** The number of lookups by read commands that found the key, over all calls of this object. */
    public long hits() {
        return hits;
    }

    /** The number of lookups by read commands that did not find the key, over all calls of this object. */
    public long misses() {
        return misses;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    /** The time of this call in milliseconds since 1970. It does not change during the call. */
    public long now() {
        return now;
    }

    /**
     * Converts an absolute time of the wall clock, as clients send it, to the clock of {@link #now}. If the two clocks
     * differ, the request is logged with the converted argument.
     *
     * @param millis the argument in milliseconds since 1970
     * @param index index of the argument
     * @param unitMillis the unit of the argument in milliseconds
     */
    public long deadlineAt(long millis, int index, int unitMillis) {
        if (wallClockLag == 0) {
            return millis;
        }
        byte[] converted = Long.toString(saturatedSum(integer(index), wallClockLag / unitMillis))
                .getBytes(StandardCharsets.US_ASCII);
        logInstead(requestWith(index, converted));
        return saturatedSum(millis, wallClockLag);
    }

    private static long saturatedSum(long time, long by) {
        return Math.min(time, Long.MAX_VALUE - by) + by;
    }

    private Request requestWith(int index, byte[] argument) {
        Request changed = Request.of(command.upperName());
        for (int i = 1; i < request.size(); i++) {
            Slice arg = request.arg(i);
            if (i == index) {
                changed.add(argument, 0, argument.length);
            } else {
                changed.add(arg.bytes(), arg.offset(), arg.length());
            }
        }
        return changed;
    }

    /**
     * How far the wall clock is behind {@link #now}, in milliseconds: a reply with an absolute time must subtract it.
     */
    public long wallClockLag() {
        return wallClockLag;
    }

    /** The number of arguments, including the command's name. */
    public int args() {
        return request.size();
    }

    /** An argument; 0 is the command's name. The slice is valid during the call only. */
    public Slice arg(int index) {
        return request.arg(index);
    }

    /** An argument as text, up to the first NUL. */
    public String text(int index) {
        return CommandError.shown(request.arg(index), Integer.MAX_VALUE);
    }

    /**
     * An argument as an integer.
     *
     * @throws CommandError the argument is not an integer
     */
    public long integer(int index) {
        return integer(index, CommandError.NOT_AN_INTEGER);
    }

    /**
     * An argument as an integer.
     *
     * @param error thrown if the argument is not an integer
     */
    public long integer(int index, CommandError error) {
        Slice arg = request.arg(index);
        if (!arg.isLong()) {
            throw error;
        }
        return arg.toLong();
    }

    /**
     * An argument as a floating point number.
     *
     * @throws CommandError the argument is not a number
     */
    public double real(int index) {
        double number = Real.parse(request.arg(index).toString());
        if (Double.isNaN(number)) {
            throw CommandError.NOT_A_FLOAT;
        }
        return number;
    }

    /**
     * An argument as the index of a database.
     *
     * @throws CommandError there is no such database
     */
    public int databaseAt(int index) {
        long number = integer(index);
        if (number != (int) number) {
            throw CommandError.NOT_AN_INT;
        }
        if (number < 0 || number >= host.databases()) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        return (int) number;
    }

    /** Whether this call replays the log. No parameter may refuse it, since it was accepted before it was logged. */
    private boolean isReplayed() {
        return session.id() == 0; // the session of the log
    }

    /** The maximum length of a string that this call may create, in bytes. */
    public long maxStringBytes() {
        long configured = host.tuning().protoMaxBulkLen.value();
        return isReplayed() ? MAX_STRING_BYTES : Math.min(configured, MAX_STRING_BYTES);
    }

    /** Fails in cluster mode, except during replay. For what cluster nodes do not have, such as several databases. */
    public void refuseInCluster(String error) {
        if (host.tuning().clusterEnabled.value() && !isReplayed()) {
            throw new CommandError("ERR " + error);
        }
    }

    /** Whether an argument is a keyword, in any case. */
    public boolean argIs(int index, Keyword keyword) {
        return request.arg(index).equalsIgnoreCase(keyword.bytes());
    }

    public boolean argIs(int index, String upperCase) {
        Slice arg = request.arg(index);
        if (arg.length() != upperCase.length()) {
            return false;
        }
        for (int i = 0; i < arg.length(); i++) {
            if (Slice.toUpperCase(arg.byteAt(i)) != upperCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the command's key exists. */
    public boolean exists() {
        return exists(command.firstKey());
    }

    public boolean exists(int index) {
        return peek(index) != null;
    }

    /**
     * The value of the command's key; null if there is none. The view is valid until the next lookup.
     *
     * @throws CommandError the value is of another type
     */
    public <V extends Value> V find(Class<V> type) {
        return find(command.firstKey(), type);
    }

    /** As {@link #find(Class)}, for the key at an index of the request. */
    public <V extends Value> V find(int index, Class<V> type) {
        Value value = find(index);
        if (value != null && !type.isInstance(value)) {
            throw CommandError.WRONG_TYPE;
        }
        return type.cast(value);
    }

    /** The value of a key, of any type; null if there is none. The view is valid until the next lookup. */
    public Value find(int index) {
        return view(session.isNoTouch() ? peek(index) : use(index));
    }

    /** As {@link #find(int)}, but the access time of the key does not change. */
    public Value findNoTouch(int index) {
        return view(peek(index));
    }

    private static Value view(Entry entry) {
        return entry == null ? null : entry.value();
    }

    /**
     * Opens the value of the command's key for changes, until the command ends. The body must do all checks that may
     * fail before the first change, and call {@link #changed} after each change.
     *
     * @return null if there is no such key
     * @throws CommandError the value is of another type
     */
    public <V extends MutableValue> V change(Class<V> type) {
        return change(command.firstKey(), type);
    }

    /** As {@link #change(Class)}, for the key at an index of the request. */
    public <V extends MutableValue> V change(int index, Class<V> type) {
        V value = find(index, type);
        if (value != null) {
            keyspace.change(hash(index), found);
        }
        return value;
    }

    /** Creates the command's key, which must not exist. The value is open for changes until the command ends. */
    public <V extends MutableValue> V create(V value) {
        return create(command.firstKey(), value);
    }

    /** As {@link #create(MutableValue)}, for the key at an index of the request. */
    public <V extends MutableValue> V create(int index, V value) {
        Slice key = request.arg(index);
        keyspace.put(hash(index), key.bytes(), key.offset(), key.length(), value, Keyspace.NEVER);
        return value;
    }

    /**
     * Completes a change of the value of the command's key: publishes the keyspace event, and removes the key if the
     * value is empty.
     */
    public void changed(EventType type, String name) {
        changed(type, name, command.firstKey());
    }

    /** As {@link #changed(EventType, String)}, for the key at an index of the request. */
    public void changed(EventType type, String name, int index) {
        event(type, name, index);
        if (findNoTouch(index) instanceof MutableValue value && value.isEmpty()) {
            remove(index);
            event(EventType.GENERIC, "del", index);
        }
    }

    /** The deadline of the command's key; {@link Keyspace#NEVER} if it has none; -1 if there is no such key. */
    public long deadline() {
        return deadline(command.firstKey());
    }

    /** As {@link #deadline()}, for the key at an index of the request. */
    public long deadline(int index) {
        Entry entry = peek(index);
        return entry == null ? -1 : entry.deadline();
    }

    /**
     * Sets the command's key to a string.
     *
     * @param deadline may be {@link #KEEP} or {@link Keyspace#NEVER}
     */
    public void put(Slice value, long deadline) {
        put(command.firstKey(), value.bytes(), value.offset(), value.length(), deadline);
    }

    /** As {@link #put(Slice, long)}, for the key at an index of the request. */
    public void put(int index, byte[] value, int offset, int length, long deadline) {
        put(index, value, offset, length, deadline, Form.AS_GIVEN);
    }

    /** As {@link #put(int, byte[], int, int, long)}, with the form of the string that decides its encoding. */
    public void put(int index, byte[] value, int offset, int length, long deadline, Form form) {
        Slice key = request.arg(index);
        long newDeadline = deadline;
        if (deadline == KEEP) {
            long old = deadline(index);
            newDeadline = old == -1 ? Keyspace.NEVER : old;
        }
        keyspace.put(hash(index), key.bytes(), key.offset(), key.length(), value, offset, length, newDeadline, form);
    }

    /**
     * Sets the encoding of the command's key to {@code raw}, if the key exists. For commands that write to a string in
     * place but leave its bytes unchanged: Redis then keeps it as {@code raw}. The data does not change.
     */
    public void makeRaw() {
        Entry entry = peek(command.firstKey());
        if (entry != null) {
            entry.makeRaw();
        }
    }

    /**
     * Publishes a keyspace event of the command's key. To be called after the change.
     *
     * @param name the event's name, as in Redis
     */
    public void event(EventType type, String name) {
        event(type, name, command.firstKey());
    }

    /** As {@link #event(EventType, String)}, for the key at an index of the request. */
    public void event(EventType type, String name, int index) {
        Slice key = request.arg(index);
        host.event(type, name, database, key.bytes(), key.offset(), key.length());
    }

    /** As {@link #event(EventType, String, int)}, for a key of another database. */
    public void event(EventType type, String name, int index, int ofDatabase) {
        Slice key = request.arg(index);
        host.event(type, name, ofDatabase, key.bytes(), key.offset(), key.length());
    }

    /**
     * Removes a key.
     *
     * @return whether it existed
     */
    public boolean remove(int index) {
        if (peek(index) == null) {
            return false;
        }
        Slice key = request.arg(index);
        return keyspace.remove(hash(index), key.bytes(), key.offset(), key.length());
    }

    /** Sets the deadline of a key whose entry {@link #use} has returned. */
    public void deadline(int index, Entry entry, long deadline) {
        keyspace.deadline(hash(index), entry, deadline);
    }

    /** The entry of a key, and updates its access time; null if there is none. It is valid until the next lookup. */
    public Entry use(int index) {
        Slice key = request.arg(index);
        return counted(index, keyspace.find(hash(index), key.bytes(), key.offset(), key.length(), now, found));
    }

    /**
     * The entry of a key, without a change of its access time; null if there is none. It is valid until the next
     * lookup.
     */
    public Entry peek(int index) {
        Slice key = request.arg(index);
        return counted(index, keyspace.peek(hash(index), key.bytes(), key.offset(), key.length(), now, found));
    }

    private Entry counted(int index, Entry entry) {
        if (!command.isWrite()) {
            hits += entry == null ? 0 : 1;
            if (entry == null) {
                misses++;
                event(EventType.KEY_MISS, "keymiss", index);
            }
        }
        return entry;
    }

    private long hash(int index) {
        if (hashedIndex != index) {
            Slice key = request.arg(index);
            hash = keyspace.hash(key.bytes(), key.offset(), key.length());
            hashedIndex = index;
        }
        return hash;
    }

    /** Replies with a string, or with nil if the value is null. */
    public void replyString(StringValue value) {
        if (value == null) {
            reply.nil();
        } else {
            reply.bulk(value.bytes(), value.offset(), value.length());
        }
    }

    /** Replies with a map of strings. */
    public void replyMap(Map<String, String> map) {
        reply.map(map.size());
        map.forEach((key, value) -> {
            reply.bulk(key);
            reply.bulk(value);
        });
    }
}

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
 * One run of a command: its arguments, and all that a body may do. One object serves all calls, one after the other, so
 * that a call allocates nothing.
 *
 * <p>A body reads: arguments, checks, change, reply. Whether it has changed anything, the keyspace knows.
 */
public final class Call {
    /** For {@link #put}: the key keeps the deadline it has. */
    public static final long KEEP = Long.MIN_VALUE;

    /** The longest argument that any setting allows. */
    public static final long MAX_STRING_BYTES = 1L << 30;

    public final Host host;
    public final Reply reply;
    public final Options options = new Options();
    /** For the digits of a number that a body makes. */
    public final byte[] digits = new byte[Decimal.MAX_BYTES];
    /** For a body to look at bytes with. */
    public final Slice slice = new Slice();

    private final int depth;

    private final Entry found = new Entry(); // what peek and use have found last
    private Command command;
    private Request request;
    private Session session;
    private Keyspace keyspace;
    private int database;
    private long now;
    private long behind; // the wall clock, in milliseconds

    private int hashedIndex; // of the argument that hash is of
    private long hash;

    private Request effect; // what is logged instead of the request

    private long hits;
    private long misses;

    /** @param depth how many commands this one runs inside: 0 for a request of a client, 1 inside EXEC */
    public Call(Host host, Reply reply, int depth) {
        this.host = host;
        this.reply = reply;
        this.depth = depth;
    }

    /** Whether this runs inside another command, such as EXEC, and so must not block. */
    public boolean isNested() {
        return depth > 0;
    }

    /**
     * Lets the client wait until one of some keys holds a value of a type. The command is then run again, in a unit of
     * work of its own, and may wait again. Inside another command it does not block: the reply is that of a timeout.
     * The body ends with this call.
     *
     * @param firstKey the place of the first key among the arguments
     * @param endOfKeys the place after the last
     * @param deadlineMillis until when, by the monotonic clock; 0 for ever
     * @param timeOut writes the reply when the time is over
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
     * Prepares for the next run.
     *
     * @param nowMillis the time of this run
     * @param wallBehindMillis how far the wall clock, by which absolute times are given, is behind that; whole seconds
     * @throws CommandError the usage line does not allow the arguments
     */
    public void begin(
            Command newCommand, Request newRequest, Session newSession, long nowMillis, long wallBehindMillis) {
        if (session != newSession) { // to store a reference costs a memory barrier of the collector
            session = newSession;
        }
        if (keyspace == null || database != newSession.database()) {
            database = newSession.database();
            keyspace = host.database(database);
        }
        now = nowMillis;
        behind = wallBehindMillis;
        hashedIndex = 0;
        effect = null;
        parse(newCommand, newRequest);
    }

    /** Parses the arguments of a request, as far as that is done before its body runs. */
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

    /** The command to log: the request, or the effect that its body has named. */
    public Request logged() {
        return effect == null ? request : effect;
    }

    /** Names the effect to log instead of the request, if the outcome depends on more than the data and the time. */
    public void effect(Request newEffect) {
        effect = newEffect;
    }

    public Session session() {
        return session;
    }

    /**
     * Checks that the server may keep the last arguments for the client, before it keeps the first.
     *
     * @param bytesEach what one takes, besides its own bytes
     * @throws CommandError they are more than any client may have
     */
    public void requireMemory(int names, int bytesEach) {
        if (!host.clients().mayKeep(session, request, names, bytesEach)) {
            throw CommandError.OUT_OF_MEMORY;
        }
    }

    /** The number of the database that this run works on. */
    public int database() {
        return database;
    }

    /** How many keys were looked up for reading and found. */
    public long hits() {
        return hits;
    }

    /** How many keys were looked up for reading and not found. */
    public long misses() {
        return misses;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    /** Milliseconds since 1970; the same for all that this run does. */
    public long now() {
        return now;
    }

    /**
     * Converts an absolute time, which clients give by the wall clock, to the time of {@link #now}. If the two differ,
     * the converted argument is logged.
     *
     * @param millis the argument, in milliseconds since 1970
     * @param index of the argument
     * @param unitMillis the unit of the argument, in milliseconds
     */
    public long deadlineAt(long millis, int index, int unitMillis) {
        if (behind == 0) {
            return millis;
        }
        byte[] moved = Long.toString(later(integer(index), behind / unitMillis)).getBytes(StandardCharsets.US_ASCII);
        effect(requestWith(index, moved));
        return later(millis, behind);
    }

    private static long later(long time, long by) {
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

    /** The start of 1970 by the wall clock, in the time of {@link #now}: the origin of absolute times. */
    public long epoch() {
        return behind;
    }

    /** How many arguments there are, the command's name included. */
    public int args() {
        return request.size();
    }

    /** An argument; 0 is the command's name. It dies with the call. */
    public Slice arg(int index) {
        return request.arg(index);
    }

    /** An argument as text for names and words, up to a NUL. */
    public String text(int index) {
        return CommandError.shown(request.arg(index), Integer.MAX_VALUE);
    }

    /**
     * An argument as an integer.
     *
     * @throws CommandError it is none
     */
    public long integer(int index) {
        return integer(index, CommandError.NOT_AN_INTEGER);
    }

    public long integer(int index, CommandError otherwise) {
        Slice arg = request.arg(index);
        if (!arg.isLong()) {
            throw otherwise;
        }
        return arg.toLong();
    }

    /**
     * An argument as a floating point number.
     *
     * @throws CommandError it is none
     */
    public double real(int index) {
        double number = Real.parse(request.arg(index).toString());
        if (Double.isNaN(number)) {
            throw CommandError.NOT_A_FLOAT;
        }
        return number;
    }

    /**
     * An argument that names a database.
     *
     * @throws CommandError it names none
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

    /** Whether this is run from the log: it was accepted once, so no setting may refuse it now. */
    private boolean isReplayed() {
        return session.id() == 0; // the log's
    }

    /** How many bytes a string may have that this run makes. */
    public long maxStringBytes() {
        long set = host.tuning().protoMaxBulkLen.value();
        return isReplayed() ? MAX_STRING_BYTES : Math.min(set, MAX_STRING_BYTES);
    }

    /** Refuses clients what only a server does that is no node of a cluster: one with several databases or replicas. */
    public void refuseInCluster(String error) {
        if (host.tuning().clusterEnabled.value() && !isReplayed()) {
            throw new CommandError("ERR " + error);
        }
    }

    /** Whether an argument is an option's word. */
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

    /** As {@link #find(Class)}, of the key at a place of the request. */
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

    /** As {@link #find(int)}, but the key does not count as used. */
    public Value look(int index) {
        return view(peek(index));
    }

    private static Value view(Entry entry) {
        return entry == null ? null : entry.value();
    }

    /**
     * The value of the command's key, open for changes until the command ends; null if there is no such key. What a
     * body may fail with comes before; each change must be followed by {@link #changed}.
     *
     * @throws CommandError the value is of another type
     */
    public <V extends MutableValue> V change(Class<V> type) {
        return change(command.firstKey(), type);
    }

    /** As {@link #change(Class)}, of the key at a place of the request. */
    public <V extends MutableValue> V change(int index, Class<V> type) {
        V value = find(index, type);
        if (value != null) {
            keyspace.change(hash(index), found);
        }
        return value;
    }

    /** Sets the command's key, which does not exist, to a value that is open for changes until the command ends. */
    public <V extends MutableValue> V create(V value) {
        return create(command.firstKey(), value);
    }

    /** As {@link #create(MutableValue)}, for the key at a place of the request. */
    public <V extends MutableValue> V create(int index, V value) {
        Slice key = request.arg(index);
        keyspace.put(hash(index), key.bytes(), key.offset(), key.length(), value, Keyspace.NEVER);
        return value;
    }

    /**
     * Ends a change of the value of the command's key: publishes the keyspace event, and removes the key where nothing
     * is left in the value.
     */
    public void changed(EventType type, String name) {
        changed(type, name, command.firstKey());
    }

    /** As {@link #changed(EventType, String)}, of the key at a place of the request. */
    public void changed(EventType type, String name, int index) {
        event(type, name, index);
        if (look(index) instanceof MutableValue value && value.isEmpty()) {
            remove(index);
            event(EventType.GENERIC, "del", index);
        }
    }

    /** The deadline of the command's key, {@link Keyspace#NEVER} without one; -1 if there is no such key. */
    public long deadline() {
        return deadline(command.firstKey());
    }

    /** As {@link #deadline()}, of the key at a place of the request. */
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

    /** As {@link #put(Slice, long)}, for the key at a place of the request. */
    public void put(int index, byte[] value, int offset, int length, long deadline) {
        put(index, value, offset, length, deadline, Form.AS_GIVEN);
    }

    /** As the shorter form, for bytes that are not an argument. */
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
     * Says that the string of the command's key, where there is one, was to be changed in place and has stayed as it
     * was: Redis keeps it as {@code raw} from then on. That is no change of the data.
     */
    public void stayedAsItWas() {
        Entry entry = peek(command.firstKey());
        if (entry != null) {
            entry.makeRaw();
        }
    }

    /**
     * Tells those who listen what has become of the command's key: a keyspace event, under the name that Redis gives
     * it. After the change.
     */
    public void event(EventType type, String name) {
        event(type, name, command.firstKey());
    }

    /** As {@link #event(EventType, String)}, of the key at a place of the request. */
    public void event(EventType type, String name, int index) {
        Slice key = request.arg(index);
        host.event(type, name, database, key.bytes(), key.offset(), key.length());
    }

    /** As {@link #event(EventType, String, int)}, of a key of another database. */
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

    /** Gives a key, of which {@link #use} has found the entry, another deadline. */
    public void deadline(int index, Entry entry, long deadline) {
        keyspace.deadline(hash(index), entry, deadline);
    }

    /** As {@link #peek(int)}, and the key counts as used. */
    public Entry use(int index) {
        Slice key = request.arg(index);
        return counted(index, keyspace.find(hash(index), key.bytes(), key.offset(), key.length(), now, found));
    }

    /**
     * The entry of a key, which does not count as used by this; null if there is none. It is valid until the next
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

    /** Replies with a string, or nil if there is none. */
    public void replyString(StringValue value) {
        if (value == null) {
            reply.nil();
        } else {
            reply.bulk(value.bytes(), value.offset(), value.length());
        }
    }

    /** Answers a map of texts. */
    public void replyMap(Map<String, String> map) {
        reply.map(map.size());
        map.forEach((key, value) -> {
            reply.bulk(key);
            reply.bulk(value);
        });
    }
}

package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import dev.miniredis.value.StringValue.Form;
import dev.miniredis.value.Value;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One database: keys with their values and deadlines. A key is absent exactly when its deadline is not after the time
 * that the caller gives; what has expired is removed when it is met, or by {@link #expireSome}.
 *
 * <p>Keys are given as a part of an array and their {@link #hash}, which the caller computes once.
 */
public final class Keyspace {
    /**
     * The deadline of a key that does not expire. No other key has it, since one with a deadline of 0 or less is
     * expired when it is set; so every time from 1 to {@link Long#MAX_VALUE} is a deadline of its own.
     */
    public static final long NEVER = 0;

    private Table table;
    private final PendingWrites pendingWrites;
    private final Access access;
    private final MemoryAccount account;
    private final int index;
    private final long databaseHash;
    private final KeyListener listener;
    private long changedLsn; // of the last change of any key
    private long clearedLsn; // of the last change of all keys at once
    private int expireIndex;
    private long expiredKeys;
    private final OpenValues openValues;
    private final Consumer<Entry> expiring;
    private final Entry view = new Entry();

    /**
     * @param index the number of this database
     * @param seed what makes the hashes unforeseeable, secret to the process
     */
    public Keyspace(
            int index,
            long seed,
            MemoryAccount account,
            Access access,
            PendingWrites pendingWrites,
            OpenValues openValues,
            KeyListener listener) {
        this.index = index;
        this.listener = listener;
        this.table = new Table(new KeyHash(seed), account, openValues);
        this.openValues = openValues;
        this.account = account;
        this.access = access;
        this.pendingWrites = pendingWrites;
        this.databaseHash = (long) index << 40;
        this.expiring = entry -> listener.expired(index, entry.keyBytes(), entry.keyOffset(), entry.keyLength());
    }

    /** Whether a deadline has come; {@link #NEVER} does not. */
    public static boolean isOver(long deadline, long now) {
        return deadline != NEVER && deadline <= now;
    }

    /** The number of this database. */
    public int index() {
        return index;
    }

    public long hash(byte[] key, int offset, int length) {
        return table.hash(key, offset, length);
    }

    /** Adds a key to those that will soon be looked for. */
    public void expect(Prefetch prefetch, byte[] key, int offset, int length) {
        long hash = hash(key, offset, length);
        prefetch.add(table.segmentOf(hash), hash);
    }

    /**
     * Finds a key, which counts as used by this.
     *
     * @param into is to show the entry
     * @return {@code into}; null where there is no such key
     */
    public Entry find(long hash, byte[] key, int offset, int length, long now, Entry into) {
        Entry entry = peek(hash, key, offset, length, now, into);
        if (entry != null && access.isKept()) {
            use(hash, entry);
        }
        return entry;
    }

    /** Notes a use in the entry; in a new one, where it is older than the eviction policy that asks for it. */
    private void use(long hash, Entry entry) {
        byte[] packed = entry.packed();
        int bits = access.used(PackedEntry.access(packed));
        if (PackedEntry.access(packed) != Access.UNKNOWN) {
            PackedEntry.access(packed, bits);
            return;
        }
        byte[] tracked = PackedEntry.withAccess(packed, bits);
        table.put(hash, tracked, entry.object());
        entry.show(tracked, entry.object());
    }

    /** As {@link #find}, but the key does not count as used. */
    public Entry peek(long hash, byte[] key, int offset, int length, long now, Entry into) {
        pendingWrites.lookAt(hash ^ databaseHash);
        pendingWrites.look(clearedLsn);
        Entry entry = table.find(hash, key, offset, length, into);
        if (entry != null && entry.isOver(now)) {
            expire(hash, key, offset, length);
            return null;
        }
        return entry;
    }

    /**
     * What a key holds; null where there is no such key. It does not count as used, and is good until the next such
     * question.
     */
    public Value valueOf(byte[] key, long now) {
        Entry entry = peek(hash(key, 0, key.length), key, 0, key.length, now, view);
        return entry == null ? null : entry.value();
    }

    /** Whether there is such a key, which counts as used by this. */
    public boolean exists(byte[] key, int offset, int length, long now) {
        return find(hash(key, offset, length), key, offset, length, now, view) != null;
    }

    private void expire(long hash, byte[] key, int offset, int length) {
        table.remove(hash, key, offset, length);
        expiredKeys++;
        listener.expired(index, key, offset, length);
    }

    /**
     * Sets a key to a string.
     *
     * @param deadline milliseconds since 1970, or {@link #NEVER}
     */
    public void put(
            long hash,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            long deadline) {
        put(hash, key, keyOffset, keyLength, value, valueOffset, valueLength, deadline, Form.AS_GIVEN);
    }

    /** As without it, for a string that did not come as it is. */
    public void put(
            long hash,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            long deadline,
            Form form) {
        int bits = access.isKept() ? accessOfNew(hash, key, keyOffset, keyLength) : Access.UNKNOWN;
        byte[] entry =
                PackedEntry.pack(key, keyOffset, keyLength, value, valueOffset, valueLength, deadline, bits, form);
        pendingWrites.prepare(); // what may fail for want of memory comes first, what says that something changed last
        put(hash, entry, null);
    }

    /**
     * Sets a key to a value that is changed in place. It is open, as after {@link #change}.
     *
     * @param deadline milliseconds since 1970, or {@link #NEVER}
     */
    public void put(long hash, byte[] key, int keyOffset, int keyLength, MutableValue value, long deadline) {
        int bits = access.isKept() ? accessOfNew(hash, key, keyOffset, keyLength) : Access.UNKNOWN;
        byte[] entry = PackedEntry.pack(key, keyOffset, keyLength, key, 0, 0, deadline, bits, Form.AS_GIVEN);
        pendingWrites.prepare();
        put(hash, entry, value);
        openValues.open(value, table);
    }

    private void put(long hash, byte[] entry, MutableValue object) {
        int before = table.size();
        table.put(hash, entry, object);
        changed(hash, entry);
        if (table.size() != before) {
            listener.added(index, entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
        }
    }

    /**
     * The one door to change a value in place: keeps what a snapshot under way needs of it, marks the key as changed by
     * the unit of work under way, and has the memory account follow the value's size. The value may be changed from
     * then on until the command ends ({@link OpenValues#close}).
     *
     * @param entry what {@link #find} has found, whose value is no string
     */
    public void change(long hash, Entry entry) {
        pendingWrites.prepare();
        table.open(hash, entry.object());
        changed(hash, entry.packed());
    }

    /** A frequency outlives the value, as in Redis; a time of last use is now. */
    private int accessOfNew(long hash, byte[] key, int offset, int length) {
        byte[] old = access.kind() == Access.Policy.LFU ? table.find(hash, key, offset, length) : null;
        return old == null ? access.fresh() : access.used(PackedEntry.access(old));
    }

    /**
     * Gives a key that is here another deadline.
     *
     * @param entry what {@link #find} has found
     * @param deadline as of {@link #put}
     */
    public void deadline(long hash, Entry entry, long deadline) {
        byte[] expiringEntry = PackedEntry.withDeadline(entry.packed(), deadline);
        pendingWrites.prepare();
        table.put(hash, expiringEntry, entry.object());
        changed(hash, expiringEntry);
    }

    /**
     * Moves what a key of this database holds to another key, of this or another database, in the place of what that
     * holds: value, deadline and how it was used.
     *
     * @param entry what {@link #find} has found
     */
    public void move(Entry entry, Keyspace target, byte[] key, int keyOffset, int keyLength) {
        byte[] old = entry.packed();
        MutableValue object = entry.object();
        int oldOffset = PackedEntry.keyOffset(old);
        int oldLength = PackedEntry.keyLength(old);
        long oldHash = hash(old, oldOffset, oldLength);
        byte[] moved = PackedEntry.withKey(old, key, keyOffset, keyLength, PackedEntry.access(old));
        pendingWrites.prepare(2);
        target.put(target.hash(key, keyOffset, keyLength), moved, object);
        changed(oldHash, old);
        table.removeKey(oldHash, old, oldOffset, oldLength);
        if (object != null) {
            openValues.forget(object);
            table.takes(-object.accountedBytes());
            target.table.takes(object.accountedBytes());
        }
    }

    /**
     * As {@link #move}, but the key keeps its own; what the other one gets counts as new.
     *
     * @param entry what {@link #find} has found
     */
    public void copy(Entry entry, Keyspace target, byte[] key, int keyOffset, int keyLength) {
        int bits = access.isKept() ? access.fresh() : Access.UNKNOWN;
        byte[] copied = PackedEntry.withKey(entry.packed(), key, keyOffset, keyLength, bits);
        MutableValue object = entry.object() == null ? null : entry.object().copy();
        pendingWrites.prepare();
        target.put(target.hash(key, keyOffset, keyLength), copied, object);
    }

    /**
     * Sets how a key was used, as far as the eviction policy keeps that; it changes nothing that the log must know.
     *
     * @param idleSeconds how long it was not used; negative where that is not known
     * @param frequency as of {@link #frequency}; negative where that is not known
     */
    public void used(Entry entry, long idleSeconds, int frequency) {
        byte[] packed = entry.packed();
        if (access.isKept() && PackedEntry.access(packed) != Access.UNKNOWN) {
            PackedEntry.access(packed, access.stated(PackedEntry.access(packed), idleSeconds, frequency));
        }
    }

    /**
     * Exchanges all keys with another database. A snapshot under way goes on with the tables that it was begun with,
     * each under the number that its database had then.
     */
    public void swap(Keyspace other) {
        Table mine = table;
        table = other.table;
        other.table = mine;
        clearedLsn = pendingWrites.change();
        changedLsn = clearedLsn;
        other.clearedLsn = clearedLsn;
        other.changedLsn = clearedLsn;
        listener.swapped(this, other);
    }

    /**
     * Removes a key.
     *
     * @return whether it was there, expired or not
     */
    public boolean remove(long hash, byte[] key, int offset, int length) {
        pendingWrites.prepare();
        changed(hash, key, offset, length);
        return table.remove(hash, key, offset, length);
    }

    /**
     * Begins to hand over what is here now, whatever changes meanwhile.
     *
     * @param taker may keep what it gets
     */
    public void beginSnapshot(Consumer<SnapshotPart> taker) {
        table.beginSnapshot(taker);
    }

    /**
     * Hands over some more.
     *
     * @return whether there is more to hand over
     */
    public boolean snapshotStep() {
        if (table.takesSnapshot()) {
            table.snapshotStep();
        }
        return table.takesSnapshot();
    }

    /** Hands over nothing more. */
    public void endSnapshot() {
        table.endSnapshot();
    }

    /**
     * Gets ready for keys, while there are none.
     *
     * @param seed what to hash with from now on
     * @param expectedKeys about how many will come
     */
    public void prepare(long seed, int expectedKeys) {
        table.prepare(new KeyHash(seed), expectedKeys);
    }

    /** Whether a key is there, expired or not. */
    public boolean contains(byte[] key, int offset, int length) {
        return table.find(hash(key, offset, length), key, offset, length) != null;
    }

    /** Removes a key if its deadline has come. */
    public void removeIfExpired(byte[] key, int offset, int length, long now) {
        peek(hash(key, offset, length), key, offset, length, now, view);
    }

    /** Removes every key; where there is none, nothing changes. */
    public void clear() {
        listener.clearing(this);
        if (table.size() > 0) {
            clearedLsn = pendingWrites.change();
            changedLsn = clearedLsn;
        }
        table.clear();
    }

    private void changed(long hash, byte[] entry) {
        changed(hash, entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
    }

    private void changed(long hash, byte[] key, int offset, int length) {
        changedLsn = pendingWrites.change(hash ^ databaseHash);
        listener.changed(index, key, offset, length);
    }

    /** How many keys there are, those included that have expired and were not met since; as Redis counts. */
    public int size() {
        pendingWrites.look(changedLsn);
        return table.size();
    }

    /** How many keys have a deadline. */
    public int expiring() {
        pendingWrites.look(changedLsn);
        return table.expiring();
    }

    /** Hands over the entry of every key that has not expired; the visitor must change nothing. */
    public void forEach(long now, Consumer<Entry> visitor) {
        pendingWrites.look(changedLsn);
        table.forEach(entry -> {
            if (!entry.isOver(now)) {
                visitor.accept(entry);
            }
        });
    }

    /** What the keys and values and the table around them take of the heap, in bytes. */
    public long memoryBytes() {
        return table.memoryBytes();
    }

    /** What the table around the keys and values takes of the heap, in bytes. */
    public long overheadBytes() {
        return table.overheadBytes();
    }

    /** What an entry takes of the heap, its slot in the table included, in bytes. */
    public long bytesOf(Entry entry) {
        return bytesBesideTable(entry)
                + TableSegment.SLOT_BYTES
                + (entry.object() == null ? 0 : MemoryAccount.REFERENCE_BYTES);
    }

    /** What an entry takes of the heap without its slot in the table, in bytes. */
    public long bytesBesideTable(Entry entry) {
        return account.entryBytes(entry.packed())
                + (entry.object() == null ? 0 : entry.object().memoryBytes());
    }

    /** How long an entry's key was not used, in seconds; while the policy keeps that. */
    public int idleSeconds(Entry entry) {
        return access.idleSeconds(PackedEntry.access(entry.packed()));
    }

    /** How often an entry's key is used, on a logarithmic scale from 0 to 255; while the policy keeps that. */
    public int frequency(Entry entry) {
        return access.frequency(PackedEntry.access(entry.packed()));
    }

    /**
     * Hands over entries in the order of their hashes that have not expired; the visitor must change nothing. See
     * {@link Table#scan}.
     *
     * @param cursor 0 to begin with, then what the last call answered
     * @param count how much to look at, about as many entries
     * @return the next cursor; 0 when this was the end
     */
    public long scan(long cursor, int count, long now, Consumer<Entry> visitor) {
        pendingWrites.look(changedLsn);
        return table.scan(cursor, count, entry -> {
            if (!entry.isOver(now)) {
                visitor.accept(entry);
            }
        });
    }

    /**
     * Finds a key chosen by chance.
     *
     * @param into is to show the entry
     * @return {@code into}; null where there is no key
     */
    public Entry random(RandomGenerator chance, long now, Entry into) {
        pendingWrites.look(changedLsn);
        Entry entry = table.random(chance, into);
        while (entry != null && entry.isOver(now)) {
            byte[] packed = entry.packed();
            int offset = PackedEntry.keyOffset(packed);
            int length = PackedEntry.keyLength(packed);
            expire(hash(packed, offset, length), packed, offset, length);
            entry = table.random(chance, into);
        }
        return entry;
    }

    /** Hands over some entries chosen by chance; see {@link Table#sample}. */
    public void sample(long chance, int count, boolean volatileOnly, Consumer<Entry> visitor) {
        table.sample(chance, count, volatileOnly, visitor);
    }

    /** Whether an entry is still what its key holds. */
    public boolean holds(Entry entry) {
        return table.holds(entry.packed());
    }

    /** How many keys have expired and were removed for it. */
    public long expiredKeys() {
        return expiredKeys;
    }

    /**
     * Removes what has expired from the next segment in turn.
     *
     * @return how many segments there are to visit for a whole round
     */
    public int expireSome(long now) {
        if (table.expiring() == 0) {
            return 0;
        }
        expiredKeys += table.removeExpired(expireIndex++, now, expiring);
        return table.directoryLength();
    }
}

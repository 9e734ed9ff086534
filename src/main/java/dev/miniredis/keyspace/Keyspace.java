package dev.miniredis.keyspace;

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
     * The deadline of a key that does not expire. No other key has it, since one with a deadline of 0 or less is expired
     * when it is set; so every time from 1 to {@link Long#MAX_VALUE} is a deadline of its own.
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
    private final Consumer<byte[]> expiring;

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
            KeyListener listener) {
        this.index = index;
        this.listener = listener;
        this.table = new Table(new KeyHash(seed), account);
        this.account = account;
        this.access = access;
        this.pendingWrites = pendingWrites;
        this.databaseHash = (long) index << 40;
        this.expiring =
                entry -> listener.expired(index, entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
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

    /** The {@link PackedEntry} of a key, which counts as used by this; null where there is none. */
    public byte[] find(long hash, byte[] key, int offset, int length, long now) {
        byte[] entry = peek(hash, key, offset, length, now);
        return entry != null && access.isKept() ? used(hash, entry) : entry;
    }

    /** Notes a use in the entry; in a new one, where it is older than the eviction policy that asks for it. */
    private byte[] used(long hash, byte[] entry) {
        int bits = access.used(PackedEntry.access(entry));
        if (PackedEntry.access(entry) != Access.UNKNOWN) {
            PackedEntry.access(entry, bits);
            return entry;
        }
        byte[] tracked = PackedEntry.withAccess(entry, bits);
        table.put(hash, tracked);
        return tracked;
    }

    /** As {@link #find}, but the key does not count as used. */
    public byte[] peek(long hash, byte[] key, int offset, int length, long now) {
        pendingWrites.lookAt(hash ^ databaseHash);
        pendingWrites.look(clearedLsn);
        byte[] entry = table.find(hash, key, offset, length);
        if (entry != null && isOver(PackedEntry.deadline(entry), now)) {
            expire(hash, key, offset, length);
            return null;
        }
        return entry;
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
        put(hash, key, keyOffset, keyLength, value, valueOffset, valueLength, deadline, PackedEntry.AS_GIVEN);
    }

    /**
     * As without it, for a string that did not come as it is.
     *
     * @param form {@link PackedEntry#TEXT} or {@link PackedEntry#RAW}
     */
    public void put(
            long hash,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            long deadline,
            int form) {
        int bits = access.isKept() ? accessOfNew(hash, key, keyOffset, keyLength) : Access.UNKNOWN;
        byte[] entry =
                PackedEntry.pack(key, keyOffset, keyLength, value, valueOffset, valueLength, deadline, bits, form);
        pendingWrites.prepare(); // what may fail for want of memory comes first, what says that something changed last
        int before = table.size();
        table.put(hash, entry);
        changed(hash, key, keyOffset, keyLength);
        if (table.size() != before) {
            listener.added(index, key, keyOffset, keyLength);
        }
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
    public void deadline(long hash, byte[] entry, long deadline) {
        byte[] expiring = PackedEntry.withDeadline(entry, deadline);
        pendingWrites.prepare();
        table.put(hash, expiring);
        changed(hash, entry);
    }

    /**
     * Moves what a key of this database holds to another key, of this or another database, in the place of what that
     * holds: value, deadline and how it was used.
     *
     * @param entry what {@link #find} has found
     */
    public void move(byte[] entry, Keyspace target, byte[] key, int keyOffset, int keyLength) {
        int oldOffset = PackedEntry.keyOffset(entry);
        int oldLength = PackedEntry.keyLength(entry);
        long oldHash = hash(entry, oldOffset, oldLength);
        pendingWrites.prepare(2);
        target.adopt(PackedEntry.withKey(entry, key, keyOffset, keyLength, PackedEntry.access(entry)));
        changed(oldHash, entry);
        table.remove(oldHash, entry, oldOffset, oldLength);
    }

    /**
     * As {@link #move}, but the key keeps its own; what the other one gets counts as new.
     *
     * @param entry what {@link #find} has found
     */
    public void copy(byte[] entry, Keyspace target, byte[] key, int keyOffset, int keyLength) {
        int bits = access.isKept() ? access.fresh() : Access.UNKNOWN;
        pendingWrites.prepare();
        target.adopt(PackedEntry.withKey(entry, key, keyOffset, keyLength, bits));
    }

    private void adopt(byte[] entry) {
        long hash = hash(entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
        int before = table.size();
        table.put(hash, entry);
        changed(hash, entry);
        if (table.size() != before) {
            listener.added(index, entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
        }
    }

    /**
     * Sets how a key was used, as far as the eviction policy keeps that; it changes nothing that the log must know.
     *
     * @param idleSeconds how long it was not used; negative where that is not known
     * @param frequency as of {@link #frequency}; negative where that is not known
     */
    public void used(byte[] entry, long idleSeconds, int frequency) {
        if (access.isKept() && PackedEntry.access(entry) != Access.UNKNOWN) {
            PackedEntry.access(entry, access.stated(PackedEntry.access(entry), idleSeconds, frequency));
        }
    }

    /**
     * Exchanges all keys with another database. A snapshot under way goes on with the tables that it was begun with, each
     * under the number that its database had then.
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
     * @param taker gets arrays of {@link PackedEntry}s, with gaps and with what has expired; it may keep them
     */
    public void beginSnapshot(Consumer<byte[][]> taker) {
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
        peek(hash(key, offset, length), key, offset, length, now);
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

    /** Hands over the {@link PackedEntry} of every key that has not expired; the visitor must change nothing. */
    public void forEach(long now, Consumer<byte[]> visitor) {
        pendingWrites.look(changedLsn);
        table.forEach(entry -> {
            if (!isOver(PackedEntry.deadline(entry), now)) {
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
    public long bytesOf(byte[] entry) {
        return account.entryBytes(entry) + TableSegment.SLOT_BYTES;
    }

    /** How long an entry's key was not used, in seconds; while the policy keeps that. */
    public int idleSeconds(byte[] entry) {
        return access.idleSeconds(PackedEntry.access(entry));
    }

    /** How often an entry's key is used, on a logarithmic scale from 0 to 255; while the policy keeps that. */
    public int frequency(byte[] entry) {
        return access.frequency(PackedEntry.access(entry));
    }

    /**
     * Hands over entries in the order of their hashes that have not expired; the visitor must change nothing. See {@link
     * Table#scan}.
     *
     * @param cursor 0 to begin with, then what the last call answered
     * @param count how much to look at, about as many entries
     * @return the next cursor; 0 when this was the end
     */
    public long scan(long cursor, int count, long now, Consumer<byte[]> visitor) {
        pendingWrites.look(changedLsn);
        return table.scan(cursor, count, entry -> {
            if (!isOver(PackedEntry.deadline(entry), now)) {
                visitor.accept(entry);
            }
        });
    }

    /** The entry of a key chosen by chance; null where there is no key. */
    public byte[] random(RandomGenerator chance, long now) {
        pendingWrites.look(changedLsn);
        byte[] entry = table.random(chance);
        while (entry != null && isOver(PackedEntry.deadline(entry), now)) {
            int offset = PackedEntry.keyOffset(entry);
            int length = PackedEntry.keyLength(entry);
            expire(hash(entry, offset, length), entry, offset, length);
            entry = table.random(chance);
        }
        return entry;
    }

    /** Hands over some entries chosen by chance; see {@link Table#sample}. */
    public void sample(long chance, int count, boolean volatileOnly, Consumer<byte[]> visitor) {
        table.sample(chance, count, volatileOnly, visitor);
    }

    /** Whether an entry is still what its key holds. */
    public boolean holds(byte[] entry) {
        return table.holds(entry);
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

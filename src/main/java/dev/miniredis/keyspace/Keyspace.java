package dev.miniredis.keyspace;

import java.util.function.Consumer;

/**
 * One database: keys with their values and deadlines. A key is absent exactly when its deadline is not after the time
 * that the caller gives; what has expired is removed when it is met, or by {@link #expireSome}.
 *
 * <p>Keys are given as a part of an array and their {@link #hash}, which the caller computes once.
 */
public final class Keyspace {
    /** The deadline of a key that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Table table;
    private final Unsettled unsettled;
    private final long databaseHash;
    private long changedLsn; // of the last change of any key
    private long clearedLsn; // of the last clear
    private int expireIndex;
    private long expiredKeys;

    /**
     * @param index the number of this database
     * @param seed what makes the hashes unforeseeable, secret to the process
     * @param arrayHeaderBytes how many bytes this JVM puts before the elements of an array
     */
    public Keyspace(int index, long seed, int arrayHeaderBytes, Unsettled unsettled) {
        this.table = new Table(new KeyHash(seed), arrayHeaderBytes);
        this.unsettled = unsettled;
        this.databaseHash = (long) index << 40;
    }

    public long hash(byte[] key, int offset, int length) {
        return table.hash(key, offset, length);
    }

    /** Adds a key to those that will soon be looked for. */
    public void expect(Expected expected, byte[] key, int offset, int length) {
        long hash = hash(key, offset, length);
        expected.add(table.segmentOf(hash), hash);
    }

    /** The {@link PackedEntry} of a key; null where there is none. */
    public byte[] find(long hash, byte[] key, int offset, int length, long now) {
        unsettled.lookAt(hash ^ databaseHash);
        unsettled.look(clearedLsn);
        byte[] entry = table.find(hash, key, offset, length);
        if (entry != null && PackedEntry.deadline(entry) <= now) {
            table.remove(hash, key, offset, length);
            expiredKeys++;
            return null;
        }
        return entry;
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
        byte[] entry = PackedEntry.pack(key, keyOffset, keyLength, value, valueOffset, valueLength, deadline);
        unsettled.prepare(); // what may fail for want of memory comes first, what says that something changed last
        table.put(hash, entry);
        changed(hash);
    }

    /**
     * Removes a key.
     *
     * @return whether it was there, expired or not
     */
    public boolean remove(long hash, byte[] key, int offset, int length) {
        unsettled.prepare();
        changed(hash);
        return table.remove(hash, key, offset, length);
    }

    /** Removes every key. */
    public void clear() {
        clearedLsn = unsettled.change();
        changedLsn = clearedLsn;
        table.clear();
    }

    private void changed(long hash) {
        changedLsn = unsettled.change(hash ^ databaseHash);
    }

    /** How many keys there are, those included that have expired and were not met since; as Redis counts. */
    public int size() {
        unsettled.look(changedLsn);
        return table.size();
    }

    /** How many keys have a deadline. */
    public int expiring() {
        unsettled.look(changedLsn);
        return table.expiring();
    }

    /** Hands over the {@link PackedEntry} of every key that has not expired; the visitor must change nothing. */
    public void forEach(long now, Consumer<byte[]> visitor) {
        unsettled.look(changedLsn);
        table.forEach(entry -> {
            if (PackedEntry.deadline(entry) > now) {
                visitor.accept(entry);
            }
        });
    }

    /** What the keys and values and the table around them take of the heap, in bytes. */
    public long memoryBytes() {
        return table.memoryBytes();
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
        expiredKeys += table.removeExpired(expireIndex++, now);
        return table.directoryLength();
    }
}

package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A small hash table, open addressing, one byte of fingerprint beside each slot (after the Swiss tables of Abseil and
 * the segments of Dash, VLDB 2020): a search compares eight fingerprints at a time and touches an entry only when its
 * fingerprint matches.
 *
 * <pre>
 *   marks   [ 8 fingerprints ][ 8 fingerprints ] …     0 empty, 1 removed, 0x80 | seven bits of the hash: taken
 *   entries [ 8 references   ][ 8 references   ] …
 *   objects [ 8 references   ][ 8 references   ] …     only where some value is not a string
 *             group 0           group 1
 * </pre>
 *
 * <p>A key's group comes from the middle bits of its hash; when the group has no empty slot, the search goes on in the
 * next one. Hash bits: the highest choose the segment (see {@link Table}), bits 38..7 the group, 6..0 the fingerprint.
 */
final class TableSegment {
    static final int MAX_SLOTS = 1024;
    /** A fingerprint and a reference. */
    static final int SLOT_BYTES = 5;

    static final int GROUP = 8;
    private static final int MIN_SLOTS = 16;
    private static final byte EMPTY = 0;
    private static final byte REMOVED = 1;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many of the highest bits of the hash all entries here share. */
    final int depth;

    private byte[] marks;
    private byte[][] entries;
    private MutableValue[] objects; // beside the entries; null while all of them are strings
    private int size;
    private int removed;
    private int snapshot; // the last one that has what was here
    /** No entry here has an earlier deadline; {@link Keyspace#NEVER} where none has any. */
    private long earliestDeadline = Keyspace.NEVER;

    TableSegment(int depth, int expectedSize) {
        this.depth = depth;
        allocate(slotsFor(expectedSize));
    }

    private void allocate(int slots) {
        byte[] newMarks = new byte[slots];
        entries = new byte[slots][]; // both or, for want of memory, none
        marks = newMarks;
        objects = null;
        size = 0;
        removed = 0;
    }

    /** Slots that hold {@code size} entries at five eighths of their number, a multiple of a group. */
    private static int slotsFor(int size) {
        int wanted = (size * 8 / 5 + GROUP) & -GROUP;
        return Math.clamp(wanted, MIN_SLOTS, MAX_SLOTS);
    }

    int size() {
        return size;
    }

    /** Whether a snapshot has what was here when it began. */
    boolean isIn(int number) {
        return snapshot == number;
    }

    void isNowIn(int number) {
        snapshot = number;
    }

    /** The entries as they are now. */
    SnapshotPart copy() {
        if (objects == null) {
            return new SnapshotPart(entries.clone(), null);
        }
        MutableValue[] frozen = new MutableValue[objects.length];
        for (int i = 0; i < objects.length; i++) {
            frozen[i] = objects[i] == null ? null : objects[i].frozen();
        }
        return new SnapshotPart(entries.clone(), frozen);
    }

    int slots() {
        return marks.length;
    }

    /** The entry in a slot; null where there is none. */
    byte[] entry(int slot) {
        return entries[slot];
    }

    /** The value in a slot where it is not a string; else null. */
    MutableValue object(int slot) {
        return objects == null ? null : objects[slot];
    }

    /** Whether it has the array for values that are not strings. */
    boolean hasObjects() {
        return objects != null;
    }

    /** Whether there is no room for one more; then {@link #rebuild} or split. At 15/16 a search still ends soon. */
    boolean isFull() {
        return size + removed >= marks.length - (marks.length >> 4);
    }

    /** The slot of a key; -1 when it is not here. */
    int find(long hash, byte[] key, int offset, int length) {
        long pattern = fingerprint(hash) * LOW_BITS;
        int groups = marks.length / GROUP;
        int group = group(hash, groups);
        while (true) {
            long word = (long) LONG.get(marks, group * GROUP);
            for (long match = zeroBytes(word ^ pattern); match != 0; match &= match - 1) {
                int slot = group * GROUP + (Long.numberOfTrailingZeros(match) >>> 3);
                if (PackedEntry.hasKey(entries[slot], key, offset, length)) {
                    return slot;
                }
            }
            if (zeroBytes(word) != 0) {
                return -1;
            }
            group = group + 1 == groups ? 0 : group + 1;
        }
    }

    /** The slot that a search for this hash looks at first; -1 when it is likely that there is none. */
    int firstMatch(long hash) {
        int at = group(hash, marks.length / GROUP) * GROUP;
        long match = zeroBytes((long) LONG.get(marks, at) ^ fingerprint(hash) * LOW_BITS);
        return match == 0 ? -1 : at + (Long.numberOfTrailingZeros(match) >>> 3);
    }

    /** Adds an entry whose key is not here; only when it is not {@link #isFull}. */
    void insert(long hash, byte[] entry, MutableValue object) {
        int groups = marks.length / GROUP;
        int group = group(hash, groups);
        while (true) {
            long free = ~(long) LONG.get(marks, group * GROUP) & HIGH_BITS;
            if (free != 0) {
                int slot = group * GROUP + (Long.numberOfTrailingZeros(free) >>> 3);
                if (marks[slot] == REMOVED) {
                    removed--;
                }
                marks[slot] = (byte) fingerprint(hash);
                size++;
                set(slot, entry, object);
                return;
            }
            group = group + 1 == groups ? 0 : group + 1;
        }
    }

    /** Puts an entry in the place of another with the same key. */
    void set(int slot, byte[] entry, MutableValue object) {
        if (object != null && objects == null) {
            objects = new MutableValue[entries.length]; // may fail for want of memory, so it comes first
        }
        entries[slot] = entry;
        if (objects != null) {
            objects[slot] = object;
        }
        note(PackedEntry.deadline(entry));
    }

    private void note(long deadline) {
        if (earliestDeadline == Keyspace.NEVER || deadline != Keyspace.NEVER && deadline < earliestDeadline) {
            earliestDeadline = deadline;
        }
    }

    void remove(int slot) {
        long word = (long) LONG.get(marks, slot & -GROUP);
        boolean searchEndsHere = zeroBytes(word) != 0;
        marks[slot] = searchEndsHere ? EMPTY : REMOVED;
        removed += searchEndsHere ? 0 : 1;
        entries[slot] = null;
        if (objects != null) {
            objects[slot] = null;
        }
        size--;
    }

    /** Whether some entry here may have expired. */
    boolean mayExpire(long now) {
        return Keyspace.isOver(earliestDeadline, now);
    }

    /** Sets the earliest deadline right again, after the expired entries have gone. */
    void recomputeEarliestDeadline() {
        earliestDeadline = Keyspace.NEVER;
        for (byte[] entry : entries) {
            if (entry != null) {
                note(PackedEntry.deadline(entry));
            }
        }
    }

    /** Whether most of the slots stand empty, so that {@link #rebuild} gives memory back. */
    boolean isSparse() {
        return marks.length > MIN_SLOTS && size < marks.length >> 2;
    }

    /** Whether {@link #rebuild} makes room; if not, the segment has to be split. */
    boolean canRebuild() {
        return slotsFor(size) > marks.length || removed > marks.length >> 3;
    }

    /** Moves the entries to as many slots as their number asks for, and forgets the removed ones. */
    void rebuild(KeyHash hashing) {
        byte[][] old = entries;
        MutableValue[] oldObjects = objects;
        long[] hashes = hashing.hashAll(old);
        allocate(slotsFor(size));
        for (int i = 0; i < old.length; i++) {
            if (old[i] != null) {
                insert(hashes[i], old[i], oldObjects == null ? null : oldObjects[i]);
            }
        }
    }

    /** The two halves of this segment, by the next bit of the hash. */
    TableSegment[] split(KeyHash hashing) {
        long[] hashes = hashing.hashAll(entries);
        int shift = 63 - depth;
        int upper = 0;
        for (int i = 0; i < entries.length; i++) {
            upper += entries[i] == null ? 0 : (int) (hashes[i] >>> shift) & 1;
        }
        TableSegment[] halves = {new TableSegment(depth + 1, size - upper), new TableSegment(depth + 1, upper)};
        halves[0].snapshot = snapshot;
        halves[1].snapshot = snapshot;
        for (int i = 0; i < entries.length; i++) {
            if (entries[i] != null) {
                halves[(int) (hashes[i] >>> shift) & 1].insert(hashes[i], entries[i], object(i));
            }
        }
        return halves;
    }

    /**
     * A {@link Table#scan} place, bits 38..7 of a hash: where the groups end that begin with that of {@code place} and
     * have {@code count} slots, or where this segment ends.
     */
    long placeAfter(long place, int count) {
        long groups = marks.length / GROUP;
        long end = Math.min(groups, (place * groups >>> 32) + (count - 1) / GROUP + 1);
        return ((end << 32) + groups - 1) / groups;
    }

    /**
     * Hands over the entries whose places are in {@code [from, to)}. They stand in the groups of those places or, where
     * these are full, in the ones that follow.
     *
     * @return how many groups were looked at
     */
    int visit(KeyHash hashing, long from, long to, Entry view, Consumer<Entry> visitor) {
        int groups = marks.length / GROUP;
        int group = (int) (from * groups >>> 32);
        int own = (int) ((to - 1) * groups >>> 32) - group + 1;
        int looked = 0;
        boolean goesOn = true;
        while (goesOn && looked < groups) {
            for (int slot = group * GROUP; slot < (group + 1) * GROUP; slot++) {
                byte[] entry = entries[slot];
                if (entry != null) {
                    long place = hashing.hash(entry) >>> 7 & 0xffffffffL;
                    if (place >= from && place < to) {
                        visitor.accept(view.show(entry, object(slot)));
                    }
                }
            }
            looked++;
            goesOn = looked < own || zeroBytes((long) LONG.get(marks, group * GROUP)) == 0;
            group = group + 1 == groups ? 0 : group + 1;
        }
        return looked;
    }

    /**
     * Hands over up to {@code count} entries, from a slot chosen by chance on.
     *
     * @return how many
     */
    int sample(int chance, int count, boolean volatileOnly, Entry view, Consumer<Entry> visitor) {
        if (volatileOnly && earliestDeadline == Keyspace.NEVER) {
            return 0;
        }
        int found = 0;
        int slot = chance % entries.length;
        for (int i = 0; i < entries.length && found < count; i++) {
            byte[] entry = entries[slot];
            if (entry != null && !(volatileOnly && PackedEntry.deadline(entry) == Keyspace.NEVER)) {
                visitor.accept(view.show(entry, object(slot)));
                found++;
            }
            slot = slot + 1 == entries.length ? 0 : slot + 1;
        }
        return found;
    }

    /** The slot of the entry before which there are so many; fewer than {@link #size}. */
    int slotOf(int index) {
        int left = index;
        for (int slot = 0; slot < entries.length; slot++) {
            if (entries[slot] != null && left-- == 0) {
                return slot;
            }
        }
        throw new IllegalArgumentException("no entry " + index + " of " + size);
    }

    private static long fingerprint(long hash) {
        return hash & 0x7f | 0x80;
    }

    private static int group(long hash, int groups) {
        return (int) ((hash >>> 7 & 0xffffffffL) * groups >>> 32);
    }

    /** The high bit of each byte that is zero; above a zero byte, a byte of one may be marked too. */
    private static long zeroBytes(long word) {
        return word - LOW_BITS & ~word & HIGH_BITS;
    }
}

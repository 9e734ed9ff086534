package dev.miniredis.keyspace;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A hash table that grows a segment at a time (extendible hashing, Fagin et al., TODS 1979): the highest bits of a hash
 * choose a segment from the directory; a full segment splits in two and only the directory, a reference a segment, ever
 * doubles. So no growth stops the world or holds everything twice, and walking the directory walks in the order of the
 * hashes, which stays true however the table grows.
 *
 * <pre>
 *   directory, depth 2:   00 → ┌ A, depth 1: hashes 0… ┐
 *                         01 → └                       ┘
 *                         10 →   B, depth 2: hashes 10…
 *                         11 →   C, depth 2: hashes 11…
 * </pre>
 */
final class Table {
    private static final int ARRAY_ALIGNMENT = 8;
    private static final int REFERENCE_BYTES = 4;
    /** A segment object and its two array headers. */
    private static final int SEGMENT_BYTES = 72;

    private final KeyHash hashing;
    private final int arrayHeaderBytes;
    private Segment[] directory;
    private int depth;
    private int size;
    private int expiring;
    private long memoryBytes;

    Table(KeyHash hashing, int arrayHeaderBytes) {
        this.hashing = hashing;
        this.arrayHeaderBytes = arrayHeaderBytes;
        clear();
    }

    void clear() {
        depth = 0;
        size = 0;
        expiring = 0;
        directory = new Segment[] {new Segment(0, 0)};
        memoryBytes = segmentBytes(directory[0]);
    }

    int size() {
        return size;
    }

    /** How many entries have a deadline. */
    int expiring() {
        return expiring;
    }

    /** What entries, segments and directory take of the heap, by the sizes of their objects. */
    long memoryBytes() {
        return memoryBytes + (long) directory.length * REFERENCE_BYTES;
    }

    long hash(byte[] key, int offset, int length) {
        return hashing.hash(key, offset, length);
    }

    byte[] find(long hash, byte[] key, int offset, int length) {
        Segment segment = segmentOf(hash);
        int slot = segment.find(hash, key, offset, length);
        return slot < 0 ? null : segment.entry(slot);
    }

    /** Adds an entry, or puts it in the place of the one with the same key. */
    void put(long hash, byte[] entry) {
        int keyOffset = PackedEntry.keyOffset(entry);
        Segment segment = segmentOf(hash);
        int slot = segment.find(hash, entry, keyOffset, PackedEntry.keyLength(entry));
        if (slot >= 0) {
            forget(segment.entry(slot));
            segment.set(slot, entry);
        } else {
            while (segment.isFull()) {
                makeRoom(segment, hash);
                segment = segmentOf(hash);
            }
            segment.insert(hash, entry);
        }
        size++;
        expiring += PackedEntry.deadline(entry) == Keyspace.NEVER ? 0 : 1;
        memoryBytes += entryBytes(entry);
    }

    boolean remove(long hash, byte[] key, int offset, int length) {
        Segment segment = segmentOf(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return false;
        }
        removeSlot(segment, slot);
        if (segment.isSparse()) {
            rebuild(segment);
        }
        return true;
    }

    private void removeSlot(Segment segment, int slot) {
        forget(segment.entry(slot));
        segment.remove(slot);
    }

    private void forget(byte[] entry) {
        size--;
        expiring -= PackedEntry.deadline(entry) == Keyspace.NEVER ? 0 : 1;
        memoryBytes -= entryBytes(entry);
    }

    Segment segmentOf(long hash) {
        return directory[directoryIndex(hash, depth)];
    }

    /** The highest {@code depth} bits of a hash; {@code depth} may be 0. */
    private static int directoryIndex(long hash, int depth) {
        return (int) (hash >>> 1 >>> 63 - depth);
    }

    private void makeRoom(Segment segment, long hash) {
        if (segment.canRebuild()) {
            rebuild(segment);
        } else {
            split(segment, hash);
        }
    }

    private void rebuild(Segment segment) {
        memoryBytes -= segmentBytes(segment);
        segment.rebuild(hashing);
        memoryBytes += segmentBytes(segment);
    }

    /** Splits the segment that {@code hash} belongs to. */
    private void split(Segment segment, long hash) {
        if (segment.depth == depth) {
            doubleDirectory();
        }
        Segment[] halves = segment.split(hashing);
        int first = directoryIndex(hash, segment.depth) << depth - segment.depth;
        int half = 1 << depth - segment.depth - 1;
        Arrays.fill(directory, first, first + half, halves[0]);
        Arrays.fill(directory, first + half, first + 2 * half, halves[1]);
        memoryBytes += segmentBytes(halves[0]) + segmentBytes(halves[1]) - segmentBytes(segment);
    }

    private void doubleDirectory() {
        Segment[] doubled = new Segment[directory.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i >> 1];
        }
        directory = doubled;
        depth++;
    }

    /** Hands every entry to a visitor that must not change the table. */
    void forEach(Consumer<byte[]> visitor) {
        Segment last = null;
        for (Segment segment : directory) {
            if (segment == last) {
                continue;
            }
            last = segment;
            for (int slot = 0; slot < segment.slots(); slot++) {
                byte[] entry = segment.entry(slot);
                if (entry != null) {
                    visitor.accept(entry);
                }
            }
        }
    }

    /**
     * Removes what has expired from the segment at a place of the directory.
     *
     * @param index a place in the directory; taken modulo its length
     * @return how many entries were removed
     */
    int removeExpired(int index, long now) {
        Segment segment = directory[index & directory.length - 1];
        if (!segment.mayExpire(now)) {
            return 0;
        }
        int had = size;
        for (int slot = 0; slot < segment.slots(); slot++) {
            byte[] entry = segment.entry(slot);
            if (entry != null && PackedEntry.deadline(entry) <= now) {
                removeSlot(segment, slot);
            }
        }
        segment.recomputeEarliestDeadline();
        if (segment.isSparse()) {
            rebuild(segment);
        }
        return had - size;
    }

    int directoryLength() {
        return directory.length;
    }

    private long entryBytes(byte[] entry) {
        return aligned(arrayHeaderBytes + entry.length);
    }

    private long segmentBytes(Segment segment) {
        return SEGMENT_BYTES + aligned(segment.slots()) + aligned((long) segment.slots() * REFERENCE_BYTES);
    }

    private static long aligned(long bytes) {
        return bytes + ARRAY_ALIGNMENT - 1 & -ARRAY_ALIGNMENT;
    }
}

package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

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
    /** A segment that is prepared for so many at most holds a few dozen more without splitting. */
    private static final int PREPARED_SIZE = 800;
    /** How many hashes fall to a segment differs from the mean by its root; three roots are rarely passed. */
    private static final int PREPARED_DEVIATIONS = 3;

    private static final int CURSOR_SHIFT = 7;
    private static final int PLACE_BITS = 32;
    private static final int PREFIX_BITS = Long.SIZE - CURSOR_SHIFT - PLACE_BITS;
    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;
    private static final long CURSOR_MASK = -1L >>> CURSOR_SHIFT;

    private KeyHash hashing;
    private final MemoryAccount account;
    private final OpenValues openValues;
    private final Entry view = new Entry(); // what visitors get
    private TableSegment[] directory;
    private int depth;
    private int size;
    private int expiring;
    private long memoryBytes; // this table's part of the account
    private int snapshot;
    private Consumer<SnapshotPart> snapshotTaker; // null where nothing is left to take
    private long snapshotHash; // what has a lower hash is taken

    Table(KeyHash hashing, MemoryAccount account, OpenValues openValues) {
        this.hashing = hashing;
        this.account = account;
        this.openValues = openValues;
        clear();
    }

    void clear() {
        while (takesSnapshot()) {
            snapshotStep();
        }
        openValues.close();
        begin(0, 0);
    }

    /**
     * Gets ready for entries, while there are none: makes as many segments, as large, as they will fill, so that none
     * has to grow or split.
     */
    void prepare(KeyHash newHashing, int expectedSize) {
        if (size > 0 || takesSnapshot()) {
            throw new IllegalStateException("the table is in use");
        }
        hashing = newHashing;
        int newDepth = 0;
        while (expectedSize >> newDepth > PREPARED_SIZE) {
            newDepth++;
        }
        int mean = expectedSize >> newDepth;
        begin(newDepth, mean == 0 ? 0 : mean + (int) (PREPARED_DEVIATIONS * Math.sqrt(mean)));
    }

    private void begin(int newDepth, int segmentSize) {
        takes(-memoryBytes);
        depth = newDepth;
        size = 0;
        expiring = 0;
        directory = new TableSegment[1 << newDepth];
        takes(account.directoryBytes(directory.length));
        for (int i = 0; i < directory.length; i++) {
            directory[i] = new TableSegment(newDepth, segmentSize);
            directory[i].isNowIn(snapshot);
            takes(bytes(directory[i]));
        }
    }

    /** Says that the table takes so many more bytes. */
    void takes(long bytes) {
        memoryBytes += bytes;
        account.add(bytes);
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
        return memoryBytes;
    }

    /** The part of that which is not entries. */
    long overheadBytes() {
        long bytes = account.directoryBytes(directory.length);
        TableSegment last = null;
        for (TableSegment segment : directory) {
            bytes += segment == last ? 0 : bytes(segment);
            last = segment;
        }
        return bytes;
    }

    long hash(byte[] key, int offset, int length) {
        return hashing.hash(key, offset, length);
    }

    byte[] find(long hash, byte[] key, int offset, int length) {
        TableSegment segment = segmentOf(hash);
        int slot = segment.find(hash, key, offset, length);
        return slot < 0 ? null : segment.entry(slot);
    }

    /**
     * Finds an entry.
     *
     * @param into is to show it
     * @return {@code into}; null where there is no such key
     */
    Entry find(long hash, byte[] key, int offset, int length, Entry into) {
        TableSegment segment = segmentOf(hash);
        int slot = segment.find(hash, key, offset, length);
        return slot < 0 ? null : into.show(segment.entry(slot), segment.object(slot));
    }

    /**
     * Adds an entry, or puts it in the place of the one with the same key.
     *
     * @param object the value, where it is not a string; it may be the one that is there
     */
    @SuppressWarnings("ReferenceEquality") // the same value, not an equal one
    void put(long hash, byte[] entry, MutableValue object) {
        int keyOffset = PackedEntry.keyOffset(entry);
        TableSegment segment = segmentOf(hash);
        beforeChange(segment);
        int slot = segment.find(hash, entry, keyOffset, PackedEntry.keyLength(entry));
        if (slot >= 0) {
            forget(segment.entry(slot), segment.object(slot) == object ? null : segment.object(slot));
            long objectsBytes = bytesOfFirstObject(segment, object);
            segment.set(slot, entry, object);
            takes(objectsBytes);
        } else {
            while (segment.isFull()) {
                makeRoom(segment, hash);
                segment = segmentOf(hash);
            }
            long objectsBytes = bytesOfFirstObject(segment, object);
            segment.insert(hash, entry, object);
            takes(objectsBytes);
        }
        size++;
        expiring += PackedEntry.deadline(entry) == Keyspace.NEVER ? 0 : 1;
        takes(account.entryBytes(entry) + (object == null ? 0 : object.account()));
    }

    /** The bytes that a segment grows by when its first value that is not a string is put into it. */
    private long bytesOfFirstObject(TableSegment segment, MutableValue object) {
        if (object == null || segment.hasObjects()) {
            return 0;
        }
        return account.segmentBytes(segment.slots(), true) - account.segmentBytes(segment.slots(), false);
    }

    boolean remove(long hash, byte[] key, int offset, int length) {
        return remove(hash, key, offset, length, false);
    }

    /** Removes an entry whose value stays, under another key. */
    void removeKey(long hash, byte[] key, int offset, int length) {
        remove(hash, key, offset, length, true);
    }

    private boolean remove(long hash, byte[] key, int offset, int length, boolean valueStays) {
        TableSegment segment = segmentOf(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return false;
        }
        removeSlot(segment, slot, valueStays);
        if (segment.isSparse()) {
            rebuild(segment);
        }
        return true;
    }

    private void removeSlot(TableSegment segment, int slot, boolean valueStays) {
        beforeChange(segment);
        forget(segment.entry(slot), valueStays ? null : segment.object(slot));
        segment.remove(slot);
    }

    /** @param object the value that goes with the entry; null for a string, or one that stays */
    private void forget(byte[] entry, MutableValue object) {
        size--;
        expiring -= PackedEntry.deadline(entry) == Keyspace.NEVER ? 0 : 1;
        takes(-account.entryBytes(entry));
        if (object != null) {
            openValues.forget(object);
            takes(-object.accountedBytes());
        }
    }

    /** Allows the value of a key to be changed in place, after a snapshot under way has been given what was there. */
    void open(long hash, MutableValue object) {
        beforeChange(segmentOf(hash));
        openValues.open(object, this);
    }

    /**
     * Begins a snapshot: what the table holds now is handed over a segment at a time, by {@link #snapshotStep}, and
     * before a segment changes for the first time. Entries never change, so that an array of references is all it
     * takes; of the values that are changed in place, it takes what they are at that moment. (Redis leaves the same to
     * {@code fork} and the operating system's pages.)
     *
     * @param taker may keep what it gets
     */
    void beginSnapshot(Consumer<SnapshotPart> taker) {
        snapshot++;
        snapshotTaker = taker;
        snapshotHash = 0;
    }

    boolean takesSnapshot() {
        return snapshotTaker != null;
    }

    /** Stops the snapshot: the rest is not handed over. */
    void endSnapshot() {
        snapshotTaker = null;
    }

    /** Hands over the next segment, unless it was handed over because it changed. */
    void snapshotStep() {
        TableSegment segment = segmentOf(snapshotHash);
        beforeChange(segment);
        if (segment.depth > 0) {
            long span = 1L << Long.SIZE - segment.depth;
            snapshotHash = (snapshotHash & -span) + span; // 0 after the last
        }
        if (snapshotHash == 0) {
            snapshotTaker = null;
        }
    }

    private void beforeChange(TableSegment segment) {
        if (snapshotTaker != null && !segment.isIn(snapshot)) {
            snapshotTaker.accept(segment.copy()); // may fail for want of memory
            segment.isNowIn(snapshot);
        }
    }

    TableSegment segmentOf(long hash) {
        return directory[directoryIndex(hash, depth)];
    }

    /** The highest {@code depth} bits of a hash; {@code depth} may be 0. */
    private static int directoryIndex(long hash, int depth) {
        return (int) (hash >>> 1 >>> 63 - depth);
    }

    private void makeRoom(TableSegment segment, long hash) {
        if (segment.canRebuild()) {
            rebuild(segment);
        } else {
            split(segment, hash);
        }
    }

    private void rebuild(TableSegment segment) {
        long before = bytes(segment);
        segment.rebuild(hashing);
        takes(bytes(segment) - before);
    }

    /** Splits the segment that {@code hash} belongs to. */
    private void split(TableSegment segment, long hash) {
        if (segment.depth == depth) {
            doubleDirectory();
        }
        TableSegment[] halves = segment.split(hashing);
        int first = directoryIndex(hash, segment.depth) << depth - segment.depth;
        int half = 1 << depth - segment.depth - 1;
        Arrays.fill(directory, first, first + half, halves[0]);
        Arrays.fill(directory, first + half, first + 2 * half, halves[1]);
        takes(bytes(halves[0]) + bytes(halves[1]) - bytes(segment));
    }

    private long bytes(TableSegment segment) {
        return account.segmentBytes(segment.slots(), segment.hasObjects());
    }

    private void doubleDirectory() {
        TableSegment[] doubled = new TableSegment[directory.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i >> 1];
        }
        takes(account.directoryBytes(doubled.length) - account.directoryBytes(directory.length));
        directory = doubled;
        depth++;
    }

    /** Hands every entry to a visitor that must not change the table. */
    void forEach(Consumer<Entry> visitor) {
        TableSegment last = null;
        for (TableSegment segment : directory) {
            if (segment == last) {
                continue;
            }
            last = segment;
            for (int slot = 0; slot < segment.slots(); slot++) {
                byte[] entry = segment.entry(slot);
                if (entry != null) {
                    visitor.accept(view.show(entry, segment.object(slot)));
                }
            }
        }
    }

    /**
     * Removes what has expired from the segment at a place of the directory.
     *
     * @param index a place in the directory; taken modulo its length
     * @param visitor gets what was removed; must not change the table
     * @return how many entries were removed
     */
    int removeExpired(int index, long now, Consumer<Entry> visitor) {
        TableSegment segment = directory[index & directory.length - 1];
        if (!segment.mayExpire(now)) {
            return 0;
        }
        int had = size;
        for (int slot = 0; slot < segment.slots(); slot++) {
            byte[] entry = segment.entry(slot);
            if (entry != null && Keyspace.isOver(PackedEntry.deadline(entry), now)) {
                removeSlot(segment, slot, false);
                visitor.accept(view.show(entry, null));
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

    /**
     * Hands over entries in the order of their hashes, from a cursor on, until {@code count} slots were looked at. What
     * is there from the first call, with cursor 0, to the one that answers 0 is handed over at least once, however the
     * table changes between the calls.
     *
     * <p>A cursor is the hash that comes next, without its lowest seven bits: the upper 25 bits say which segment, the
     * lower 32 which place in it. A segment that has split since is visited as its two halves, of which the second from
     * its beginning.
     *
     * @return the next cursor; 0 when this was the end
     */
    long scan(long cursor, int count, Consumer<Entry> visitor) {
        long at = cursor & CURSOR_MASK;
        int left = count;
        while (true) {
            TableSegment segment = segmentOf(at << CURSOR_SHIFT);
            long place = at & PLACE_MASK;
            while (left > 0 && place <= PLACE_MASK) {
                long end = segment.placeAfter(place, left);
                left -= TableSegment.GROUP * segment.visit(hashing, place, end, view, visitor);
                place = end;
            }
            if (place <= PLACE_MASK) {
                return at & ~PLACE_MASK | place;
            }
            long next = (at >>> PLACE_BITS >>> PREFIX_BITS - segment.depth) + 1;
            if (next >>> segment.depth != 0) {
                return 0;
            }
            at = next << PREFIX_BITS - segment.depth << PLACE_BITS;
            if (left <= 0) {
                return at;
            }
        }
    }

    /**
     * Finds an entry chosen by chance, each of them about as likely. A segment has a share of the directory as large as
     * its share of the hashes.
     *
     * @param into is to show it
     * @return {@code into}; null where there is no entry
     */
    Entry random(RandomGenerator chance, Entry into) {
        if (size == 0) {
            return null;
        }
        int first = chance.nextInt(directory.length);
        TableSegment segment = directory[first];
        for (int i = 1; segment.size() == 0; i++) {
            segment = directory[first + i & directory.length - 1];
        }
        int slot = segment.slotOf(chance.nextInt(segment.size()));
        return into.show(segment.entry(slot), segment.object(slot));
    }

    /** Whether an entry is still what its key holds. */
    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    boolean holds(byte[] entry) {
        int offset = PackedEntry.keyOffset(entry);
        int length = PackedEntry.keyLength(entry);
        return find(hash(entry, offset, length), entry, offset, length) == entry;
    }

    /**
     * Hands over some entries of a place chosen by chance.
     *
     * @param chance any number, each time another
     * @param count how many are wanted; there may be fewer
     * @param volatileOnly whether only those with a deadline are wanted
     */
    void sample(long chance, int count, boolean volatileOnly, Consumer<Entry> visitor) {
        int left = volatileOnly ? Math.min(count, expiring) : Math.min(count, size);
        int first = directoryIndex(chance, depth);
        for (int i = 0; left > 0 && i < directory.length; i++) {
            TableSegment segment = directory[first + i & directory.length - 1];
            left -= segment.sample((int) chance & Integer.MAX_VALUE, left, volatileOnly, view, visitor);
        }
    }
}

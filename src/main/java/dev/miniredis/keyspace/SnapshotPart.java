package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;

/** Some entries of a snapshot, as they were when it began. It may be read by any one thread, at any time. */
public final class SnapshotPart {
    /** Takes one entry after the other. */
    @FunctionalInterface
    public interface Visitor<X extends Exception> {
        /** The entry is good during the call. */
        void visit(Entry entry) throws X;
    }

    private final byte[][] entries; // with gaps, and with what has expired
    private final MutableValue[] objects; // null where all are strings

    SnapshotPart(byte[][] entries, MutableValue[] objects) {
        this.entries = entries;
        this.objects = objects;
    }

    /**
     * Hands over the entries that have not expired at a time.
     *
     * @param <X> what the visitor may throw
     */
    public <X extends Exception> void forEach(long atMillis, Visitor<X> visitor) throws X {
        Entry entry = new Entry();
        for (int i = 0; i < entries.length; i++) {
            if (entries[i] != null && !Keyspace.isOver(PackedEntry.deadline(entries[i]), atMillis)) {
                visitor.visit(entry.show(entries[i], objects == null ? null : objects[i]));
            }
        }
    }
}

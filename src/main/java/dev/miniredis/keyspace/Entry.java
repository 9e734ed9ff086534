package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.StringValue.Form;
import dev.miniredis.value.Value;

/**
 * A key with its value and deadline: a view that a {@link Keyspace} lays over what it has found, so that finding
 * allocates nothing. The view shows what was found, also after the key has been set again, until it is used to find
 * something else.
 */
public final class Entry {
    // Holds the packed entry, see PackedEntry, as the bytes around its value. A field of its own for them would be
    // another
    // reference to store at each lookup, which costs a memory barrier of the collector.
    private final StringValue string = new StringValue();
    private MutableValue object; // null for a string, which is in the packed entry

    Entry show(byte[] packed, MutableValue newObject) {
        int offset = PackedEntry.valueOffset(packed);
        string.wrap(packed, offset, packed.length - offset, PackedEntry.form(packed));
        if (object != null || newObject != null) {
            object = newObject;
        }
        return this;
    }

    /** Shows what another entry shows. */
    public Entry show(Entry other) {
        return show(other.packed(), other.object);
    }

    /** Shows nothing, so that what it has shown may be freed. */
    public void clear() {
        string.wrap(null, 0, 0, Form.AS_GIVEN);
        object = null;
    }

    byte[] packed() {
        return string.bytes();
    }

    MutableValue object() {
        return object;
    }

    /** The bytes that hold the key, from {@link #keyOffset} on. */
    public byte[] keyBytes() {
        return packed();
    }

    public int keyOffset() {
        return PackedEntry.keyOffset(packed());
    }

    public int keyLength() {
        return PackedEntry.keyLength(packed());
    }

    /** When the key expires, in milliseconds since 1970; {@link Keyspace#NEVER} when it does not. */
    public long deadline() {
        return PackedEntry.deadline(packed());
    }

    /** Whether the key has a deadline. */
    public boolean expires() {
        return deadline() != Keyspace.NEVER;
    }

    /** Whether the key has expired. */
    public boolean isOver(long now) {
        return Keyspace.isOver(deadline(), now);
    }

    /** The value; a string is a view, good until this entry shows something else. */
    public Value value() {
        return object != null ? object : string;
    }

    /**
     * Says of a string that Redis would have made it ready for a change in place, and keeps it as {@code raw} from then
     * on. That is no change of the data.
     */
    public void makeRaw() {
        PackedEntry.form(packed(), Form.RAW);
        show(packed(), object);
    }

    /** How many bytes are kept from being freed by showing them. */
    public long heldBytes() {
        return packed().length + (object == null ? 0 : object.memoryBytes());
    }

    /** Whether both show the same place of the table, and nothing was set there in between. */
    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    public boolean isSameAs(Entry other) {
        return packed() == other.packed();
    }
}

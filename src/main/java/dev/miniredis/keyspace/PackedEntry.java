package dev.miniredis.keyspace;

import dev.miniredis.value.StringValue.Form;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key with its string, in one array that never changes once it is made, but for the access bits and the form. Of a
 * key with a {@link dev.miniredis.value.MutableValue}, the value part is empty.
 *
 * <pre>
 *   [flags and form] [key length: 1 byte, or 4 if LONG_KEY] [deadline: 8 bytes, if DEADLINE] [access: 3 bytes, if ACCESS]
 *   [key …] [value … to the end]
 * </pre>
 *
 * <p>So a pair costs one object: 12 bytes of array header and, for a short key without a deadline, two more than it
 * holds. Numbers are big-endian; a deadline is in milliseconds since 1970.
 */
final class PackedEntry {
    private static final int DEADLINE = 1;
    private static final int LONG_KEY = 2;
    private static final int ACCESS = 4;

    private static final int FORM_SHIFT = 3;
    private static final int FORM_MASK = 3 << FORM_SHIFT;
    private static final Form[] FORMS = Form.values();

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private PackedEntry() {}

    /**
     * @param access the {@link Access} bits, or {@link Access#UNKNOWN} for an entry without them
     */
    static byte[] pack(
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            long deadline,
            int access,
            Form form) {
        boolean longKey = keyLength > 0xff;
        boolean expires = deadline != Keyspace.NEVER;
        boolean tracked = access != Access.UNKNOWN;
        int flags = (expires ? DEADLINE : 0)
                | (longKey ? LONG_KEY : 0)
                | (tracked ? ACCESS : 0)
                | form.ordinal() << FORM_SHIFT;
        int keyAt = keyOffset(flags);
        byte[] entry = new byte[keyAt + keyLength + valueLength];
        entry[0] = (byte) flags;
        if (longKey) {
            INT.set(entry, 1, keyLength);
        } else {
            entry[1] = (byte) keyLength;
        }
        if (expires) {
            LONG.set(entry, longKey ? 5 : 2, deadline);
        }
        if (tracked) {
            access(entry, access);
        }
        System.arraycopy(key, keyOffset, entry, keyAt, keyLength);
        System.arraycopy(value, valueOffset, entry, keyAt + keyLength, valueLength);
        return entry;
    }

    /** How the string came to be. A base does not keep it. */
    static Form form(byte[] entry) {
        return FORMS[(entry[0] & FORM_MASK) >> FORM_SHIFT];
    }

    /** Sets how the string came to be. */
    static void form(byte[] entry, Form form) {
        entry[0] = (byte) (entry[0] & ~FORM_MASK | form.ordinal() << FORM_SHIFT);
    }

    static int keyOffset(byte[] entry) {
        return keyOffset((int) entry[0]);
    }

    private static int keyOffset(int flags) {
        return 2
                + ((flags & LONG_KEY) != 0 ? 3 : 0)
                + ((flags & DEADLINE) != 0 ? 8 : 0)
                + ((flags & ACCESS) != 0 ? Access.BYTES : 0);
    }

    /** The {@link Access} bits; {@link Access#UNKNOWN} where the entry has none. */
    static int access(byte[] entry) {
        if ((entry[0] & ACCESS) == 0) {
            return Access.UNKNOWN;
        }
        int at = keyOffset(entry) - Access.BYTES;
        return (entry[at] & 0xff) << 16 | (entry[at + 1] & 0xff) << 8 | entry[at + 2] & 0xff;
    }

    /** Writes the access bits of an entry that has them. */
    static void access(byte[] entry, int bits) {
        int at = keyOffset(entry) - Access.BYTES;
        entry[at] = (byte) (bits >> 16);
        entry[at + 1] = (byte) (bits >> 8);
        entry[at + 2] = (byte) bits;
    }

    /** The same entry, with access bits. */
    static byte[] withAccess(byte[] entry, int bits) {
        return repack(entry, deadline(entry), bits);
    }

    /** The same entry, with another deadline. */
    static byte[] withDeadline(byte[] entry, long deadline) {
        return repack(entry, deadline, access(entry));
    }

    private static byte[] repack(byte[] entry, long deadline, int access) {
        int valueOffset = valueOffset(entry);
        return pack(
                entry,
                keyOffset(entry),
                keyLength(entry),
                entry,
                valueOffset,
                entry.length - valueOffset,
                deadline,
                access,
                form(entry));
    }

    /** The same value and deadline under another key. */
    static byte[] withKey(byte[] entry, byte[] key, int keyOffset, int keyLength, int access) {
        int valueOffset = valueOffset(entry);
        return pack(
                key,
                keyOffset,
                keyLength,
                entry,
                valueOffset,
                entry.length - valueOffset,
                deadline(entry),
                access,
                form(entry));
    }

    static int keyLength(byte[] entry) {
        return (entry[0] & LONG_KEY) != 0 ? (int) INT.get(entry, 1) : entry[1] & 0xff;
    }

    static int valueOffset(byte[] entry) {
        return keyOffset(entry) + keyLength(entry);
    }

    /** When the key expires, in milliseconds since 1970; {@link Keyspace#NEVER} when it does not. */
    static long deadline(byte[] entry) {
        int flags = entry[0];
        return (flags & DEADLINE) == 0 ? Keyspace.NEVER : (long) LONG.get(entry, (flags & LONG_KEY) != 0 ? 5 : 2);
    }

    static boolean hasKey(byte[] entry, byte[] key, int offset, int length) {
        int at = keyOffset(entry);
        return keyLength(entry) == length && Arrays.equals(entry, at, at + length, key, offset, offset + length);
    }
}

package dev.miniredis.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key with its string, in one array that never changes once it is made, but for the access bits and the
 * form:
 *
 * <pre>
 *   [flags and form] [key length: 1 byte, or 4 if LONG_KEY] [deadline: 8 bytes, if DEADLINE] [access: 3 bytes, if ACCESS]
 *   [key …] [value … to the end]
 * </pre>
 *
 * <p>So a pair costs one object: 12 bytes of array header and, for a short key without a deadline, two more than it
 * holds. Numbers are big-endian; a deadline is in milliseconds since 1970.
 */
public final class PackedEntry {
    private static final int DEADLINE = 1;
    private static final int LONG_KEY = 2;
    private static final int ACCESS = 4;

    /** The string was given as it is: Redis makes an integer of it where it can. */
    public static final int AS_GIVEN = 0;
    /** Redis keeps the string as text, though it may be an integer. */
    public static final int TEXT = 8;
    /** Redis has changed the string in place, so it keeps it as {@code raw}, however short it is. */
    public static final int RAW = 16;

    private static final int FORMS = TEXT | RAW;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private PackedEntry() {}

    /**
     * @param access the {@link Access} bits, or {@link Access#UNKNOWN} for an entry without them
     * @param form {@link #AS_GIVEN}, {@link #TEXT} or {@link #RAW}
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
            int form) {
        boolean longKey = keyLength > 0xff;
        boolean expires = deadline != Keyspace.NEVER;
        boolean tracked = access != Access.UNKNOWN;
        int flags = (expires ? DEADLINE : 0) | (longKey ? LONG_KEY : 0) | (tracked ? ACCESS : 0) | form;
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

    /** How the string came to be: {@link #AS_GIVEN}, {@link #TEXT} or {@link #RAW}. A base does not keep it. */
    public static int form(byte[] entry) {
        return entry[0] & FORMS;
    }

    /** Says that Redis would have made the string ready for a change in place, see {@link #RAW}. */
    public static void makeRaw(byte[] entry) {
        entry[0] = (byte) (entry[0] & ~FORMS | RAW);
    }

    public static int keyOffset(byte[] entry) {
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

    public static int keyLength(byte[] entry) {
        return (entry[0] & LONG_KEY) != 0 ? (int) INT.get(entry, 1) : entry[1] & 0xff;
    }

    public static int valueOffset(byte[] entry) {
        return keyOffset(entry) + keyLength(entry);
    }

    /** When the key expires, in milliseconds since 1970; {@link Keyspace#NEVER} when it does not. */
    public static long deadline(byte[] entry) {
        int flags = entry[0];
        return (flags & DEADLINE) == 0 ? Keyspace.NEVER : (long) LONG.get(entry, (flags & LONG_KEY) != 0 ? 5 : 2);
    }

    static boolean hasKey(byte[] entry, byte[] key, int offset, int length) {
        int at = keyOffset(entry);
        return keyLength(entry) == length && Arrays.equals(entry, at, at + length, key, offset, offset + length);
    }
}

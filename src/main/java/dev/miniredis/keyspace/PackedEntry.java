package dev.miniredis.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key with its string, in one array that never changes once it is made:
 *
 * <pre>
 *   [flags] [key length: 1 byte, or 4 if LONG_KEY] [deadline: 8 bytes, if DEADLINE] [key …] [value … to the end]
 * </pre>
 *
 * <p>So a pair costs one object: 12 bytes of array header and, for a short key without a deadline, two more than it
 * holds. Numbers are big-endian; a deadline is in milliseconds since 1970.
 */
public final class PackedEntry {
    private static final int DEADLINE = 1;
    private static final int LONG_KEY = 2;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private PackedEntry() {}

    static byte[] pack(
            byte[] key, int keyOffset, int keyLength, byte[] value, int valueOffset, int valueLength, long deadline) {
        boolean longKey = keyLength > 0xff;
        boolean expires = deadline != Keyspace.NEVER;
        int keyAt = 1 + (longKey ? 4 : 1) + (expires ? 8 : 0);
        byte[] entry = new byte[keyAt + keyLength + valueLength];
        entry[0] = (byte) ((expires ? DEADLINE : 0) | (longKey ? LONG_KEY : 0));
        if (longKey) {
            INT.set(entry, 1, keyLength);
        } else {
            entry[1] = (byte) keyLength;
        }
        if (expires) {
            LONG.set(entry, keyAt - 8, deadline);
        }
        System.arraycopy(key, keyOffset, entry, keyAt, keyLength);
        System.arraycopy(value, valueOffset, entry, keyAt + keyLength, valueLength);
        return entry;
    }

    public static int keyOffset(byte[] entry) {
        int flags = entry[0];
        return 1 + ((flags & LONG_KEY) != 0 ? 4 : 1) + ((flags & DEADLINE) != 0 ? 8 : 0);
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

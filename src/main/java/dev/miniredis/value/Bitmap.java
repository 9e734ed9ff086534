package dev.miniredis.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes as an array of bits, bit 0 the highest of the first byte; eight bytes at a time where that is possible. */
public final class Bitmap {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bitmap() {}

    /** What {@code BITOP} does. */
    public enum Operation {
        AND,
        OR,
        XOR,
        NOT;

        private long apply(long one, long other) {
            return switch (this) {
                case AND -> one & other;
                case OR -> one | other;
                case XOR -> one ^ other;
                case NOT -> ~one;
            };
        }
    }

    /**
     * How many bits are 1.
     *
     * @param offset of the bytes in their array
     * @param from the first bit
     * @param to the last bit
     */
    public static long count(byte[] bytes, int offset, long from, long to) {
        int first = offset + (int) (from >> 3);
        int last = offset + (int) (to >> 3);
        int firstMask = 0xff >> (from & 7);
        int lastMask = 0xff00 >> (to & 7) + 1 & 0xff;
        if (first == last) {
            return Integer.bitCount(bytes[first] & firstMask & lastMask);
        }
        long count = (long) Integer.bitCount(bytes[first] & firstMask) + Integer.bitCount(bytes[last] & lastMask);
        int at = first + 1;
        for (; at + Long.BYTES <= last; at += Long.BYTES) {
            count += Long.bitCount((long) LONG.get(bytes, at));
        }
        for (; at < last; at++) {
            count += Integer.bitCount(bytes[at] & 0xff);
        }
        return count;
    }

    /**
     * The first bit that is 0 or 1; -1 where there is none.
     *
     * @param offset of the bytes in their array
     * @param from the first bit
     * @param to the last bit
     */
    public static long first(byte[] bytes, int offset, long from, long to, int bit) {
        long bits = from;
        while (bits <= to) {
            int index = offset + (int) (bits >> 3);
            boolean eightBytes = (bits & 7) == 0 && bits + Long.SIZE - 1 <= to;
            if (eightBytes) {
                long word = (long) LONG.get(bytes, index);
                int equal = Long.numberOfLeadingZeros(bit == 1 ? word : ~word);
                if (equal < Long.SIZE) {
                    return bits + equal;
                }
                bits += Long.SIZE;
            } else if ((bytes[index] >> 7 - (int) (bits & 7) & 1) == bit) {
                return bits;
            } else {
                bits++;
            }
        }
        return -1;
    }

    /** The bits of all sources combined; the shorter ones have zeros after them. */
    public static byte[] combine(Operation operation, byte[][] sources) {
        int length = 0;
        for (byte[] source : sources) {
            length = Math.max(length, source.length);
        }
        byte[] result = new byte[length];
        System.arraycopy(sources[0], 0, result, 0, sources[0].length);
        if (operation == Operation.NOT) {
            combine(operation, result, sources[0]);
        }
        for (int i = 1; i < sources.length; i++) {
            combine(operation, result, sources[i]);
        }
        return result;
    }

    private static void combine(Operation operation, byte[] target, byte[] source) {
        int at = 0;
        for (; at + Long.BYTES <= source.length; at += Long.BYTES) {
            LONG.set(target, at, operation.apply((long) LONG.get(target, at), (long) LONG.get(source, at)));
        }
        for (; at < target.length; at++) {
            target[at] = (byte) operation.apply(target[at], at < source.length ? source[at] : 0);
        }
    }
}

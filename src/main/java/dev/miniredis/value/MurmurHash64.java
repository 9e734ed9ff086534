package dev.miniredis.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Austin Appleby's MurmurHash64A (MurmurHash2, for 64-bit machines), read as little endian on every machine, as Redis
 * does.
 */
final class MurmurHash64 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long M = 0xc6a4a7935bd1e995L;
    private static final int R = 47;

    private MurmurHash64() {}

    static long hash(byte[] bytes, int offset, int length, long seed) {
        long hash = seed ^ length * M;
        int end = offset + length - length % Long.BYTES;
        for (int at = offset; at < end; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at) * M;
            hash = (hash ^ (word ^ word >>> R) * M) * M;
        }
        if (length % Long.BYTES != 0) {
            long rest = 0;
            for (int at = offset + length - 1; at >= end; at--) {
                rest = rest << Byte.SIZE | bytes[at] & 0xff;
            }
            hash = (hash ^ rest) * M;
        }
        hash = (hash ^ hash >>> R) * M;
        return hash ^ hash >>> R;
    }
}

package dev.miniredis.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A seeded 64-bit hash of a key: the folded 128-bit product of wyhash (Wang Yi, github.com/wangyi-fudan/wyhash, public
 * domain; the idea, not the code), eight bytes a step. The seed is secret to the server, so that clients cannot prepare
 * keys that collide; a base of its log has it, as it has the keys.
 */
final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD_A = 0xa0761d6478bd642fL;
    private static final long ODD_B = 0xe7037ed1a0b428dbL;

    private final long seed;
    private final long factor;
    private final long[] hashes = new long[TableSegment.MAX_SLOTS];

    KeyHash(long seed) {
        this.seed = seed;
        this.factor = scrambled(seed + ODD_A);
    }

    /**
     * A second secret, from the first: what the bytes of a key are combined with before they are multiplied. Were it
     * known, so would be the bytes that make a factor of zero, and keys with them all collide, whatever the seed.
     */
    private static long scrambled(long value) {
        long first = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        long second = (first ^ first >>> 27) * 0x94d049bb133111ebL;
        return second ^ second >>> 31;
    }

    long hash(byte[] key, int offset, int length) {
        long state = seed ^ ODD_A;
        int at = offset;
        int left = length;
        for (; left > 16; left -= 16, at += 16) {
            state = fold((long) LONG.get(key, at) ^ factor, (long) LONG.get(key, at + 8) ^ state);
        }
        long low;
        long high;
        if (left >= 8) { // two words that may overlap cover what is left
            low = (long) LONG.get(key, at);
            high = (long) LONG.get(key, at + left - 8);
        } else if (left >= 4) {
            low = (int) INT.get(key, at);
            high = (int) INT.get(key, at + left - 4);
        } else if (left > 0) {
            low = shortKey(key, at, left);
            high = 0;
        } else {
            low = 0;
            high = 0;
        }
        return fold(ODD_B ^ length, fold(low ^ factor, high ^ state) ^ ODD_A ^ seed);
    }

    /** The hash of an entry's key. */
    long hash(byte[] entry) {
        return hash(entry, PackedEntry.keyOffset(entry), PackedEntry.keyLength(entry));
    }

    /**
     * The hashes of the keys of a segment's entries, by their slots; nothing sensible where there is no entry. Read one
     * after the other with nothing else in between, the processor waits for several of them at the same time.
     *
     * @return good until the next call
     */
    long[] hashAll(byte[][] entries) {
        for (int i = 0; i < entries.length; i++) {
            if (entries[i] != null) {
                hashes[i] = hash(entries[i]);
            }
        }
        return hashes;
    }

    /** One to three bytes as a number that differs for each of them. */
    private static long shortKey(byte[] key, int at, int length) {
        int middle = key[at + (length >> 1)] & 0xff;
        int last = key[at + length - 1] & 0xff;
        return (key[at] & 0xffL) << 16 | middle << 8 | last;
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }
}

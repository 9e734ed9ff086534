package dev.miniredis.rdb;

import java.util.Arrays;

/**
 * Compresses and decompresses strings in the format of Marc Lehmann's LibLZF, as Redis does:
 *
 * <pre>
 *   000LLLLL                        L + 1 literal bytes follow
 *   LLLooooo oooooooo               copy L + 2 bytes (L is 1 to 6) from o + 1 bytes back in the output
 *   111ooooo LLLLLLLL oooooooo      copy L + 9 bytes, likewise
 * </pre>
 *
 * <p>Source and target of a copy may overlap, which repeats a run of bytes.
 */
public final class Lzf {
    /** An upper bound of the compression ratio: three bytes can encode 264. */
    public static final int MAX_RATIO = 88;

    private static final int LITERALS = 32;
    private static final int LONG_COPY = 7;

    private static final int MAX_DISTANCE = 1 << 13;
    private static final int MAX_COPY = 264;
    private static final int HASH_BITS = 16;
    /** liblzf compares this many bytes without checking for the maximum, where there is room. */
    private static final int UNCHECKED = 16;

    private final byte[] source;
    private final byte[] packed;
    private final int[] places = new int[1 << HASH_BITS]; // hash of three bytes → their last index in source, plus 1
    private int at; // index in source
    private int end; // of what is written to packed
    private int literals;

    private Lzf(byte[] source, int room) {
        this.source = source;
        this.packed = new byte[room];
    }

    /**
     * Compresses bytes.
     *
     * @param room the maximum length of the result
     * @return null if it does not fit
     */
    public static byte[] pack(byte[] source, int room) {
        Lzf lzf = new Lzf(source, room);
        return lzf.pack() ? Arrays.copyOf(lzf.packed, lzf.end) : null;
    }

    private boolean pack() {
        beginLiterals();
        while (at < source.length - 2) {
            int hash = hash(at);
            int from = places[hash] - 1;
            places[hash] = at + 1;
            if (from > 0 && at - from - 1 < MAX_DISTANCE && Arrays.equals(source, from, from + 3, source, at, at + 3)) {
                if (end - (literals == 0 ? 1 : 0) + 4 >= packed.length) {
                    return false;
                }
                copy(from);
            } else if (!literal()) {
                return false;
            }
        }
        if (end + 3 > packed.length) {
            return false;
        }
        while (at < source.length) {
            literal();
        }
        endLiterals();
        return true;
    }

    private void copy(int from) {
        endLiterals();
        int distance = at - from - 1;
        int most = Math.min(source.length - at - 2, MAX_COPY);
        if (most > UNCHECKED) {
            most = Math.max(most, UNCHECKED + 3);
        }
        int length = 2;
        do {
            length++;
        } while (length < most && source[from + length] == source[at + length]);
        int count = length - 2;
        if (count < LONG_COPY) {
            packed[end++] = (byte) ((distance >> 8) + (count << 5));
        } else {
            packed[end++] = (byte) ((distance >> 8) + (LONG_COPY << 5));
            packed[end++] = (byte) (count - LONG_COPY);
        }
        packed[end++] = (byte) distance;
        beginLiterals();
        at += length;
        if (at < source.length - 2) {
            places[hash(at - 2)] = at - 1;
            places[hash(at - 1)] = at;
        }
    }

    private boolean literal() {
        if (end >= packed.length) {
            return false;
        }
        packed[end++] = source[at++];
        if (++literals == LITERALS) {
            endLiterals();
            beginLiterals();
        }
        return true;
    }

    /** Begins a run of literals; leaves room for their number. */
    private void beginLiterals() {
        literals = 0;
        end++;
    }

    private void endLiterals() {
        if (literals == 0) {
            end--;
        } else {
            packed[end - literals - 1] = (byte) (literals - 1);
        }
    }

    private int hash(int index) {
        int three = (source[index] & 0xff) << 16 | (source[index + 1] & 0xff) << 8 | source[index + 2] & 0xff;
        return (three >>> 24 - HASH_BITS) - three * 5 & (1 << HASH_BITS) - 1;
    }

    /**
     * Decompresses all of {@code packed}.
     *
     * @param length of the result
     * @return null if {@code packed} is not of this format, or does not give {@code length} bytes
     */
    public static byte[] unpack(byte[] packed, int length) {
        byte[] target = new byte[length];
        int at = 0;
        int end = 0;
        while (at < packed.length) {
            int control = packed[at++] & 0xff;
            if (control < LITERALS) {
                int count = control + 1;
                if (count > packed.length - at || count > length - end) {
                    return null;
                }
                System.arraycopy(packed, at, target, end, count);
                at += count;
                end += count;
                continue;
            }
            int count = control >> 5;
            int bytesLeft = packed.length - at;
            if (bytesLeft < (count == LONG_COPY ? 2 : 1)) {
                return null;
            }
            count += 2 + (count == LONG_COPY ? packed[at++] & 0xff : 0);
            int from = end - 1 - ((control & 31) << 8 | packed[at++] & 0xff);
            if (from < 0 || count > length - end) {
                return null;
            }
            for (int i = 0; i < count; i++) {
                target[end++] = target[from++];
            }
        }
        return end == length ? target : null;
    }
}

package dev.miniredis.value;

import java.math.BigInteger;

/**
 * An integer of any number of bits that stands anywhere in a string, the highest bit first.
 *
 * @param signed two's complement
 * @param bits up to 64 signed, 63 unsigned
 * @param offset of the first bit
 */
public record BitField(boolean signed, int bits, long offset) {
    private static final int MAX_SIGNED = 64;
    private static final int MAX_UNSIGNED = 63;

    /** What becomes of a number that has no room. */
    public enum Overflow {
        /** Its lowest bits stay. */
        WRAP,
        /** It becomes the largest, or the smallest, that there is. */
        SAT,
        /** Nothing happens. */
        FAIL
    }

    /** The type that {@code i16} or {@code u8} name; null for anything else. */
    public static BitField ofType(String text) {
        if (!text.matches("[iu][1-9][0-9]?")) {
            return null;
        }
        boolean signed = text.charAt(0) == 'i';
        int bits = Integer.parseInt(text.substring(1));
        return bits > (signed ? MAX_SIGNED : MAX_UNSIGNED) ? null : new BitField(signed, bits, 0);
    }

    /** The same at another place. */
    public BitField at(long newOffset) {
        return new BitField(signed, bits, newOffset);
    }

    /** What stands there; what is behind the end is zeros. */
    public long get(byte[] bytes) {
        long value = 0;
        for (int i = 0; i < bits; i++) {
            long at = offset + i;
            int bit = at >> 3 < bytes.length ? bytes[(int) (at >> 3)] >> 7 - (int) (at & 7) & 1 : 0;
            value = value << 1 | bit;
        }
        return extended(value);
    }

    /** Writes the lowest bits of a number. */
    public void set(byte[] bytes, long value) {
        for (int i = 0; i < bits; i++) {
            long at = offset + i;
            int shift = 7 - (int) (at & 7);
            int bit = (int) (value >> bits - 1 - i) & 1;
            bytes[(int) (at >> 3)] = (byte) (bytes[(int) (at >> 3)] & ~(1 << shift) | bit << shift);
        }
    }

    /** The sum, as it fits; null where it does not and {@link Overflow#FAIL} is asked for. */
    public Long add(long one, long other, Overflow overflow) {
        return fit(BigInteger.valueOf(one).add(BigInteger.valueOf(other)), overflow);
    }

    /** A number, as it fits; null where it does not and {@link Overflow#FAIL} is asked for. */
    public Long fit(long value, Overflow overflow) {
        if (overflow == Overflow.SAT && isTakenForLarge(value)) {
            return (1L << bits - 1) - 1;
        }
        return fit(signed ? BigInteger.valueOf(value) : unsigned(value), overflow);
    }

    /** Redis counts how far it is to the largest number, and where that count overflows it is past it. */
    private boolean isTakenForLarge(long value) {
        return signed && bits < Long.SIZE && value < (1L << bits - 1) - 1 - Long.MAX_VALUE;
    }

    /** Redis takes what is to be set as an unsigned number where the field is one. */
    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private Long fit(BigInteger value, Overflow overflow) {
        BigInteger end = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits);
        BigInteger smallest = signed ? end.negate() : BigInteger.ZERO;
        boolean above = value.compareTo(end) >= 0;
        boolean below = value.compareTo(smallest) < 0;
        if (!above && !below) {
            return value.longValue();
        }
        return switch (overflow) {
            case WRAP -> extended(value.longValue());
            case SAT -> (above ? end.subtract(BigInteger.ONE) : smallest).longValue();
            case FAIL -> null;
        };
    }

    /** The lowest bits of a number, read as the type says. */
    private long extended(long value) {
        int unused = Long.SIZE - bits;
        return signed ? value << unused >> unused : value << unused >>> unused;
    }
}

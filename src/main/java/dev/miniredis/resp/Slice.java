package dev.miniredis.resp;

import java.util.Arrays;

/**
 * A view of a part of a byte array: one argument of a request, in the buffer that received it.
 *
 * <p>A slice is a flyweight: it is wrapped again for the next request, so it is valid only during its call. To keep an
 * argument, {@link #copy()} it.
 */
public final class Slice {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int offset;
    private int length;

    /** An empty slice, to be wrapped. */
    public Slice() {}

    /** A slice of all of {@code bytes}. */
    public Slice(byte[] bytes) {
        wrap(bytes, 0, bytes.length);
    }

    public static Slice of(String text) {
        return new Slice(ByteText.bytes(text));
    }

    public Slice wrap(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** The array that holds this slice, from {@link #offset()}, {@link #length()} bytes long. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public byte byteAt(int index) {
        return bytes[offset + index];
    }

    public byte[] copy() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    public void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(bytes, offset, target, targetOffset, length);
    }

    public boolean contentEquals(byte[] other) {
        return Arrays.equals(bytes, offset, offset + length, other, 0, other.length);
    }

    public boolean contentEquals(Slice other) {
        return Arrays.equals(bytes, offset, offset + length, other.bytes, other.offset, other.offset + other.length);
    }

    /** Whether this equals {@code upperCase}, ignoring the case of ASCII letters. */
    public boolean equalsIgnoreCase(byte[] upperCase) {
        if (length != upperCase.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (toUpperCase(bytes[offset + i]) != upperCase[i]) {
                return false;
            }
        }
        return true;
    }

    public static byte toUpperCase(byte letter) {
        return letter >= 'a' && letter <= 'z' ? (byte) (letter - ('a' - 'A')) : letter;
    }

    /**
     * Whether this is an integer as Redis's {@code string2ll} accepts it: an optional minus, no plus, no leading zero,
     * no space, within 64 bits.
     */
    public boolean isLong() {
        return parseLong(false) == 1;
    }

    /** The integer value; only if {@link #isLong()}. */
    public long toLong() {
        return parseLong(true);
    }

    /** @return the value; for {@code wantValue} false, 1 if this is an integer and 0 if not */
    private long parseLong(boolean wantValue) {
        int end = offset + length;
        int at = offset;
        boolean negative = length > 0 && bytes[at] == '-';
        if (negative) {
            at++;
        }
        int digits = end - at;
        if (digits == 0 || digits > 19 || bytes[at] == '0' && length > 1) {
            return 0;
        }
        long value = 0; // negative, because the negative range is larger
        for (; at < end; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            value = value * 10 - digit;
        }
        boolean overflow = value > 0 || !negative && value == Long.MIN_VALUE;
        if (!wantValue) {
            return overflow ? 0 : 1;
        }
        return negative ? value : -value;
    }

    /** The bytes as text, without loss, see {@link ByteText}. */
    @Override
    public String toString() {
        return ByteText.of(bytes, offset, length);
    }
}

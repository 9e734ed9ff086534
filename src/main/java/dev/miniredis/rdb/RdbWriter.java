package dev.miniredis.rdb;

import dev.miniredis.value.RdbSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes values as they stand in an RDB file, after Redis's {@code rdb.c}. A string is a length and bytes, or, instead
 * of a length, a byte that says how it is encoded: as an integer, or {@linkplain Lzf packed}.
 */
final class RdbWriter implements RdbSink {
    static final int ENCODED = 0xc0;
    static final int LZF = ENCODED | 3;
    /** A longer string is no integer of 32 bits. */
    private static final int MAX_DIGITS = 11;
    /** A shorter string is not worth packing. */
    private static final int MIN_PACKED = 21;
    /** So much less it has to be when it is packed. */
    private static final int MIN_SAVED = 4;

    private final ByteArrayOutputStream out;

    RdbWriter(ByteArrayOutputStream out) {
        this.out = out;
    }

    @Override
    public void type(int type) {
        out.write(type);
    }

    @Override
    public void length(long count) {
        if (count < 1 << 6) {
            out.write((int) count);
        } else if (count < 1 << 14) {
            out.write((int) (0x40 | count >> 8));
            out.write((int) count);
        } else if (count <= 0xffffffffL) {
            out.write(0x80);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt((int) count).array());
        } else {
            out.write(0x81);
            out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(count).array());
        }
    }

    @Override
    public void string(byte[] bytes, int offset, int length) {
        int integerBytes = integerBytes(bytes, offset, length);
        if (integerBytes > 0) {
            long number = number(bytes, offset, length);
            out.write(ENCODED | Integer.numberOfTrailingZeros(integerBytes));
            for (int i = 0; i < integerBytes; i++) {
                out.write((int) (number >> 8 * i));
            }
        } else if (!writePacked(bytes, offset, length)) {
            length(length);
            out.write(bytes, offset, length);
        }
    }

    /** How many bytes a string takes as an integer; 0 where it is none of 32 bits. */
    static int integerBytes(byte[] bytes, int offset, int length) {
        if (length == 0 || length > MAX_DIGITS || !isInteger(bytes, offset, length)) {
            return 0;
        }
        long number = number(bytes, offset, length);
        if (number != (int) number) {
            return 0;
        }
        return number == (byte) number ? 1 : number == (short) number ? 2 : 4;
    }

    /** Whether it is a number as {@code Long.toString} writes it. */
    private static boolean isInteger(byte[] bytes, int offset, int length) {
        int first = bytes[offset] == '-' ? offset + 1 : offset;
        int end = offset + length;
        boolean isZero = length == 1 && bytes[offset] == '0';
        if (first == end || bytes[first] == '0' && !isZero) {
            return false;
        }
        for (int i = first; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private static long number(byte[] digits, int offset, int length) {
        return Long.parseLong(new String(digits, offset, length, StandardCharsets.US_ASCII));
    }

    private boolean writePacked(byte[] bytes, int offset, int length) {
        if (length < MIN_PACKED) {
            return false;
        }
        byte[] packed = Lzf.pack(Arrays.copyOfRange(bytes, offset, offset + length), length - MIN_SAVED);
        if (packed == null) {
            return false;
        }
        out.write(LZF);
        length(packed.length);
        length(length);
        out.writeBytes(packed);
        return true;
    }
}

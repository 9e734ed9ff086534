package dev.miniredis.migrate;

import dev.miniredis.rdb.Lzf;
import dev.miniredis.resp.RequestLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the numbers and strings of an RDB file.
 *
 * <pre>
 *   00LLLLLL                        a length of 6 bits
 *   01LLLLLL LLLLLLLL               of 14 bits
 *   10000000 LLLL, 10000001 LLLLLLLL     of 4 and 8 bytes, big-endian
 *   110000TT                        in place of a string's length: 0, 1, 2: an integer of 1, 2, 4 bytes, little-endian,
 *                                   whose digits are the string; 3: compressed length, length, {@link Lzf}
 * </pre>
 */
final class RdbInput {
    private static final int LENGTH_32 = 0x80;
    private static final int LENGTH_64 = 0x81;
    private static final int ENCODED_LZF = 3;

    private final FileInput in;
    private boolean encoded;

    RdbInput(FileInput in) {
        this.in = in;
    }

    long offset() {
        return in.offset();
    }

    int read() throws IOException {
        return in.read();
    }

    void skip(long bytes) throws IOException {
        in.skip(bytes);
    }

    ImportException damage(long offset, String problem) {
        return in.damage(offset, problem);
    }

    /** Reads a little-endian number. */
    long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) in.read() << 8 * i;
        }
        return value;
    }

    /** Reads a length; negative if it does not fit into a {@code long}. */
    long length() throws IOException, ImportException {
        long start = in.offset();
        long length = lengthOrEncoding();
        if (encoded) {
            throw in.damage(start, "a length is expected here");
        }
        return length;
    }

    private long lengthOrEncoding() throws IOException, ImportException {
        long start = in.offset();
        int first = in.read();
        encoded = first >> 6 == 3;
        return switch (first >> 6) {
            case 0, 3 -> first & 0x3f;
            case 1 -> (first & 0x3f) << 8 | in.read();
            default ->
                switch (first) {
                    case LENGTH_32 -> bigEndian(4);
                    case LENGTH_64 -> bigEndian(8);
                    default -> throw in.damage(start, "there is no length that begins with " + first);
                };
        };
    }

    private long bigEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in.read();
        }
        return value;
    }

    byte[] string() throws IOException, ImportException {
        long start = in.offset();
        long length = lengthOrEncoding();
        if (!encoded) {
            checkLength(start, length);
            return in.read(length);
        }
        if (length == ENCODED_LZF) {
            return unpack(start);
        }
        return Long.toString(integer(start, length)).getBytes(StandardCharsets.US_ASCII);
    }

    private long integer(long start, long encoding) throws IOException, ImportException {
        return switch ((int) encoding) {
            case 0 -> (byte) littleEndian(1);
            case 1 -> (short) littleEndian(2);
            case 2 -> (int) littleEndian(4);
            default -> throw in.damage(start, "there is no string of encoding " + encoding);
        };
    }

    private byte[] unpack(long start) throws IOException, ImportException {
        long packed = length();
        long length = length();
        checkLength(start, packed);
        checkLength(start, length);
        if (length > packed * Lzf.MAX_RATIO) {
            throw in.damage(start, packed + " bytes cannot be unpacked to " + length);
        }
        byte[] bytes = Lzf.unpack(in.read(packed), (int) length);
        if (bytes == null) {
            throw in.damage(start, "the packed string cannot be unpacked");
        }
        return bytes;
    }

    private void checkLength(long start, long length) throws ImportException {
        if (length < 0 || length > RequestLimits.MAX_REQUEST_BYTES) {
            throw in.damage(
                    start,
                    "a string of " + Long.toUnsignedString(length) + " bytes is longer than the "
                            + RequestLimits.MAX_REQUEST_BYTES + " that can be");
        }
    }

    /** Reads a number of elements. */
    long count() throws IOException, ImportException {
        long start = in.offset();
        long count = length();
        if (count < 0) {
            throw in.damage(start, "nothing has " + Long.toUnsignedString(count) + " elements");
        }
        return count;
    }

    /** Skips a string. */
    void skipString() throws IOException, ImportException {
        long start = in.offset();
        long length = lengthOrEncoding();
        if (!encoded) {
            in.skip(length);
        } else if (length == ENCODED_LZF) {
            long packed = length();
            length();
            in.skip(packed);
        } else {
            integer(start, length);
        }
    }
}

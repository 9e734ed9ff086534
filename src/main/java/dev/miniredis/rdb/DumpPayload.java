package dev.miniredis.rdb;

import dev.miniredis.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes and reads the payload of {@code DUMP} and {@code RESTORE}, as Redis's {@code createDumpPayload}:
 *
 * <pre>
 *   [type: 1 byte] [value …] [RDB version: 2 bytes] [CRC-64 of all before: 8 bytes]
 * </pre>
 *
 * <p>The numbers of the footer are little-endian. {@link RdbWriter} describes how a value is written.
 */
public final class DumpPayload {
    /** The RDB version written: that of Redis 7.0, so that 7.0 and later can restore it. */
    private static final int VERSION = 10;
    /** The newest RDB version read: that of Redis 7.2. */
    private static final int MAX_VERSION = 11;

    private static final int FOOTER_BYTES = 10;
    private static final int STRING = 0;
    /** The maximum length of a string, see {@code proto-max-bulk-len}. */
    private static final int MAX_UNPACKED = 1 << 30;

    private DumpPayload() {}

    /** What {@code DUMP} answers for a value. */
    public static byte[] of(Value value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        value.writeTo(new RdbWriter(out));
        out.write(VERSION);
        out.write(0);
        Crc64 crc = new Crc64();
        byte[] body = out.toByteArray();
        crc.update(body, 0, body.length);
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(crc.value())
                .array());
        return out.toByteArray();
    }

    /** Whether the footer is valid: a known version and the right checksum. */
    public static boolean isWhole(byte[] payload) {
        int end = payload.length - FOOTER_BYTES;
        if (end < 0) {
            return false;
        }
        ByteBuffer footer = ByteBuffer.wrap(payload, end, FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int version = footer.getShort() & 0xffff;
        Crc64 crc = new Crc64();
        crc.update(payload, 0, end + Short.BYTES);
        return version <= MAX_VERSION && footer.getLong() == crc.value();
    }

    /**
     * The string of a payload that {@link #isWhole}; null if it holds no string. As in Redis, a string whose stated
     * length is too large may end within the footer.
     */
    public static byte[] string(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            return in.get() == STRING ? readString(in) : null;
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static byte[] readString(ByteBuffer in) {
        int first = in.get() & 0xff;
        if (first == RdbWriter.LZF) {
            long packed = readLength(in, in.get() & 0xff);
            long length = readLength(in, in.get() & 0xff);
            if (packed < 0
                    || packed > in.remaining()
                    || length < 0
                    || length > Math.min(packed * Lzf.MAX_RATIO, MAX_UNPACKED)) {
                return null;
            }
            byte[] unpacked = Lzf.unpack(readBytes(in, (int) packed), (int) length);
            return length == 0 ? new byte[0] : unpacked; // as in Redis, whatever the compressed bytes are
        }
        if (first >> 6 == 3) {
            return readInteger(in, first & 0x3f);
        }
        long length = readLength(in, first);
        return length < 0 || length > in.remaining() ? null : readBytes(in, (int) length);
    }

    private static byte[] readInteger(ByteBuffer in, int encoding) {
        if (encoding > 2) {
            return null;
        }
        long number = 0;
        int bytes = 1 << encoding;
        for (int i = 0; i < bytes; i++) {
            number |= (in.get() & 0xffL) << 8 * i;
        }
        int unused = Long.SIZE - Byte.SIZE * bytes;
        return Long.toString(number << unused >> unused).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a length, or the number of an encoding in place of a length, as Redis's {@code rdbLoadLen}.
     *
     * @return negative if there is none
     */
    private static long readLength(ByteBuffer in, int first) {
        return switch (first >> 6) {
            case 0 -> first;
            case 1 -> (first & 0x3f) << 8 | in.get() & 0xff;
            case 2 -> first == 0x80 ? in.getInt() & 0xffffffffL : first == 0x81 ? in.getLong() : -1;
            default -> first & 0x3f;
        };
    }

    private static byte[] readBytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

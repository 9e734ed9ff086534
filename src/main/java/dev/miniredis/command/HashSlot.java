package dev.miniredis.command;

import dev.miniredis.resp.Slice;

/** In which of a cluster's parts a key is, as the Redis Cluster specification has it. */
public final class HashSlot {
    public static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final char[] TABLE = table();

    private HashSlot() {}

    public static int of(Slice key) {
        return of(key.bytes(), key.offset(), key.length());
    }

    /** From 0 to 16 383; of {@code a{b}c}, only the text in the first pair of braces counts, unless it is empty. */
    public static int of(byte[] key, int offset, int length) {
        int end = offset + length;
        int open = indexOf(key, offset, end, '{');
        int close = open < 0 ? -1 : indexOf(key, open + 1, end, '}');
        if (close > open + 1) {
            return crc(key, open + 1, close) & COUNT - 1;
        }
        return crc(key, offset, end) & COUNT - 1;
    }

    private static int indexOf(byte[] key, int from, int end, char wanted) {
        for (int i = from; i < end; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** CRC16 in the variant called XMODEM: most significant bit first, from 0 on. */
    private static int crc(byte[] bytes, int from, int end) {
        int crc = 0;
        for (int i = from; i < end; i++) {
            crc = crc << 8 & 0xffff ^ TABLE[crc >> 8 ^ bytes[i] & 0xff];
        }
        return crc;
    }

    private static char[] table() {
        char[] table = new char[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            table[i] = (char) crc;
        }
        return table;
    }
}

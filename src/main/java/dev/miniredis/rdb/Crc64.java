package dev.miniredis.rdb;

/**
 * The checksum at the end of an RDB file: CRC-64 with the polynomial {@code ad93d23594c935a9} by David T. Jones
 * ("An Improved 64-bit Cyclic Redundancy Check for Protein Sequences"), reflected, initial value 0, not inverted. The
 * checksum of the digits 1 to 9 is {@code e9c6d914c4b8d9ca}.
 */
public final class Crc64 {
    private static final long REFLECTED_POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);
    private static final long[] TABLE = new long[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            long remainder = i;
            for (int bit = 0; bit < 8; bit++) {
                remainder = remainder >>> 1 ^ ((remainder & 1) != 0 ? REFLECTED_POLYNOMIAL : 0);
            }
            TABLE[i] = remainder;
        }
    }

    private long value;

    public void reset() {
        value = 0;
    }

    public void update(byte[] bytes, int from, int to) {
        long sum = value;
        for (int i = from; i < to; i++) {
            sum = sum >>> 8 ^ TABLE[(int) (sum ^ bytes[i]) & 0xff];
        }
        value = sum;
    }

    public long value() {
        return value;
    }
}

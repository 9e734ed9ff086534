package dev.miniredis.resp;

/** Writes integers as decimal digits. */
public final class Decimal {
    /** The maximum number of bytes that {@link #put} writes. */
    public static final int MAX_BYTES = 20;

    private Decimal() {}

    /**
     * Writes a number at {@code at}.
     *
     * @return where the next byte goes
     */
    public static int put(byte[] target, int at, long value) {
        if (value >= 0 && value < 10) {
            target[at] = (byte) ('0' + value);
            return at + 1;
        }
        int start = at;
        long rest = value;
        if (value < 0) {
            target[start++] = '-';
        } else {
            rest = -value; // negative, because the negative range is larger
        }
        int digits = 1;
        for (long left = rest / 10; left != 0; left /= 10) {
            digits++;
        }
        for (int i = start + digits - 1; i >= start; i--) {
            target[i] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        return start + digits;
    }
}

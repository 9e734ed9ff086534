package dev.miniredis.migrate;

/**
 * Unpacks strings that Redis has compressed, by the description of Marc Lehmann's LibLZF format:
 *
 * <pre>
 *   000LLLLL                        L + 1 bytes follow that stand for themselves
 *   LLLooooo oooooooo               L + 2 bytes (L is 1 to 6) as they stand o + 1 bytes back in what is unpacked
 *   111ooooo LLLLLLLL oooooooo      L + 9 bytes, likewise
 * </pre>
 *
 * <p>What is copied may overlap what it is copied to: so a run repeats.
 */
final class Lzf {
    /** How many bytes one byte may stand for, and a little more: three bytes make 264. */
    static final int MAX_RATIO = 88;

    private static final int LITERALS = 32;
    private static final int LONG_COPY = 7;

    private Lzf() {}

    /**
     * Unpacks all of {@code packed}.
     *
     * @param length of the result
     * @return null where {@code packed} is not of this format, or does not make {@code length} bytes
     */
    static byte[] unpack(byte[] packed, int length) {
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

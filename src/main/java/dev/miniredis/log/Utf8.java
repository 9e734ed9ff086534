package dev.miniredis.log;

/** Checks whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int lead = bytes[at] & 0xff;
            int more = continuations(lead);
            if (more < 0 || end - at <= more) {
                return false;
            }
            if (more > 0 && !isSecond(lead, bytes[at + 1] & 0xff)) {
                return false;
            }
            for (int i = 2; i <= more; i++) {
                if ((bytes[at + i] & 0xc0) != 0x80) {
                    return false;
                }
            }
            at += 1 + more;
        }
        return true;
    }

    /** The number of bytes after the first one; -1 if it is not a valid first byte. */
    private static int continuations(int lead) {
        if (lead < 0x80) {
            return 0;
        }
        if (lead < 0xc2 || lead > 0xf4) {
            return -1;
        }
        if (lead < 0xe0) {
            return 1;
        }
        return lead < 0xf0 ? 2 : 3;
    }

    private static boolean isSecond(int lead, int second) {
        int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return second >= low && second <= high;
    }
}

package dev.miniredis.resp;

/**
 * A glob-style pattern over bytes, as Redis's {@code stringmatchlen}: {@code *}, {@code ?}, {@code [abc]}, {@code
 * [^a-z]}, {@code \x}.
 *
 * <p>Backtracks to the last star only, so a match takes at most (pattern length × text length) steps. Redis's recursion
 * took exponentially many: CVE-2022-36021.
 */
public final class Glob {
    private final byte[] pattern;

    private Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    public static Glob of(Slice pattern) {
        return new Glob(pattern.copy());
    }

    /** A lower-case pattern, to match lower-case texts. */
    public static Glob ignoringCase(String lowerCase) {
        return new Glob(ByteText.bytes(lowerCase));
    }

    /** Whether it is {@code *}. */
    public boolean matchesAll() {
        return pattern.length == 1 && pattern[0] == '*';
    }

    public boolean matches(String text) {
        byte[] bytes = ByteText.bytes(text);
        return matches(bytes, 0, bytes.length);
    }

    public boolean matches(byte[] text, int offset, int length) {
        if (length == 0) { // as in Redis, where not even * matches an empty text
            return pattern.length == 0;
        }
        int end = offset + length;
        int at = offset;
        int in = 0;
        int starIn = -1; // index in the pattern after the last star
        int starAt = 0; // index in the text after the part that the last star matched
        while (at < end || in < pattern.length) {
            if (in < pattern.length && pattern[in] == '*') {
                starIn = ++in;
                starAt = at;
                continue;
            }
            int next = at < end && in < pattern.length ? matchOne(in, text[at]) : -1;
            if (next >= 0) {
                in = next;
                at++;
            } else if (starIn >= 0 && starAt < end) {
                in = starIn;
                at = ++starAt;
            } else {
                return false;
            }
        }
        return true;
    }

    /** The index after the part of the pattern at {@code in} if that part matches a letter; -1 if it does not. */
    private int matchOne(int in, byte letter) {
        return switch (pattern[in]) {
            case '?' -> in + 1;
            case '[' -> matchClass(in + 1, letter);
            case '\\' -> {
                int escaped = in + 1 < pattern.length ? in + 1 : in;
                yield pattern[escaped] == letter ? escaped + 1 : -1;
            }
            default -> pattern[in] == letter ? in + 1 : -1;
        };
    }

    private int matchClass(int from, byte letter) {
        int in = from;
        boolean not = in < pattern.length && pattern[in] == '^';
        in += not ? 1 : 0;
        boolean match = false;
        for (; in < pattern.length && pattern[in] != ']'; in++) {
            if (pattern[in] == '\\' && in + 1 < pattern.length) {
                in++;
                match |= pattern[in] == letter;
            } else if (in + 2 < pattern.length && pattern[in + 1] == '-') {
                match |= isBetween(letter, pattern[in], pattern[in + 2]);
                in += 2;
            } else {
                match |= pattern[in] == letter;
            }
        }
        return match == not ? -1 : Math.min(in + 1, pattern.length);
    }

    private static boolean isBetween(byte letter, byte one, byte other) {
        int value = letter & 0xff;
        int low = Math.min(one & 0xff, other & 0xff);
        int high = Math.max(one & 0xff, other & 0xff);
        return value >= low && value <= high;
    }
}

package dev.miniredis.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Bytes as text and back, none lost: a password, a name, a pattern is any bytes, and Java wants a {@link String} in many
 * places.
 *
 * <p>The text is what the bytes mean as UTF-8. A byte that is no part of UTF-8 stands in it as a lone surrogate, U+DC80 to
 * U+DCFF (Python's {@code surrogateescape}): no UTF-8 means one of these. So a path or a message is text as usual, and what
 * is no text comes back as the bytes that it was.
 */
public final class ByteText {
    /** Texts in the order of their bytes, as Redis sorts names. */
    public static final Comparator<String> BYTE_ORDER =
            (one, other) -> Arrays.compareUnsigned(bytes(one), bytes(other));

    private static final int ESCAPE = 0xdc00;
    private static final char REPLACEMENT = '\ufffd';

    private ByteText() {}

    public static String of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static String of(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : escaped(bytes, offset, offset + length);
    }

    /** Of bytes that hold U+FFFD, or what is no UTF-8: character by character. */
    private static String escaped(byte[] bytes, int from, int end) {
        StringBuilder text = new StringBuilder(end - from);
        int at = from;
        while (at < end) {
            int length = characterLength(bytes, at, end);
            if (length == 0) {
                text.append((char) (ESCAPE | bytes[at] & 0xff));
                at++;
            } else {
                text.append(new String(bytes, at, length, StandardCharsets.UTF_8));
                at += length;
            }
        }
        return text.toString();
    }

    /** How many bytes the character here has; 0 where there is none. */
    private static int characterLength(byte[] bytes, int at, int end) {
        if (bytes[at] >= 0) {
            return 1;
        }
        for (int length = 2; length <= 4 && at + length <= end; length++) {
            String character = new String(bytes, at, length, StandardCharsets.UTF_8);
            byte[] again = character.getBytes(StandardCharsets.UTF_8);
            if (character.codePointCount(0, character.length()) == 1
                    && Arrays.equals(again, 0, again.length, bytes, at, at + length)) {
                return length;
            }
        }
        return 0;
    }

    /** The bytes of a text: of one that {@link #of} has made, those that it was made of. */
    public static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                return unescaped(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * text.length());
        int done = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                bytes.writeBytes(text.substring(done, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(i) & 0xff);
                done = i + 1;
            }
        }
        bytes.writeBytes(text.substring(done).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static boolean isEscape(String text, int index) {
        char letter = text.charAt(index);
        return letter >= (ESCAPE | 0x80)
                && letter <= (ESCAPE | 0xff)
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    /** The first line of a file, as a password stands there; its end is not part of it. */
    public static String firstLine(byte[] file) {
        int end = 0;
        while (end < file.length && file[end] != '\n') {
            end++;
        }
        boolean hasReturn = end > 0 && end < file.length && file[end - 1] == '\r';
        return of(file, 0, hasReturn ? end - 1 : end);
    }

    /** The text; of one that has more than so many bytes, these, and how many are left out, as Redis's slow log says it. */
    public static String cut(String text, int maxBytes) {
        byte[] bytes = bytes(text);
        return bytes.length <= maxBytes
                ? text
                : of(bytes, 0, maxBytes) + "... (" + (bytes.length - maxBytes) + " more bytes)";
    }

    /** With small ASCII letters for large ones; every other byte stays, as with C's {@code tolower}. */
    public static String lowerCase(String text) {
        char[] letters = text.toCharArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 'A' && letters[i] <= 'Z') {
                letters[i] = (char) (letters[i] + 'a' - 'A');
            }
        }
        return new String(letters);
    }

    /** Whether two texts are the same but for the case of their ASCII letters. */
    public static boolean equalsIgnoreCase(String one, String other) {
        return one.length() == other.length() && lowerCase(one).equals(lowerCase(other));
    }

    /** Without these ASCII letters at both ends. */
    public static String trim(String text, String letters) {
        int from = 0;
        int to = text.length();
        while (from < to && letters.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (from < to && letters.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }
}

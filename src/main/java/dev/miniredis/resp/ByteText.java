package dev.miniredis.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Converts bytes to a {@link String} and back without loss. Passwords, names and patterns may be any bytes, and Java
 * needs a String in many places.
 *
 * <p>The bytes are decoded as UTF-8. A byte that is not valid UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as in
 * Python's {@code surrogateescape}; valid UTF-8 never decodes to one.
 */
public final class ByteText {
    /** Compares texts by their bytes, as Redis sorts names. */
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

    /** Decodes character by character, for bytes that contain U+FFFD or invalid UTF-8. */
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

    /** The length of the UTF-8 character at an offset; 0 if there is no valid one. */
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

    /** The bytes of a text; for a text made by {@link #of}, the bytes that it was made from. */
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

    /** The first line of a file, without its line end; for a file that holds a password. */
    public static String firstLine(byte[] file) {
        int end = 0;
        while (end < file.length && file[end] != '\n') {
            end++;
        }
        boolean hasReturn = end > 0 && end < file.length && file[end - 1] == '\r';
        return of(file, 0, hasReturn ? end - 1 : end);
    }

    /** Cuts a text off after a number of bytes and appends how many more there are, as Redis's slow log does. */
    public static String cut(String text, int maxBytes) {
        byte[] bytes = bytes(text);
        return bytes.length <= maxBytes
                ? text
                : of(bytes, 0, maxBytes) + "... (" + (bytes.length - maxBytes) + " more bytes)";
    }

    /** Converts ASCII letters to lower case and leaves all others, as C's {@code tolower}. */
    public static String lowerCase(String text) {
        char[] letters = text.toCharArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 'A' && letters[i] <= 'Z') {
                letters[i] = (char) (letters[i] + 'a' - 'A');
            }
        }
        return new String(letters);
    }

    /** Whether two texts are equal, ignoring the case of ASCII letters. */
    public static boolean equalsIgnoreCase(String one, String other) {
        return one.length() == other.length() && lowerCase(one).equals(lowerCase(other));
    }

    /** Removes ASCII letters from both ends. */
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

package dev.miniredis.migrate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Shows keys in messages: on one line, shortened if long. */
final class KeyText {
    private static final int MAX_BYTES = 64;

    private KeyText() {}

    /** The key if it is printable text; otherwise bytes that are not printable ASCII become {@code \xNN}. */
    static String of(byte[] key) {
        String end = key.length > MAX_BYTES ? "…" : "";
        ByteBuffer shown = ByteBuffer.wrap(key, 0, Math.min(key.length, MAX_BYTES));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(shown.duplicate())
                    .toString();
            if (text.codePoints().noneMatch(letter -> Character.isISOControl(letter) || letter == '"')) {
                return text.isEmpty() || text.contains(" ") ? '"' + text + end + '"' : text + end;
            }
        } catch (CharacterCodingException binary) {
            // shown as bytes
        }
        StringBuilder text = new StringBuilder("\"");
        while (shown.hasRemaining()) {
            byte letter = shown.get();
            text.append(
                    letter >= ' ' && letter < 127 && letter != '"' && letter != '\\'
                            ? Character.toString(letter)
                            : "\\x" + HexFormat.of().toHexDigits(letter));
        }
        return text.append(end).append('"').toString();
    }
}

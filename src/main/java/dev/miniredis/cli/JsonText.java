package dev.miniredis.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Strings of JSON. */
final class JsonText {
    private JsonText() {}

    /** Bytes as a string, or as {@code {"b64":"…"}} if they are not UTF-8. */
    static String of(byte[] bytes) {
        try {
            return of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            return "{\"b64\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
        }
    }

    static String of(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"', '\\' -> json.append('\\').append(letter);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (letter < ' ') {
                        json.append("\\u00").append(Character.forDigit(letter >> 4, 16));
                        json.append(Character.forDigit(letter & 15, 16));
                    } else {
                        json.append(letter);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}

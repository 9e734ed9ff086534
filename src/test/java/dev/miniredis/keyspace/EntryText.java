package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import dev.miniredis.value.StringValue;
import java.nio.charset.StandardCharsets;

/** What an entry holds, as text that a test can compare: one character a byte. */
public final class EntryText {
    private EntryText() {}

    public static String key(Entry entry) {
        return new String(entry.keyBytes(), entry.keyOffset(), entry.keyLength(), StandardCharsets.ISO_8859_1);
    }

    public static String value(Entry entry) {
        return switch (entry.value()) {
            case StringValue string ->
                new String(string.bytes(), string.offset(), string.length(), StandardCharsets.ISO_8859_1);
            case MutableValue other -> other.toString();
        };
    }
}

package dev.miniredis.command;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What {@code CONFIG GET} answers: Redis's parameter names, for what exists here, with the values in force. */
public final class Parameters {
    private final Map<String, Supplier<String>> values = new TreeMap<>();

    public Parameters add(String name, Supplier<String> value) {
        values.put(name, value);
        return this;
    }

    public Parameters add(String name, String value) {
        return add(name, () -> value);
    }

    /** Hands over each parameter whose name matches the pattern, in any case; a plain name as it is spelled there. */
    void forEachMatch(String pattern, BiConsumer<String, String> match) {
        if (pattern.chars().noneMatch(letter -> "[*?".indexOf(letter) >= 0)) {
            Supplier<String> value = values.get(pattern.toLowerCase(Locale.ROOT));
            if (value != null) {
                match.accept(pattern, value.get());
            }
            return;
        }
        Glob glob = Glob.ignoringCase(pattern.toLowerCase(Locale.ROOT));
        values.forEach((name, value) -> {
            if (glob.matches(name)) {
                match.accept(name, value.get());
            }
        });
    }
}

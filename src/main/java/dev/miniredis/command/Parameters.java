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

    /** Hands over each parameter whose name matches the pattern, in any case. */
    void forEachMatch(String pattern, BiConsumer<String, String> match) {
        Glob glob = Glob.ignoringCase(pattern.toLowerCase(Locale.ROOT));
        values.forEach((name, value) -> {
            if (glob.matches(name)) {
                match.accept(name, value.get());
            }
        });
    }
}

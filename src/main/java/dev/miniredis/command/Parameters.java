package dev.miniredis.command;

import dev.miniredis.resp.Glob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What {@code CONFIG GET} answers and {@code CONFIG SET} sets: Redis's parameter names, for what exists here, with the
 * values in force.
 */
public final class Parameters {
    private final Map<String, Supplier<String>> values = new TreeMap<>();
    private final Map<String, Parameter<?>> settable = new TreeMap<>();

    /** Adds the parameters that can be set while the server runs. */
    public Parameters(Tuning tuning) {
        for (Parameter<?> parameter : tuning.all()) {
            if (!parameter.isImmutable()) {
                settable.put(parameter.name(), parameter);
            }
            values.put(parameter.name(), parameter::text);
        }
    }

    /** Adds a parameter that is what it is for the life of the server. */
    public Parameters add(String name, Supplier<String> value) {
        values.put(name, value);
        return this;
    }

    public Parameters add(String name, String value) {
        return add(name, () -> value);
    }

    /**
     * Sets all of some parameters, or none.
     *
     * @param pairs a name, its value, a name, its value …
     * @throws CommandError a name or a value is wrong
     */
    void set(List<String> pairs) {
        Map<Parameter<?>, String> wanted = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            Parameter<?> parameter = settable(pairs.get(i));
            if (wanted.put(parameter, pairs.get(i + 1)) != null) {
                throw failure(pairs.get(i), "duplicate parameter");
            }
        }
        Map<Parameter<?>, String> before = new LinkedHashMap<>();
        wanted.forEach((parameter, text) -> {
            try {
                String old = parameter.text();
                parameter.set(text);
                before.put(parameter, old);
            } catch (IllegalArgumentException e) {
                before.forEach(Parameter::set);
                throw failure(parameter.name(), e.getMessage());
            }
        });
    }

    private Parameter<?> settable(String name) {
        Parameter<?> parameter = settable.get(name.toLowerCase(Locale.ROOT));
        if (parameter == null && values.containsKey(name.toLowerCase(Locale.ROOT))) {
            throw failure(name, "can't set immutable config");
        }
        if (parameter == null) {
            throw new CommandError("ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
        }
        return parameter;
    }

    private static CommandError failure(String name, String problem) {
        return new CommandError("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + problem);
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

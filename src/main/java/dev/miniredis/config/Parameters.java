package dev.miniredis.config;

import dev.miniredis.config.Parameter.Change;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Glob;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What {@code CONFIG GET} answers and {@code CONFIG SET} sets: Redis's parameters by their names. */
public final class Parameters {
    private final Map<String, Parameter<?>> byName = new TreeMap<>();
    private final List<Parameter<?>> inOrder;
    private ConfigFile file = ConfigFile.NONE;

    public Parameters(Tuning tuning) {
        inOrder = tuning.all();
        for (Parameter<?> parameter : inOrder) {
            byName.put(parameter.name(), parameter);
            if (parameter.alias() != null) {
                byName.put(parameter.alias(), parameter);
            }
        }
    }

    /** Sets a parameter for the life of this server. */
    public Parameters add(String name, String value) {
        byName.get(name).fix(value);
        return this;
    }

    /** Sets the file that the server was started with. */
    public void file(ConfigFile newFile) {
        file = newFile;
    }

    /**
     * Writes the values in force into that file.
     *
     * @param users the lines that declare them; none if they are kept elsewhere
     * @throws ConfigException there is no file, or it could not be written
     */
    public void rewriteFile(List<String> users) {
        file.rewrite(text -> new ConfigText(text).rewritten(inOrder, users));
    }

    /** The parameter of this name, in any case; null if there is none. */
    public Parameter<?> find(String name) {
        return byName.get(ByteText.lowerCase(name));
    }

    /**
     * Sets several parameters: all of them, or none if one fails.
     *
     * @param pairs a name, its value, a name, its value …
     * @throws ConfigException a name or a value is wrong
     */
    public void set(List<String> pairs) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            checkSettable(pairs.get(i));
            if (wanted.put(ByteText.lowerCase(pairs.get(i)), pairs.get(i + 1)) != null) {
                throw failure(pairs.get(i), "duplicate parameter");
            }
        }
        Map<Parameter<?>, String> before = new LinkedHashMap<>();
        wanted.forEach((name, text) -> {
            Parameter<?> parameter = byName.get(name);
            String old = parameter.text();
            orTakeBack(before, name, () -> parameter.change(text));
            before.putIfAbsent(parameter, old);
        });
        apply(before);
    }

    /** Runs each application once, after all were set: a certificate and its key are changed together. */
    private static void apply(Map<Parameter<?>, String> before) {
        Set<Runnable> done = new HashSet<>();
        for (Parameter<?> parameter : before.keySet()) {
            if (parameter.application() != null && done.add(parameter.application())) {
                orTakeBack(before, parameter.name(), parameter.application());
            }
        }
    }

    private static void orTakeBack(Map<Parameter<?>, String> before, String name, Runnable change) {
        try {
            change.run();
        } catch (IllegalArgumentException e) {
            before.forEach(Parameter::change);
            throw failure(name, e.getMessage());
        }
    }

    private void checkSettable(String name) {
        Parameter<?> parameter = find(name);
        if (parameter == null) {
            throw new ConfigException("ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
        }
        if (parameter.change() == Change.IMMUTABLE || parameter.change() == Change.PROTECTED) {
            throw failure(name, parameter.change().refusal());
        }
    }

    private static ConfigException failure(String name, String problem) {
        return new ConfigException("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + problem);
    }

    /**
     * Visits each parameter whose name matches the pattern, in any case. A plain name is given back as it was spelled.
     */
    public void forEachMatch(String pattern, BiConsumer<String, String> match) {
        if (pattern.chars().noneMatch(letter -> "[*?".indexOf(letter) >= 0)) {
            Parameter<?> parameter = find(pattern);
            if (parameter != null) {
                match.accept(pattern, parameter.text());
            }
            return;
        }
        Glob glob = Glob.ignoringCase(ByteText.lowerCase(pattern));
        byName.forEach((name, parameter) -> {
            if (glob.matches(name)) {
                match.accept(name, parameter.text());
            }
        });
    }
}

package dev.miniredis.config;

import dev.miniredis.config.Parameter.Change;
import dev.miniredis.config.Parameter.Given;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The parameters as they are declared, in order. */
final class ParameterList {
    private final List<Parameter<?>> all = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    List<Parameter<?>> all() {
        return List.copyOf(all);
    }

    /** A parameter that does something, and that only the start sets. */
    <T> Parameter<T> actingFromStart(String name, ParameterType<T> type, String initial, String description) {
        return add(new Parameter<>(name, description, type, initial, Change.IMMUTABLE, Given.AS_PARAMETER));
    }

    /** A parameter that does what Redis's does. */
    <T> Parameter<T> acting(String name, ParameterType<T> type, String initial, String description) {
        return add(new Parameter<>(name, description, type, initial, Change.ANY_TIME, Given.AS_PARAMETER));
    }

    /** A parameter of something that is not here: checked, kept, and answered. */
    ParameterList kept(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.ANY_TIME, Given.AS_PARAMETER));
        return this;
    }

    /** As {@link #kept}, but as in Redis only what is given at the start is kept. */
    ParameterList keptFromStart(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.IMMUTABLE, Given.AS_PARAMETER));
        return this;
    }

    /** A parameter that Redis lets users set and rely on; here it has one value only. */
    ParameterList fixed(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.FIXED, Given.NOT));
        return this;
    }

    /** As {@link #fixed}; in Redis it is immutable, too. */
    ParameterList fact(String name, ParameterType<?> type, String initial) {
        return fact(name, type, initial, Change.IMMUTABLE);
    }

    ParameterList fact(String name, ParameterType<?> type, String initial, Change change) {
        add(new Parameter<>(name, null, type, initial, change, Given.NOT));
        return this;
    }

    /** What the server's own settings say, and a file by this name. */
    ParameterList setting(String name, ParameterType<?> type, String initial, Change change) {
        add(new Parameter<>(name, null, type, initial, change, Given.AS_SETTING));
        return this;
    }

    /** As {@link #setting}, for what may be changed. */
    <T> Parameter<T> changeableSetting(String name, ParameterType<T> type, String initial) {
        return add(new Parameter<>(name, null, type, initial, Change.ANY_TIME, Given.AS_SETTING));
    }

    /** Gives the last one its older name. */
    ParameterList alias(String otherName) {
        all.getLast().alias(otherName);
        addName(otherName);
        return this;
    }

    private <T> Parameter<T> add(Parameter<T> parameter) {
        addName(parameter.name());
        all.add(parameter);
        return parameter;
    }

    private void addName(String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException(name + " is declared twice");
        }
    }
}

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

    /** A parameter that has an effect, and that only the start sets. */
    <T> Parameter<T> actingFromStart(String name, ParameterType<T> type, String initial, String description) {
        return add(new Parameter<>(name, description, type, initial, Change.IMMUTABLE, Given.AS_PARAMETER));
    }

    /** A parameter with the effect that it has in Redis. */
    <T> Parameter<T> acting(String name, ParameterType<T> type, String initial, String description) {
        return add(new Parameter<>(name, description, type, initial, Change.ANY_TIME, Given.AS_PARAMETER));
    }

    /** A parameter of a part of Redis that is not here: it is checked and kept, and has no effect. */
    ParameterList kept(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.ANY_TIME, Given.AS_PARAMETER));
        return this;
    }

    /** As {@link #kept}, but only the start sets it, as in Redis. */
    ParameterList keptFromStart(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.IMMUTABLE, Given.AS_PARAMETER));
        return this;
    }

    /** A parameter that may be changed in Redis and has a single value here. */
    ParameterList fixed(String name, ParameterType<?> type, String initial) {
        add(new Parameter<>(name, null, type, initial, Change.FIXED, Given.NOT));
        return this;
    }

    /** As {@link #fixed}, for a parameter that is immutable in Redis too. */
    ParameterList fact(String name, ParameterType<?> type, String initial) {
        return fact(name, type, initial, Change.IMMUTABLE);
    }

    ParameterList fact(String name, ParameterType<?> type, String initial, Change change) {
        add(new Parameter<>(name, null, type, initial, change, Given.NOT));
        return this;
    }

    /** A parameter that a setting of the server gives, or a file under this name. */
    ParameterList setting(String name, ParameterType<?> type, String initial, Change change) {
        add(new Parameter<>(name, null, type, initial, change, Given.AS_SETTING));
        return this;
    }

    /** As {@link #setting}, for one that may be changed. */
    <T> Parameter<T> changeableSetting(String name, ParameterType<T> type, String initial) {
        return add(new Parameter<>(name, null, type, initial, Change.ANY_TIME, Given.AS_SETTING));
    }

    /** Gives the parameter declared last its older name. */
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

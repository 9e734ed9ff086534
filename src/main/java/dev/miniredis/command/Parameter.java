package dev.miniredis.command;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A parameter of the server that may be changed while it runs, with Redis's name. Values are parsed, refused and written
 * as Redis's {@code config.c} does. Used by the engine's thread once the server runs.
 */
public final class Parameter<T> {
    private final String name;
    private final String description;
    private final Function<String, T> parser;
    private final Function<T, String> writer;
    private final String initial;
    private boolean immutable;
    private T value;
    private Consumer<T> check = newValue -> {};
    private Consumer<T> listener = newValue -> {};

    /**
     * @param description one line for {@code --help} and the documents
     * @param parser throws {@link IllegalArgumentException} with Redis's words for what is wrong
     */
    Parameter(String name, String description, String initial, Function<String, T> parser, Function<T, String> writer) {
        this.name = name;
        this.description = description;
        this.parser = parser;
        this.writer = writer;
        this.initial = initial;
        this.value = parser.apply(initial);
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    /** What it is unless somebody sets it. */
    public String initial() {
        return initial;
    }

    public T value() {
        return value;
    }

    /** The value as {@code CONFIG GET} answers it. */
    public String text() {
        return writer.apply(value);
    }

    /**
     * Sets the value.
     *
     * @throws IllegalArgumentException with Redis's words; the value stays
     */
    public void set(String text) {
        T parsed = parser.apply(text);
        check.accept(parsed);
        value = parsed;
        listener.accept(parsed);
    }

    /** Only the start sets it, CONFIG SET does not. */
    Parameter<T> immutable() {
        immutable = true;
        return this;
    }

    boolean isImmutable() {
        return immutable;
    }

    /** Asks before a value is set; one check at most. It throws {@link IllegalArgumentException} with Redis's words. */
    public void check(Consumer<T> newCheck) {
        check = newCheck;
    }

    /** Tells of the value now and whenever it is set; one listener at most. */
    public void listen(Consumer<T> newListener) {
        listener = newListener;
        newListener.accept(value);
    }
}

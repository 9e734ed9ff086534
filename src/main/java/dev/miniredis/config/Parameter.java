package dev.miniredis.config;

import java.util.List;
import java.util.function.Consumer;

/**
 * A parameter of the server, with Redis's name. Values are parsed, refused and written as Redis's {@code config.c}
 * does. Used by the engine's thread once the server runs.
 */
public final class Parameter<T> {
    /** What may become of a value once the server runs. */
    public enum Change {
        /** It may be set. */
        ANY_TIME(null),
        /** In Redis it may be set; here only to what it is. */
        FIXED("can't set immutable config"),
        /** It is what it was at the start. */
        IMMUTABLE("can't set immutable config"),
        /** Immutable unless protected configs are enabled. */
        PROTECTED("can't set protected config");

        private final String refusal;

        Change(String refusal) {
            this.refusal = refusal;
        }

        String refusal() {
            return refusal;
        }
    }

    /** How it is given at the start: as an option, in the environment, in a file. */
    public enum Given {
        /** Under its name. */
        AS_PARAMETER,
        /** As one of the server's settings; in a file under its name. */
        AS_SETTING,
        /** Not at all. */
        NOT
    }

    private final String name;
    private final String description;
    private final ParameterType<T> type;
    private final Change change;
    private final Given given;
    private String alias;
    private final String initial;
    private T value;
    private String startWord; // null without one
    private T startMeaning;
    private boolean isStartWord; // rather than a value that was set
    private Consumer<T> check = newValue -> {};
    private Consumer<T> listener = newValue -> {};
    private Runnable application; // null for none

    /**
     * @param description one line for {@code --help} and the documents; null when it has no effect here
     */
    Parameter(String name, String description, ParameterType<T> type, String initial, Change change, Given given) {
        this.name = name;
        this.description = description;
        this.type = type;
        this.initial = initial;
        this.change = change;
        this.given = given;
        this.value = type.parser().apply(initial);
    }

    public String name() {
        return name;
    }

    /** The other name that it has, from before Redis renamed it; null without one. */
    public String alias() {
        return alias;
    }

    void alias(String otherName) {
        alias = otherName;
    }

    public String description() {
        return description;
    }

    /** Whether it does anything here. What does not is of a part of Redis that is not here; clients ask for it. */
    public boolean acts() {
        return description != null;
    }

    /** How it is given at the start. */
    public Given given() {
        return given;
    }

    /** What may become of it once the server runs. */
    public Change change() {
        return change;
    }

    /** Whether a file may give it in several words. */
    public boolean isList() {
        return type.isList();
    }

    /** The default. */
    public String initial() {
        return initial;
    }

    public T value() {
        return value;
    }

    /** The value as {@code CONFIG GET} answers it. */
    public String text() {
        return type.writer().apply(value);
    }

    /** What stands after the name in a file, a line each; none for what a file cannot say. */
    List<String> fileForm() {
        return isStartWord ? List.of(startWord) : type.fileForm().apply(value);
    }

    /** The same, of the default. */
    List<String> initialFileForm() {
        return type.fileForm().apply(type.parser().apply(initial));
    }

    /**
     * Sets the value.
     *
     * @throws IllegalArgumentException with Redis's words; the value stays
     */
    public void set(String text) {
        T parsed = type.parser().apply(text);
        check.accept(parsed);
        isStartWord = false;
        value = parsed;
        listener.accept(parsed);
    }

    /** Has the start take this word too, for a value that is not known before: see {@link #startWordMeans}. */
    Parameter<T> orAtStart(String word) {
        startWord = word;
        startMeaning = value;
        return this;
    }

    /** Says what the word of the start stands for. */
    public void startWordMeans(T meaning) {
        startMeaning = meaning;
    }

    /**
     * Sets the value at the start, which may be a word that CONFIG SET does not take.
     *
     * @throws IllegalArgumentException with Redis's words; the value stays
     */
    public void start(String text) {
        if (text.equals(startWord)) {
            isStartWord = true;
            value = startMeaning;
            listener.accept(value);
        } else {
            set(text);
        }
    }

    /**
     * Sets the value while the server runs.
     *
     * @throws IllegalArgumentException with Redis's words; the value stays
     */
    void change(String text) {
        if (change == Change.ANY_TIME) {
            set(text);
        } else if (!type.parser().apply(text).equals(value)) {
            throw new IllegalArgumentException(change.refusal());
        }
    }

    /**
     * Looks whether this may be a value.
     *
     * @return as {@code CONFIG GET} would answer it
     * @throws IllegalArgumentException with Redis's words
     */
    public String check(String text) {
        return type.writer().apply(type.parser().apply(text));
    }

    /** Says what it is for the life of the server. */
    void fix(String text) {
        value = type.parser().apply(text);
    }

    /** Asks before a value is set; one check at most. It throws {@link IllegalArgumentException} with Redis's words. */
    public void check(Consumer<T> newCheck) {
        check = newCheck;
    }

    /**
     * Has something done whenever this and perhaps other parameters with the same {@code application} were set
     * together; one at most. It throws {@link IllegalArgumentException} with Redis's words when it cannot be done; then
     * none is set.
     */
    public void apply(Runnable newApplication) {
        application = newApplication;
    }

    /** What is to be done when it was set; null for nothing. */
    Runnable application() {
        return application;
    }

    /** Tells of the value now and whenever it is set; one listener at most. */
    public void listen(Consumer<T> newListener) {
        listener = newListener;
        newListener.accept(value);
    }
}

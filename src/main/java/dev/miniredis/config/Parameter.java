package dev.miniredis.config;

import java.util.List;
import java.util.function.Consumer;

/**
 * A parameter of the server, with Redis's name. Values are parsed, refused and written as Redis's {@code config.c}
 * does. Once the server runs, only the engine's thread uses it.
 */
public final class Parameter<T> {
    /** Whether a value may change once the server runs. */
    public enum Change {
        /** It may be set at any time. */
        ANY_TIME(null),
        /** Redis may set it; here only its present value is accepted. */
        FIXED("can't set immutable config"),
        /** Only the start sets it. */
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

    /** How the start may set it: by an option, the environment or a file. */
    public enum Given {
        /** Under its name. */
        AS_PARAMETER,
        /** By a setting of the server; in a file under its own name. */
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
     * @param description one line for {@code --help} and the documentation; null if it has no effect here
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

    /** Its name before Redis renamed it; null if there is none. */
    public String alias() {
        return alias;
    }

    void alias(String otherName) {
        alias = otherName;
    }

    public String description() {
        return description;
    }

    /** Whether it has an effect. The others belong to parts of Redis that are not here; clients ask for them. */
    public boolean acts() {
        return description != null;
    }

    /** How the start may set it. */
    public Given given() {
        return given;
    }

    /** Whether it may change once the server runs. */
    public Change change() {
        return change;
    }

    /** Whether its line in a file may have several words. */
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

    /** The value in the form of {@code CONFIG GET}. */
    public String text() {
        return type.writer().apply(value);
    }

    /** The text after the name in a file, for each of its lines; none if a file cannot hold it. */
    List<String> fileForm() {
        return isStartWord ? List.of(startWord) : type.fileForm().apply(value);
    }

    /** {@link #fileForm} of the default. */
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

    /** Lets the start accept this word for a value that is only known later, see {@link #startWordMeans}. */
    Parameter<T> orAtStart(String word) {
        startWord = word;
        startMeaning = value;
        return this;
    }

    /** Sets the value that the word of the start stands for. */
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
     * Checks a value without setting it.
     *
     * @return the value in the form of {@code CONFIG GET}
     * @throws IllegalArgumentException with Redis's words
     */
    public String check(String text) {
        return type.writer().apply(type.parser().apply(text));
    }

    /** Sets the value for the life of the server. */
    void fix(String text) {
        value = type.parser().apply(text);
    }

    /**
     * Sets the check that runs before a value is set. It throws {@link IllegalArgumentException} with Redis's words.
     */
    public void check(Consumer<T> newCheck) {
        check = newCheck;
    }

    /**
     * Sets what runs once after this parameter, alone or with others of the same {@code application}, has been set. If
     * it throws {@link IllegalArgumentException}, with Redis's words, all of them are set back.
     */
    public void apply(Runnable newApplication) {
        application = newApplication;
    }

    /** What runs after it was set; null for nothing. */
    Runnable application() {
        return application;
    }

    /** Sets the listener, which gets the value now and whenever it is set. */
    public void listen(Consumer<T> newListener) {
        listener = newListener;
        newListener.accept(value);
    }
}

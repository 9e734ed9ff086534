package dev.miniredis.command;

import dev.miniredis.resp.Slice;
import java.util.Arrays;

/**
 * The parsed arguments of the current call: the given options, and the indexes of optional and repeated values. They
 * are parsed before the body runs, or when the body calls {@link #parse} ({@link Trait.Arguments#PARSED_BY_BODY}). The
 * same object is reused for every call.
 *
 * <p>Options are looked up by keyword, values by their name in the usage line. If an option is given twice, the last
 * one counts.
 */
public final class Options {
    private static final int KEYWORDS = Keyword.values().length;
    /** The maximum number of value names in one usage line. */
    static final int MAX_NAMES = 32;

    private long callNumber;
    private Call call;

    private final long[] seenAt = new long[KEYWORDS]; // callNumber of the last call with the keyword
    private final int[] valueIndex = new int[KEYWORDS];

    // The keywords of this call in order.
    private Keyword[] given = new Keyword[16];
    private int[] givenIndex = new int[16];
    private int size;

    // Indexed by the number of the value's name in the usage line.
    private final long[] valueSeenAt = new long[MAX_NAMES];
    private final int[] firstValue = new int[MAX_NAMES];
    private final int[] lastValue = new int[MAX_NAMES];
    private final int[] values = new int[MAX_NAMES];
    private int countedKeys;

    /**
     * Prepares for the next call, and parses its arguments unless the body does.
     *
     * @throws CommandError the arguments do not match the usage line
     */
    void begin(Call newCall) {
        call = newCall;
        callNumber++;
        size = 0;
        if (call.command().isParsedFirst()) {
            call.command().parser().parse(this, call);
        }
    }

    /**
     * Parses the arguments. For commands that are {@link Trait.Arguments#PARSED_BY_BODY}.
     *
     * @throws CommandError the arguments do not match the usage line
     */
    public void parse() {
        ArgumentParser parser = call.command().parser();
        if (parser != null) {
            parser.parse(this, call);
        }
    }

    Call call() {
        return call;
    }

    /** Records a keyword and the index of its first value. */
    void record(Keyword keyword, int index) {
        seenAt[keyword.ordinal()] = callNumber;
        valueIndex[keyword.ordinal()] = index;
        if (size == given.length) {
            given = Arrays.copyOf(given, 2 * size);
            givenIndex = Arrays.copyOf(givenIndex, 2 * size);
        }
        given[size] = keyword;
        givenIndex[size++] = index;
    }

    /** Records the index of a value. */
    void record(int name, int index) {
        if (valueSeenAt[name] != callNumber) {
            valueSeenAt[name] = callNumber;
            firstValue[name] = index;
            values[name] = 0;
        }
        lastValue[name] = index;
        values[name]++;
    }

    void countedKeys(int count) {
        countedKeys = count;
    }

    int countedKeys() {
        return countedKeys;
    }

    /** The error for a word that the usage line does not allow there, or after which a word is missing. */
    CommandError error(int index) {
        return call.command().optionError(call, Math.min(index, call.args() - 1));
    }

    /** Whether the request has more words than the required ones. */
    public boolean isGiven() {
        return call.args() > call.command().requiredWords();
    }

    /** Whether an option was given and has been parsed. */
    public boolean has(Keyword keyword) {
        return seenAt[keyword.ordinal()] == callNumber;
    }

    /** The index of an option's first value; 0 if the option was not given. */
    public int index(Keyword keyword) {
        return has(keyword) ? valueIndex[keyword.ordinal()] : 0;
    }

    /** The first value of an option, which must have been given. */
    public Slice value(Keyword keyword) {
        return call.arg(valueIndex[keyword.ordinal()]);
    }

    /**
     * The first value of an option as an integer. The option must have been given.
     *
     * @throws CommandError the value is not an integer
     */
    public long integer(Keyword keyword) {
        return call.integer(valueIndex[keyword.ordinal()]);
    }

    /** The number of options given; a repeated option counts each time. */
    public int size() {
        return size;
    }

    /** An option by its position among the given options, starting at 0. */
    public Keyword keyword(int number) {
        return given[number];
    }

    /** The index of the first value of an option, by the option's position among the given options. */
    public int index(int number) {
        return givenIndex[number];
    }

    /** Whether an optional value was given; by its name in the usage line. */
    public boolean has(String name) {
        return valueSeenAt[number(name)] == callNumber;
    }

    /** The number of values with this name. */
    public int count(String name) {
        return has(name) ? values[number(name)] : 0;
    }

    /** The index of the first value with this name; 0 if there is none. */
    public int index(String name) {
        return has(name) ? firstValue[number(name)] : 0;
    }

    /**
     * A value as an integer, by its name in the usage line.
     *
     * @throws CommandError the value is not an integer
     */
    public long integer(String name, long defaultValue) {
        return has(name) ? call.integer(lastValue[number(name)]) : defaultValue;
    }

    private int number(String name) {
        int number = call.command().parser().find(name);
        if (number < 0) {
            throw new IllegalArgumentException(call.command().name() + " has no " + name);
        }
        return number;
    }

    /**
     * The deadline from EX, PX, EXAT or PXAT, in milliseconds since 1970.
     *
     * @param defaultValue the result if none of them was given
     * @throws CommandError the value is not an integer, not positive, or too large
     */
    public long deadline(long defaultValue) {
        if (has(Keyword.EX)) {
            return deadline(Keyword.EX, 1000, call.now());
        }
        if (has(Keyword.PX)) {
            return deadline(Keyword.PX, 1, call.now());
        }
        if (has(Keyword.EXAT)) {
            return deadlineAt(Keyword.EXAT, 1000);
        }
        return has(Keyword.PXAT) ? deadlineAt(Keyword.PXAT, 1) : defaultValue;
    }

    private long deadlineAt(Keyword keyword, int unitMillis) {
        return call.deadlineAt(deadline(keyword, unitMillis, 0), valueIndex[keyword.ordinal()], unitMillis);
    }

    private long deadline(Keyword keyword, int unitMillis, long base) {
        return deadline(call.command(), integer(keyword), unitMillis, base);
    }

    /**
     * The deadline {@code base + value * unitMillis}, in milliseconds since 1970.
     *
     * @throws CommandError the value is not positive, or the deadline is too large
     */
    public static long deadline(Command command, long value, int unitMillis, long base) {
        if (value <= 0 || value > Long.MAX_VALUE / unitMillis || value * unitMillis > Long.MAX_VALUE - base) {
            throw CommandError.invalidExpireTime(command.name());
        }
        return value * unitMillis + base;
    }
}

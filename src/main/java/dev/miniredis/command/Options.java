package dev.miniredis.command;

import dev.miniredis.resp.Slice;
import java.util.Arrays;

/**
 * What the usage line makes of the arguments of the call under way: the options that were given, and where the values
 * are that may be missing or repeated. It is read before the body runs, or when the body asks for it ({@link
 * Trait.Arguments#READ_BY_BODY}). One object serves all calls.
 *
 * <p>A keyword counts where it is met; a value has the name that the usage line gives it. Of options that are given
 * twice, the last one counts.
 */
public final class Options {
    private static final int KEYWORDS = Keyword.values().length;
    /** How many names the values of one usage line may have. */
    static final int MAX_NAMES = 32;

    private long callNumber;
    private Call call;

    private final long[] seenAt = new long[KEYWORDS]; // the number of the last call that had the keyword
    private final int[] valueIndex = new int[KEYWORDS];

    // The keywords of this call in their order.
    private Keyword[] given = new Keyword[16];
    private int[] givenIndex = new int[16];
    private int size;

    // By the number of the value's name in the usage line.
    private final long[] valueSeenAt = new long[MAX_NAMES];
    private final int[] firstValue = new int[MAX_NAMES];
    private final int[] lastValue = new int[MAX_NAMES];
    private final int[] values = new int[MAX_NAMES];
    private int countedKeys;

    /**
     * Prepares for the next call, and reads its arguments unless the body does.
     *
     * @throws CommandError the usage line does not allow them
     */
    void begin(Call newCall) {
        call = newCall;
        callNumber++;
        size = 0;
        if (call.command().isReadFirst()) {
            call.command().parser().parse(this, call);
        }
    }

    /**
     * Reads the arguments of a row that is {@link Trait.Arguments#READ_BY_BODY}.
     *
     * @throws CommandError the usage line does not allow them
     */
    public void read() {
        ArgumentParser parser = call.command().parser();
        if (parser != null) {
            parser.parse(this, call);
        }
    }

    Call call() {
        return call;
    }

    /** Notes a keyword, whose first value is at a place of the request. */
    void meet(Keyword keyword, int index) {
        seenAt[keyword.ordinal()] = callNumber;
        valueIndex[keyword.ordinal()] = index;
        if (size == given.length) {
            given = Arrays.copyOf(given, 2 * size);
            givenIndex = Arrays.copyOf(givenIndex, 2 * size);
        }
        given[size] = keyword;
        givenIndex[size++] = index;
    }

    /** Notes a value at a place of the request. */
    void meet(int name, int index) {
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

    /** The error for a word that the line does not allow at its place, or after which one is missing. */
    CommandError error(int index) {
        return call.command().optionError(call, Math.min(index, call.args() - 1));
    }

    /** Whether any option was given. */
    public boolean isGiven() {
        return call.args() > call.command().requiredWords();
    }

    /** Whether an option was given, and has been read. */
    public boolean has(Keyword keyword) {
        return seenAt[keyword.ordinal()] == callNumber;
    }

    /** The place of an option's first value in the request; 0 where the option was not given. */
    public int index(Keyword keyword) {
        return has(keyword) ? valueIndex[keyword.ordinal()] : 0;
    }

    /** The value of an option. */
    public Slice value(Keyword keyword) {
        return call.arg(valueIndex[keyword.ordinal()]);
    }

    /**
     * The integer after an option.
     *
     * @throws CommandError it is none
     */
    public long integer(Keyword keyword) {
        return call.integer(valueIndex[keyword.ordinal()]);
    }

    /** How many options were given, those counted twice that were given twice. */
    public int size() {
        return size;
    }

    /** An option by its number in the request, from 0 on. */
    public Keyword keyword(int number) {
        return given[number];
    }

    /** The place of the first value of an option, by the option's number in the request. */
    public int index(int number) {
        return givenIndex[number];
    }

    /** Whether a value that may be missing is there; by its name in the usage line. */
    public boolean has(String name) {
        return valueSeenAt[number(name)] == callNumber;
    }

    /** How many values of a name there are. */
    public int count(String name) {
        return has(name) ? values[number(name)] : 0;
    }

    /** The index of the first value of this name; 0 if there is none. */
    public int index(String name) {
        return has(name) ? firstValue[number(name)] : 0;
    }

    /**
     * An integer by its name in the usage line.
     *
     * @param otherwise the answer where it is missing
     * @throws CommandError it is none
     */
    public long integer(String name, long otherwise) {
        return has(name) ? call.integer(lastValue[number(name)]) : otherwise;
    }

    private int number(String name) {
        int number = call.command().parser().find(name);
        if (number < 0) {
            throw new IllegalArgumentException(call.command().name() + " has no " + name);
        }
        return number;
    }

    /**
     * The deadline that EX, PX, EXAT or PXAT ask for, in milliseconds since 1970.
     *
     * @param otherwise the answer without any of them
     * @throws CommandError not an integer, not positive, or past the end of time
     */
    public long deadline(long otherwise) {
        if (has(Keyword.EX)) {
            return deadline(Keyword.EX, 1000, call.now());
        }
        if (has(Keyword.PX)) {
            return deadline(Keyword.PX, 1, call.now());
        }
        if (has(Keyword.EXAT)) {
            return deadlineAt(Keyword.EXAT, 1000);
        }
        return has(Keyword.PXAT) ? deadlineAt(Keyword.PXAT, 1) : otherwise;
    }

    private long deadlineAt(Keyword keyword, int unitMillis) {
        return call.deadlineAt(deadline(keyword, unitMillis, 0), valueIndex[keyword.ordinal()], unitMillis);
    }

    private long deadline(Keyword keyword, int unitMillis, long base) {
        return deadline(call.command(), integer(keyword), unitMillis, base);
    }

    /**
     * The deadline that is a number of units after a moment, in milliseconds since 1970.
     *
     * @throws CommandError the number is not positive, or the deadline past the end of time
     */
    public static long deadline(Command command, long value, int unitMillis, long base) {
        if (value <= 0 || value > Long.MAX_VALUE / unitMillis || value * unitMillis > Long.MAX_VALUE - base) {
            throw CommandError.invalidExpireTime(command.name());
        }
        return value * unitMillis + base;
    }
}

package dev.miniredis.command;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.List;

/**
 * The options of the call under way, read by its command's usage line, before its body runs or when the body asks for it: in any
 * order, the last one of a kind counts; of the alternatives in one bracket only one; an unknown word or a missing value is a syntax
 * error, or what the row says instead. One object serves all calls.
 */
public final class Options {
    /** Looks at each option in turn, before the next one is read. */
    @FunctionalInterface
    public interface Reader {
        /**
         * An option is there.
         *
         * @param index where its first value stands among the arguments
         */
        void read(Keyword keyword, int index);
    }

    /** For options that need no look in turn. */
    public static final Reader NOTHING = (keyword, index) -> {};

    private final long[] seenAt = new long[Keyword.values().length];
    private final int[] valueIndex = new int[Keyword.values().length];
    private long callNumber;
    private Call call;

    /**
     * Prepares for the next call, and reads its options unless the body does.
     *
     * @throws CommandError a syntax error
     */
    void begin(Call newCall) {
        call = newCall;
        callNumber++;
        if (call.command().readsOptionsFirst()) {
            read(call.command().requiredWords(), NOTHING);
        }
    }

    /**
     * Reads the options of a row that is {@link Trait.Arguments#READ_BY_BODY}.
     *
     * @param from where the options begin among the arguments
     * @throws CommandError a syntax error, or what the reader throws
     */
    public void read(int from, Reader reader) {
        Request request = call.request();
        int index = from;
        while (index < request.size() && !call.command().optionWords().isEmpty()) {
            OptionWord word = find(call.command().optionWords(), request.arg(index));
            index = take(word, index, reader);
        }
    }

    /**
     * Reads the options that stand before other arguments, such as ZADD's, up to the first word that is none.
     *
     * @param from where the options begin among the arguments
     * @return where they end
     * @throws CommandError a syntax error
     */
    public int readUntilValue(int from) {
        Request request = call.request();
        int index = from;
        while (index < request.size()) {
            OptionWord word = find(call.command().optionWords(), request.arg(index));
            if (word == null) {
                return index;
            }
            index = take(word, index, NOTHING);
        }
        return index;
    }

    private int take(OptionWord word, int index, Reader reader) {
        Command command = call.command();
        int taken = word == null ? 0 : word.take(call.args() - index);
        if (taken == 0 || !command.takesAlternatives() && isExcluded(command.optionWords(), word)) {
            throw command.optionError(call, index);
        }
        seenAt[word.keyword().ordinal()] = callNumber;
        valueIndex[word.keyword().ordinal()] = index + 1;
        reader.read(word.keyword(), index + 1);
        return index + taken;
    }

    private static OptionWord find(List<OptionWord> words, Slice arg) {
        for (int i = 0; i < words.size(); i++) {
            if (arg.equalsIgnoreCase(words.get(i).keyword().bytes())) {
                return words.get(i);
            }
        }
        return null;
    }

    private boolean isExcluded(List<OptionWord> words, OptionWord word) {
        for (int i = 0; i < words.size(); i++) {
            OptionWord other = words.get(i);
            if (other.bracket() == word.bracket() && other.keyword() != word.keyword() && has(other.keyword())) {
                return true;
            }
        }
        return false;
    }

    /** Whether any option was given. */
    public boolean isGiven() {
        return call.args() > call.command().requiredWords();
    }

    /** Whether an option was given, and has been read. */
    public boolean has(Keyword keyword) {
        return seenAt[keyword.ordinal()] == callNumber;
    }

    /** What follows an option that takes a value. */
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
     * The deadline that lies so many units after a moment, in milliseconds since 1970.
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

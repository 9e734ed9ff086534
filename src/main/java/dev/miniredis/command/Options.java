package dev.miniredis.command;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.List;

/**
 * The options of the call under way, read by its command's usage line before its body runs: in any order; of the
 * alternatives in one bracket only one; an unknown word or a missing value is a syntax error. One object serves all
 * calls.
 */
public final class Options {
    private final long[] seenAt = new long[Keyword.values().length];
    private final int[] valueIndex = new int[Keyword.values().length];
    private long callNumber;
    private Call call;

    /**
     * Reads what follows the arguments that must be there.
     *
     * @throws CommandError a syntax error
     */
    void read(Call newCall) {
        call = newCall;
        callNumber++;
        List<OptionWord> words = call.command().optionWords();
        Request request = call.request();
        int index = call.command().requiredWords();
        if (index == request.size() || words.isEmpty()) {
            return;
        }
        while (index < request.size()) {
            OptionWord word = find(words, request.arg(index));
            if (word == null || index + word.values() >= request.size() || isExcluded(words, word)) {
                throw CommandError.SYNTAX;
            }
            seenAt[word.keyword().ordinal()] = callNumber;
            valueIndex[word.keyword().ordinal()] = index + 1;
            index += 1 + word.values();
        }
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

    /** Whether an option was given. */
    public boolean has(Keyword keyword) {
        return seenAt[keyword.ordinal()] == callNumber;
    }

    /** What follows an option that takes a value. */
    Slice value(Keyword keyword) {
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

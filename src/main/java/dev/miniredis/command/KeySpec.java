package dev.miniredis.command;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The places of some keys of a request and their flags, as Redis's key specs: where to begin, then which of the words
 * from there on.
 *
 * <pre>
 *   GET key                                begin at 1; the keys go from there to there
 *   MSET key value [key value ...]         begin at 1; to the last word, every second one
 *   BLPOP key [key ...] timeout            begin at 1; to the last word but one
 *   EVAL script numkeys [key [key ...]]    begin at 2; a number, then that many keys
 *   XREAD … STREAMS key [key ...] id [id ...]
 *                                          begin after STREAMS, looked for from 1 on; the first half of what follows
 * </pre>
 *
 * <p>The notes are for the documentation; null if there are none. It is walked for every call whose keys are checked, and
 * allocates nothing.
 */
public record KeySpec(Begin begin, Find find, Set<Trait.KeyFlag> flags, String notes) implements Trait {

    /** Where to begin. */
    public sealed interface Begin {
        /** At this word of the request; 0 is the command's name. */
        record Index(int index) implements Begin {}

        /**
         * After a word.
         *
         * @param from the first place to look at; a negative one is counted from the end, and looked from backwards
         */
        record Keyword(String word, int from) implements Begin {}

        /** Unknown: a {@link Trait.Walk} finds them, or nothing does, if their names follow from the data. */
        record Unknown() implements Begin {}
    }

    /** Which words from there on. */
    public sealed interface Find {
        /**
         * From the first to a last one.
         *
         * @param last the last key, counted from the first; a negative one is counted from the end of the request: -1
         *     is the last word
         * @param step 1 for every word, 2 for every second one
         * @param limit with -1 as last: only this part of what follows is keys; 0 for all
         */
        record Range(int last, int step, int limit) implements Find {}

        /** A number, then that many keys. */
        record Counted() implements Find {}

        record Unknown() implements Find {}
    }

    KeySpec(Begin begin, Find find, Set<Trait.KeyFlag> flags) {
        this(begin, find, flags, null);
    }

    /** The keys that a usage line shows, without flags yet. */
    public static KeySpec of(Begin begin, Find find) {
        return new KeySpec(begin, find, Set.of());
    }

    public KeySpec with(Set<Trait.KeyFlag> newFlags) {
        return new KeySpec(begin, find, newFlags, notes);
    }

    public KeySpec with(String newNotes) {
        return new KeySpec(begin, find, flags, newNotes);
    }

    @Override
    public String text() {
        return toString();
    }

    /** Whether these are names of something else than keys, which only lie in slots as keys do: channels. */
    boolean isNotKey() {
        return flags.contains(Trait.KeyFlag.NOT_KEY);
    }

    /** Whether the keys are at the same place in every request. */
    boolean isRange() {
        return begin instanceof Begin.Index && find instanceof Find.Range;
    }

    int step() {
        return find instanceof Find.Range range ? range.step() : 1;
    }

    /** The index of the first key of a request; 0 if there is none or its index is unknown. */
    int first(Request request) {
        int at = switch (begin) {
            case Begin.Index index -> index.index();
            case Begin.Keyword keyword -> after(keyword, request);
            case Begin.Unknown unknown -> 0;
        };
        return at > 0 && find instanceof Find.Counted ? at + 1 : at;
    }

    /** Redis checks neither the last word, nor, backwards, the second. */
    private static int after(Begin.Keyword keyword, Request request) {
        byte[] word = keyword.word().getBytes(StandardCharsets.US_ASCII);
        boolean forward = keyword.from() > 0;
        int end = forward ? request.size() - 1 : 1;
        for (int i = forward ? keyword.from() : request.size() + keyword.from();
                forward ? i < end : i > end;
                i += forward ? 1 : -1) {
            if (request.arg(i).equalsIgnoreCase(word)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The place of the last key of a request, of whose {@link #first} it is known; 0 when the request is wrong. */
    int last(Request request, int first) {
        int last = switch (find) {
            case Find.Range range -> last(range, request.size(), first);
            case Find.Counted counted -> first <= request.size() ? counted(request.arg(first - 1), first) : 0;
            case Find.Unknown unknown -> 0;
        };
        return last < first || last >= request.size() ? 0 : last;
    }

    private static int last(Find.Range range, int size, int first) {
        if (range.last() >= 0) {
            return first + range.last();
        }
        return range.limit() == 0 ? size + range.last() : first + (size - first) / range.limit() - 1;
    }

    private static int counted(Slice number, int first) {
        boolean possible = number.isLong() && number.toLong() > 0 && number.toLong() < Integer.MAX_VALUE - first;
        return possible ? first + (int) number.toLong() - 1 : 0;
    }
}

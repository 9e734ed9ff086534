package dev.miniredis.command;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The positions of some keys of a request and the access to them, as in Redis's key specifications. {@link Begin} gives
 * the start position, {@link Find} gives the keys from there on.
 *
 * <pre>
 *   GET key                                begin at 1; one key
 *   MSET key value [key value ...]         begin at 1; to the last word, every second word
 *   BLPOP key [key ...] timeout            begin at 1; to the second to last word
 *   EVAL script numkeys [key [key ...]]    begin at 2; the number of keys, then the keys
 *   XREAD … STREAMS key [key ...] id [id ...]
 *                                          begin after STREAMS, searched from 1 on; the first half of the rest
 * </pre>
 *
 * <p>Permission checks evaluate it for every call, so evaluation does not allocate.
 *
 * @param notes text for {@code COMMAND INFO}; null for none
 */
public record KeySpec(Begin begin, Find find, Set<Trait.KeyFlag> flags, String notes) implements Trait {

    /** The start position, Redis's {@code begin_search}. */
    public sealed interface Begin {
        /** A fixed index in the request; 0 is the command's name. */
        record Index(int index) implements Begin {}

        /**
         * After a keyword.
         *
         * @param from index of the first word to compare; if negative, it counts from the end and the search runs
         *     backwards
         */
        record Keyword(String word, int from) implements Begin {}

        /** Not expressible: a {@link Trait.Walk} finds the keys, or their names depend on data. */
        record Unknown() implements Begin {}
    }

    /** The keys from the start position on, Redis's {@code find_keys}. */
    public sealed interface Find {
        /**
         * A range.
         *
         * @param last the last key, relative to the first; if negative, it counts from the end of the request: -1 is
         *     the last word
         * @param step the distance between two keys
         * @param limit only if last is -1: the keys are the first 1/limit of the remaining words; 0 for all
         */
        record Range(int last, int step, int limit) implements Find {}

        /** The number of keys, then the keys. */
        record Counted() implements Find {}

        /** Not expressible. */
        record Unknown() implements Find {}
    }

    KeySpec(Begin begin, Find find, Set<Trait.KeyFlag> flags) {
        this(begin, find, flags, null);
    }

    /** A key spec without flags. */
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

    /** Whether the arguments are not keys, but are hashed to slots like keys: shard channels. */
    boolean isNotKey() {
        return flags.contains(Trait.KeyFlag.NOT_KEY);
    }

    /** Whether the first key has the same index in every request. */
    boolean isRange() {
        return begin instanceof Begin.Index && find instanceof Find.Range;
    }

    int step() {
        return find instanceof Find.Range range ? range.step() : 1;
    }

    /** The index of the first key of a request; 0 if there is none or it is unknown. */
    int first(Request request) {
        int at = switch (begin) {
            case Begin.Index index -> index.index();
            case Begin.Keyword keyword -> after(keyword, request);
            case Begin.Unknown unknown -> 0;
        };
        return at > 0 && find instanceof Find.Counted ? at + 1 : at;
    }

    /** As in Redis, a forward search skips the last word, and a backward search ends before index 1. */
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

    /**
     * The index of the last key of a request; 0 if the request is malformed.
     *
     * @param first the result of {@link #first(Request)}, which must not be 0
     */
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

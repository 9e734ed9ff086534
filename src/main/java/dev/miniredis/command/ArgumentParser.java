package dev.miniredis.command;

import dev.miniredis.resp.Slice;
import java.util.List;

/**
 * Parses the arguments of a request from left to right, as the command's usage line says, and records the options and
 * values in {@link Options}. It is a recursive-descent parser: each {@link Step} parses one part of the line.
 * {@link ArgumentParserBuilder} builds the steps once per row. Parsing does not allocate.
 *
 * <pre>
 *   line                              steps
 *   SET key value [NX | XX] [GET]     Value, Value, OptionRun of NX, XX, GET
 *   ZADD key [NX] score member [...]  Value, OptionRun, Repetition of Sequence(Value, Value)
 *   BITCOUNT key [start end [BIT]]    Value, Optional of Sequence(Value, Value, OptionRun)
 *   EVAL script numkeys [key ...]     Value, Counted of Value
 * </pre>
 *
 * <p>Adjacent options are accepted in any order. A word that no step accepts is an error at its index.
 */
final class ArgumentParser {
    private final Step line;
    private final String[] names;
    private final int first; // index of the first word to parse; the body reads the words before it
    private final int unparsedSize; // a request with this number of words needs no parsing
    private final int most;

    ArgumentParser(Step line, List<String> names, int first, int unparsedSize, int most) {
        this.line = line;
        this.names = names.toArray(String[]::new);
        this.first = first;
        this.unparsedSize = unparsedSize;
        this.most = most;
    }

    /**
     * Parses a request.
     *
     * @throws CommandError the request does not match the usage line
     */
    void parse(Options options, Call call) {
        if (call.args() == unparsedSize) {
            return;
        }
        if (call.args() > most) { // before any value is checked
            throw options.error(most);
        }
        int end = line.read(options, first, call.args());
        if (end < call.args()) {
            throw options.error(end);
        }
    }

    /** The number of the value with this name in the usage line; -1 if there is none. */
    int find(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The maximum number of words of a request, including the name; a large number if there are options or repetitions.
     */
    int most() {
        return most;
    }

    /** Parses one part of a usage line. */
    interface Step {
        /**
         * Parses words of the request.
         *
         * @param at index of the first word
         * @param limit index after the last word that this step may consume
         * @return index of the first word that this step did not consume
         */
        int read(Options options, int at, int limit);

        /** The minimum number of words that this step consumes. */
        int fewest();
    }

    /** A value of one word. */
    record Value(int name, Trait.Check.Checker checker) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            if (at >= limit) {
                throw options.error(at);
            }
            options.record(name, at);
            if (checker != null) {
                checker.check(options.call(), at);
            }
            return at + 1;
        }

        @Override
        public int fewest() {
            return 1;
        }
    }

    /** Consecutive parts. */
    record Sequence(List<Part> parts, int fewest) implements Step {
        /** @param fewestAfter the minimum number of words of the parts after it */
        record Part(Step step, int fewestAfter) {}

        @Override
        public int read(Options options, int at, int limit) {
            int next = at;
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                // A keyword is always parsed as an option, even if too few words remain for the required parts.
                int end = part.step instanceof OptionRun ? limit : limit - part.fewestAfter;
                next = part.step.read(options, next, end);
            }
            return next;
        }
    }

    /** An optional part: it is present if there are enough words for it. */
    record Optional(Step step) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            return at + Math.max(1, step.fewest()) > limit ? at : step.read(options, at, limit);
        }

        @Override
        public int fewest() {
            return 0;
        }
    }

    /** A part that occurs once or more. It ends at the first word that is one of the options after it. */
    record Repetition(Step step, OptionRun following) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            int next = at;
            do {
                next = step.read(options, next, limit);
            } while (next + step.fewest() <= limit && (following == null || following.find(options, next) == null));
            return next;
        }

        @Override
        public int fewest() {
            return step.fewest();
        }
    }

    /** {@code key [key ...] id [id ...]}: the same number of both. */
    record Halves(Step left, Step right) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            if ((limit - at) % 2 != 0) {
                throw options.error(at);
            }
            int middle = at + (limit - at) / 2;
            return right.read(options, left.read(options, at, middle), limit);
        }

        @Override
        public int fewest() {
            return left.fewest() + right.fewest();
        }
    }

    /** {@code numkeys key [key ...]}: the number of keys, then the keys. */
    record Counted(Value number, Step key, boolean allowsZero) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            int next = number.read(options, at, limit);
            long count = options.call().integer(at);
            if (count < (allowsZero ? 0 : 1) || count > limit - next) {
                throw options.error(at);
            }
            options.countedKeys((int) count);
            return repeat((int) count, key, options, next, limit);
        }

        @Override
        public int fewest() {
            return allowsZero ? 1 : 2;
        }
    }

    /** {@code WEIGHTS weight [weight ...]} after {@code numkeys}: one value per key. */
    record OneForEachKey(Step step) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            return repeat(options.countedKeys(), step, options, at, limit);
        }

        @Override
        public int fewest() {
            return 1;
        }
    }

    private static int repeat(int count, Step step, Options options, int at, int limit) {
        int next = at;
        for (int i = 0; i < count; i++) {
            next = step.read(options, next, limit);
        }
        return next;
    }

    /**
     * A pair of brackets in the usage line. A request may contain only one of the keywords in the pair.
     *
     * @param isRequired whether the request must contain one of them
     */
    record Bracket(int number, boolean isRequired) {}

    /**
     * A keyword with its values.
     *
     * @param bracket the brackets around the keyword
     * @param values parses the values after the keyword; null if it takes none
     * @param checker checks the first value in place of the check of its type; null for none
     */
    record Option(Keyword keyword, Bracket bracket, Step values, Trait.Check.Checker checker) {
        private int read(Options options, int at, int limit) {
            if (at + fewest() > limit) {
                throw options.error(at);
            }
            options.record(keyword, at + 1);
            if (checker != null) {
                checker.check(options.call(), at + 1);
            }
            return values == null ? at + 1 : values.read(options, at + 1, limit);
        }

        int fewest() {
            return 1 + (values == null ? 0 : values.fewest());
        }

        /** The option whose keyword is this word; null if there is none. */
        private static Option find(List<Option> keywords, Slice word) {
            for (int i = 0; i < keywords.size(); i++) {
                if (word.equalsIgnoreCase(keywords.get(i).keyword.bytes())) {
                    return keywords.get(i);
                }
            }
            return null;
        }
    }

    /**
     * One of several keywords, or a value if the word is none of them.
     *
     * @param value null if the word must be one of the keywords
     * @param checker checks a word that is none of the keywords; null if such a word is an error
     */
    record Choice(List<Option> keywords, Step value, Trait.Check.Checker checker, int fewest) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            if (at >= limit) {
                throw options.error(at);
            }
            Option option = Option.find(keywords, options.call().arg(at));
            if (option != null) {
                return option.read(options, at, limit);
            }
            if (value != null) {
                return value.read(options, at, limit);
            }
            if (checker == null) {
                throw options.error(at);
            }
            checker.check(options.call(), at);
            return at + 1;
        }
    }

    /**
     * Adjacent options in any order, up to the first word that is none of them.
     *
     * @param isExclusive whether a request may contain only one of the keywords in a bracket
     * @param isOnce whether a request may contain each option only once
     */
    record OptionRun(List<Option> keywords, boolean isExclusive, boolean isOnce) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            int next = at;
            while (next < limit) {
                Option option = find(options, next);
                if (option == null) {
                    break;
                }
                if (conflicts(options, option)) {
                    throw options.error(next);
                }
                next = option.read(options, next, limit);
            }
            for (int i = 0; i < keywords.size(); i++) {
                if (keywords.get(i).bracket.isRequired() && !hasOneOf(options, keywords.get(i).bracket)) {
                    throw options.error(next);
                }
            }
            return next;
        }

        private Option find(Options options, int at) {
            return Option.find(keywords, options.call().arg(at));
        }

        private boolean conflicts(Options options, Option option) {
            if (isOnce && options.has(option.keyword)) {
                return true;
            }
            for (int i = 0; isExclusive && i < keywords.size(); i++) {
                Option other = keywords.get(i);
                if (other.bracket.number() == option.bracket.number()
                        && other.keyword != option.keyword
                        && options.has(other.keyword)) {
                    return true;
                }
            }
            return false;
        }

        private boolean hasOneOf(Options options, Bracket bracket) {
            for (int i = 0; i < keywords.size(); i++) {
                if (keywords.get(i).bracket.number() == bracket.number() && options.has(keywords.get(i).keyword)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public int fewest() {
            return 0;
        }
    }
}

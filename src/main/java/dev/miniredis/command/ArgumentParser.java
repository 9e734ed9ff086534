package dev.miniredis.command;

import dev.miniredis.resp.Slice;
import java.util.List;

/**
 * Parses the arguments of a request by its command's usage line, from left to right, and notes in {@link Options} what
 * it meets. A recursive-descent parser: each {@link Step} reads one part of the line. {@link ArgumentParserBuilder}
 * builds them once, with the row; parsing allocates nothing.
 *
 * <pre>
 *   line                              steps
 *   SET key value [NX | XX] [GET]     Value, Value, OptionRun of NX, XX, GET
 *   ZADD key [NX] score member [...]  Value, OptionRun, Repetition of Sequence(Value, Value)
 *   BITCOUNT key [start end [BIT]]    Value, Optional of Sequence(Value, Value, OptionRun)
 *   EVAL script numkeys [key ...]     Value, Counted of Value
 * </pre>
 *
 * <p>Options that stand side by side are taken in any order. A word that no step accepts is an error at its place.
 */
final class ArgumentParser {
    private final Step line;
    private final String[] names;
    private final int first; // the words before it are read by the body
    private final int fewest; // a request of this many words needs no parsing
    private final int most;

    ArgumentParser(Step line, List<String> names, int first, int fewest, int most) {
        this.line = line;
        this.names = names.toArray(String[]::new);
        this.first = first;
        this.fewest = fewest;
        this.most = most;
    }

    /**
     * Parses a request.
     *
     * @throws CommandError the line does not allow it
     */
    void parse(Options options, Call call) {
        if (call.args() == fewest) {
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

    /** The number of a value's name in the line; -1 where it has no such value. */
    int find(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The most words that a request of the line has, the name included; large if the line has options or repetitions.
     */
    int most() {
        return most;
    }

    /** Reads one part of a usage line. */
    interface Step {
        /**
         * Reads words.
         *
         * @param at the first word
         * @param limit where the words end that it may take
         * @return where the next part begins
         */
        int read(Options options, int at, int limit);

        /** The fewest words that it takes. */
        int fewest();
    }

    /** A value: one word. */
    record Value(int name, Trait.Check.Checker checker) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            if (at >= limit) {
                throw options.error(at);
            }
            options.meet(name, at);
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

    /** Parts that follow each other. */
    record Sequence(List<Part> parts, int fewest) implements Step {
        /** @param fewestAfter the fewest words that the parts after it take */
        record Part(Step step, int fewestAfter) {}

        @Override
        public int read(Options options, int at, int limit) {
            int next = at;
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                // a keyword is a keyword, even where that leaves too few words for what follows
                int end = part.step instanceof OptionRun ? limit : limit - part.fewestAfter;
                next = part.step.read(options, next, end);
            }
            return next;
        }
    }

    /** A part that may be missing: it is there when there are enough words. */
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

    /** A part once or more, up to the first word that is one of the options after it. */
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

    /** {@code key [key ...] id [id ...]}: as many of the one as of the other. */
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

    /** {@code numkeys key [key ...]}: a number, then that many keys. */
    record Counted(Value number, Step key, boolean maybeNone) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            int next = number.read(options, at, limit);
            long count = options.call().integer(at);
            if (count < (maybeNone ? 0 : 1) || count > limit - next) {
                throw options.error(at);
            }
            options.countedKeys((int) count);
            return times((int) count, key, options, next, limit);
        }

        @Override
        public int fewest() {
            return maybeNone ? 1 : 2;
        }
    }

    /** {@code WEIGHTS weight [weight ...]} in a line that counts its keys: one for each key. */
    record OneForEachKey(Step step) implements Step {
        @Override
        public int read(Options options, int at, int limit) {
            return times(options.countedKeys(), step, options, at, limit);
        }

        @Override
        public int fewest() {
            return 1;
        }
    }

    private static int times(int count, Step step, Options options, int at, int limit) {
        int next = at;
        for (int i = 0; i < count; i++) {
            next = step.read(options, next, limit);
        }
        return next;
    }

    /**
     * Brackets of the usage line: of the keywords in one pair, only one may be given.
     *
     * @param isRequired whether one must be given
     */
    record Bracket(int number, boolean isRequired) {}

    /**
     * A keyword and what follows it.
     *
     * @param bracket the brackets that it stands in
     * @param values null for none
     * @param checker instead of what checks the value; null for none
     */
    record Option(Keyword keyword, Bracket bracket, Step values, Trait.Check.Checker checker) {
        private int read(Options options, int at, int limit) {
            if (at + fewest() > limit) {
                throw options.error(at);
            }
            options.meet(keyword, at + 1);
            if (checker != null) {
                checker.check(options.call(), at + 1);
            }
            return values == null ? at + 1 : values.read(options, at + 1, limit);
        }

        int fewest() {
            return 1 + (values == null ? 0 : values.fewest());
        }

        /** The option that a word begins; null for none. */
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
     * One of several keywords, or a value where none of them stands.
     *
     * @param value null if it must be a keyword
     * @param checker checks a word that is none of them; null if such a word is an error
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
     * Options side by side: in any order, up to the first word that is none of them.
     *
     * @param isExclusive whether of the keywords in one bracket only one may be given
     * @param isOnce whether each may be given only once
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
                if (isRefused(options, option)) {
                    throw options.error(next);
                }
                next = option.read(options, next, limit);
            }
            for (int i = 0; i < keywords.size(); i++) {
                if (keywords.get(i).bracket.isRequired() && !isMet(options, keywords.get(i).bracket)) {
                    throw options.error(next);
                }
            }
            return next;
        }

        private Option find(Options options, int at) {
            return Option.find(keywords, options.call().arg(at));
        }

        private boolean isRefused(Options options, Option option) {
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

        private boolean isMet(Options options, Bracket bracket) {
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

package dev.miniredis.command;

import dev.miniredis.command.ArgumentParser.Bracket;
import dev.miniredis.command.ArgumentParser.Choice;
import dev.miniredis.command.ArgumentParser.Counted;
import dev.miniredis.command.ArgumentParser.Halves;
import dev.miniredis.command.ArgumentParser.OneForEachKey;
import dev.miniredis.command.ArgumentParser.Option;
import dev.miniredis.command.ArgumentParser.OptionRun;
import dev.miniredis.command.ArgumentParser.Optional;
import dev.miniredis.command.ArgumentParser.Repetition;
import dev.miniredis.command.ArgumentParser.Sequence;
import dev.miniredis.command.ArgumentParser.Step;
import dev.miniredis.command.ArgumentParser.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Builds the parser of a row from its usage line and its traits. */
final class ArgumentParserBuilder {
    private static final String COUNT_OF_KEYS = "numkeys";
    private static final int UNLIMITED = 1 << 20; // may be added up

    private final List<Argument> arguments;
    private final int nameWords;
    private final Set<Trait.Arguments> how;
    private final List<Trait.Check> checks;
    private final List<String> names = new ArrayList<>();
    private int brackets;
    private boolean countsKeys;
    private boolean needsParsing;

    /** @param nameWords how many words the command's name is */
    ArgumentParserBuilder(List<Argument> arguments, int nameWords, Set<Trait.Arguments> how, List<Trait.Check> checks) {
        this.arguments = arguments;
        this.nameWords = nameWords;
        this.how = how;
        this.checks = checks;
    }

    /**
     * The parser; null if the line allows every request of the right arity.
     *
     * @throws IllegalArgumentException a check is of an argument that the line does not have, or a keyword is not in
     *     {@link Keyword}
     */
    ArgumentParser build() {
        int plain = 0;
        while (plain < arguments.size() && isPlain(arguments.get(plain))) {
            plain++;
        }
        Sequence line = sequence(arguments.subList(plain, arguments.size()), /* isOptional= */ false);
        for (Trait.Check check : checks) {
            for (String name : check.arguments()) {
                if (arguments.stream().noneMatch(argument -> isNamed(argument, name))) {
                    throw new IllegalArgumentException("a check of " + name + ", which the usage line does not have");
                }
            }
        }
        int first = nameWords + plain;
        return needsParsing
                ? new ArgumentParser(
                        line, names, first, line.fewest() == 0 ? first : Integer.MAX_VALUE, most(arguments) + nameWords)
                : null;
    }

    private static int most(List<Argument> parts) {
        return parts.stream().mapToInt(ArgumentParserBuilder::most).sum();
    }

    private static int most(Argument part) {
        if (part.multiple() || part.optional() && beginsWithKeyword(part)) {
            return UNLIMITED;
        }
        boolean hasKeyword = part.token() != null;
        return switch (part.type()) {
            case PURE_TOKEN -> 1;
            case BLOCK -> (hasKeyword ? 1 : 0) + most(part.children());
            case ONEOF ->
                (hasKeyword ? 1 : 0)
                        + part.children().stream()
                                .mapToInt(ArgumentParserBuilder::most)
                                .max()
                                .orElse(0);
            default -> hasKeyword ? 2 : 1;
        };
    }

    /** Whether the body reads it by its number: one word that must be there, without a check. */
    private boolean isPlain(Argument argument) {
        return isValue(argument)
                && argument.token() == null
                && !argument.optional()
                && !argument.multiple()
                && !argument.name().equals(COUNT_OF_KEYS)
                && check(argument) == null;
    }

    private static boolean isValue(Argument argument) {
        return switch (argument.type()) {
            case ONEOF, BLOCK, PURE_TOKEN -> false;
            default -> true;
        };
    }

    private static boolean isNamed(Argument argument, String name) {
        return argument.name().equals(name)
                || name.equals(argument.token())
                || argument.children().stream().anyMatch(child -> isNamed(child, name));
    }

    private Sequence sequence(List<Argument> parts, boolean isOptional) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < parts.size(); ) {
            int end = i;
            while (end < parts.size() && isOption(parts.get(end), isOptional)) {
                end++;
            }
            if (end > i) {
                steps.add(optionRun(parts.subList(i, end)));
                i = end;
                continue;
            }
            Argument part = parts.get(i);
            Argument next = i + 1 < parts.size() ? parts.get(i + 1) : null;
            boolean pairs = next != null && next.multiple();
            if (part.name().equals(COUNT_OF_KEYS) && pairs) {
                steps.add(counted(part, next));
                i += 2;
            } else if (part.multiple() && !part.optional() && pairs && !next.optional()) {
                steps.add(halves(part, next));
                i += 2;
            } else {
                steps.add(positional(part, parts.subList(i + 1, parts.size()), isOptional));
                i++;
            }
        }
        return sequence(steps);
    }

    private static Sequence sequence(List<Step> steps) {
        Deque<Sequence.Part> parts = new ArrayDeque<>();
        int fewest = 0;
        for (Step step : steps.reversed()) {
            parts.addFirst(new Sequence.Part(step, fewest));
            fewest += step.fewest();
        }
        return new Sequence(List.copyOf(parts), fewest);
    }

    private boolean isOption(Argument part, boolean isOptional) {
        boolean anyOrder = !isOptional && how.contains(Trait.Arguments.ANY_ORDER);
        return beginsWithKeyword(part) && (part.optional() || anyOrder);
    }

    private static boolean beginsWithKeyword(Argument part) {
        if (part.token() != null) {
            return true;
        }
        return switch (part.type()) {
            case ONEOF -> part.children().stream().allMatch(ArgumentParserBuilder::beginsWithKeyword);
            case BLOCK -> beginsWithKeyword(part.children().getFirst());
            default -> false;
        };
    }

    private OptionRun optionRun(List<Argument> parts) {
        needsParsing = true;
        List<Option> options = new ArrayList<>();
        for (Argument part : parts) {
            addOptions(part, new Bracket(brackets++, !part.optional()), options);
        }
        return new OptionRun(
                List.copyOf(options),
                !how.contains(Trait.Arguments.TAKES_ALTERNATIVES),
                how.contains(Trait.Arguments.ONCE));
    }

    /** The keywords that a part may begin with, each with what follows it. */
    private void addOptions(Argument part, Bracket bracket, List<Option> options) {
        if (part.token() != null) {
            options.add(option(part, bracket));
        } else if (part.type() == Argument.Type.ONEOF) {
            part.children().forEach(child -> addOptions(child, bracket, options));
        } else if (part.children().getFirst().optional()) { // [OVERFLOW x] <SET y | INCRBY z>: each by itself
            part.children().forEach(child -> addOptions(child, bracket, options));
        } else { // COUNT count [ANY]
            List<Option> begins = new ArrayList<>();
            addOptions(part.children().getFirst(), bracket, begins);
            List<Argument> rest = part.children().subList(1, part.children().size());
            for (Option begin : begins) {
                List<Step> steps = new ArrayList<>();
                if (begin.values() != null) {
                    steps.add(begin.values());
                }
                steps.add(sequence(rest, /* isOptional= */ true));
                options.add(new Option(begin.keyword(), bracket, sequence(steps), begin.checker()));
            }
        }
    }

    private Option option(Argument part, Bracket bracket) {
        Trait.Check.Checker checker = checker(part.token());
        return new Option(Keyword.of(part.token()), bracket, values(part, checker != null), checker);
    }

    /** What follows a keyword; null for nothing. */
    private Step values(Argument part, boolean isChecked) {
        Step once = switch (part.type()) {
            case PURE_TOKEN -> null;
            case BLOCK -> sequence(part.children(), /* isOptional= */ true);
            case ONEOF -> choice(part, isChecked ? Trait.Check.NONE : check(part));
            default -> value(part, /* isOptional= */ !isChecked);
        };
        if (once == null || !part.multiple() || part.multipleToken()) {
            return once;
        }
        return countsKeys ? new OneForEachKey(once) : new Optional(new Repetition(once, null));
    }

    private Value value(Argument argument, boolean isOptional) {
        if (!names.contains(argument.name())) {
            names.add(argument.name());
            if (names.size() > Options.MAX_NAMES) {
                throw new IllegalArgumentException("too many values for " + Options.class.getSimpleName());
            }
        }
        Trait.Check.Checker checker = check(argument);
        if (checker == null && isOptional) {
            checker = Trait.Check.ofType(argument.type());
        }
        needsParsing |= checker != null;
        return new Value(names.indexOf(argument.name()), checker);
    }

    private Trait.Check.Checker check(Argument argument) {
        return checker(argument.name());
    }

    private Trait.Check.Checker checker(String name) {
        return checks.stream()
                .filter(check -> check.arguments().contains(name))
                .map(Trait.Check::checker)
                .findFirst()
                .orElse(null);
    }

    private Step counted(Argument number, Argument key) {
        needsParsing = true;
        countsKeys = true;
        return new Counted(value(number, /* isOptional= */ true), value(key, false), key.optional());
    }

    private Step halves(Argument left, Argument right) {
        needsParsing = true;
        Step first = new Repetition(value(left, false), null);
        Step both = new Halves(first, new Repetition(value(right, false), null));
        return left.token() == null ? both : keyword(left, both);
    }

    private Choice keyword(Argument part, Step values) {
        Option option = new Option(Keyword.of(part.token()), new Bracket(brackets++, true), values, null);
        return new Choice(List.of(option), null, null, option.fewest());
    }

    /** A part at its place. */
    private Step positional(Argument part, List<Argument> after, boolean isInOptional) {
        boolean isOptional = isInOptional || part.optional();
        Step step = switch (part.type()) {
            case ONEOF -> choice(part, check(part));
            case BLOCK -> sequence(part.children(), isOptional);
            case PURE_TOKEN -> keyword(part, null);
            default -> part.token() == null ? value(part, isOptional) : keyword(part, values(part, false));
        };
        boolean isPlainRest = part.multiple() && step.fewest() == 1 && after.isEmpty();
        needsParsing |= part.token() != null
                || part.type() == Argument.Type.PURE_TOKEN
                || step.fewest() > 1 && part.multiple()
                || part.optional() && !isPlainRest;
        if (part.multiple() && part.token() == null) {
            int end = 0;
            while (end < after.size() && isOption(after.get(end), isInOptional)) {
                end++;
            }
            step = new Repetition(step, end == 0 ? null : optionRun(after.subList(0, end)));
        }
        return part.optional() ? new Optional(step) : step;
    }

    private Choice choice(Argument part, Trait.Check.Checker checker) {
        needsParsing = true;
        List<Option> keywords = new ArrayList<>();
        Step value = null;
        int fewest = Integer.MAX_VALUE;
        Bracket bracket = new Bracket(brackets++, true);
        for (Argument child : part.children()) {
            if (beginsWithKeyword(child)) {
                addOptions(child, bracket, keywords);
            } else {
                value = positional(child, List.of(), part.optional());
                fewest = value.fewest();
            }
        }
        for (Option keyword : keywords) {
            fewest = Math.min(fewest, keyword.fewest());
        }
        return new Choice(List.copyOf(keywords), value, checker, fewest);
    }
}

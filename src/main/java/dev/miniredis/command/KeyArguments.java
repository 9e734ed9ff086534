package dev.miniredis.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Derives the key specs from the arguments of a usage line. A key has a fixed index if no argument before it is
 * optional or repeated. Any other key is found by the keyword before it.
 */
final class KeyArguments {
    private final List<KeySpec> specs = new ArrayList<>();
    private int index; // index of the next word; stops at the first word after an optional or repeated argument

    private KeyArguments(int nameWords) {
        index = nameWords;
    }

    /** @param nameWords the number of words in the command's name */
    static List<KeySpec> of(List<Argument> arguments, int nameWords) {
        KeyArguments keys = new KeyArguments(nameWords);
        keys.read(arguments);
        return List.copyOf(keys.specs);
    }

    private void read(List<Argument> arguments) {
        boolean fixed = true; // whether the next argument has a fixed index
        boolean counted = false; // whether the previous argument is numkeys
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            if (argument.token() != null && hasKey(argument)) {
                addAfterKeyword(argument, arguments.subList(i + 1, arguments.size()));
            } else if (argument.type() == Argument.Type.ONEOF && argument.optional()) {
                argument.children().stream()
                        .filter(child -> child.token() != null && hasKey(child))
                        .forEach(child -> addAfterKeyword(child, List.of()));
            } else if (fixed && hasKey(argument)) {
                add(argument, counted, wordsAfter(arguments, i));
            }
            counted = argument.name().equals("numkeys");
            fixed &= !argument.optional() && !argument.multiple();
            index += fixed ? argument.words() : 0;
        }
    }

    private static boolean hasKey(Argument argument) {
        return argument.type() == Argument.Type.KEY
                || argument.type() == Argument.Type.BLOCK
                        && argument.children().getFirst().type() == Argument.Type.KEY;
    }

    private void add(Argument argument, boolean counted, int wordsAfter) {
        if (counted) {
            specs.add(KeySpec.of(new KeySpec.Begin.Index(index - 1), new KeySpec.Find.Counted()));
        } else {
            int last = argument.multiple() ? -1 - wordsAfter : 0;
            specs.add(KeySpec.of(new KeySpec.Begin.Index(index), new KeySpec.Find.Range(last, argument.words(), 0)));
        }
    }

    /**
     * As in {@code STREAMS key [key ...] id [id ...]}, where the first half of the words after the keyword are keys.
     */
    private void addAfterKeyword(Argument argument, List<Argument> after) {
        boolean half = argument.multiple()
                && !after.isEmpty()
                && after.getFirst().multiple()
                && !after.getFirst().optional();
        specs.add(KeySpec.of(
                new KeySpec.Begin.Keyword(argument.token(), index),
                new KeySpec.Find.Range(argument.multiple() ? -1 : 0, 1, half ? 2 : 0)));
    }

    private static int wordsAfter(List<Argument> arguments, int last) {
        return arguments.stream()
                .skip(last + 1L)
                .filter(argument -> !argument.optional())
                .mapToInt(Argument::words)
                .sum();
    }
}

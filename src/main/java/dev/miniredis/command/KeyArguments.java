package dev.miniredis.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads off the arguments of a usage line where its keys are. A place is known by its number as long as nothing before
 * it may be missing or repeated; behind that, only by a keyword before it.
 */
final class KeyArguments {
    private final List<KeySpec> specs = new ArrayList<>();
    private int index; // of the next word; once not everything before it must be there, of the first that need not

    private KeyArguments(int nameWords) {
        index = nameWords;
    }

    /** @param nameWords how many words the command's name is */
    static List<KeySpec> of(List<Argument> arguments, int nameWords) {
        KeyArguments keys = new KeyArguments(nameWords);
        keys.read(arguments);
        return List.copyOf(keys.specs);
    }

    private void read(List<Argument> arguments) {
        boolean fixed = true; // whether the place of the next word is its index
        boolean counted = false; // whether the word before it is the number of keys
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

    /** {@code STREAMS key [key ...] id [id ...]}: of what follows, half is keys. */
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

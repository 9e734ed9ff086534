package dev.miniredis.cli;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandTable;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;

/** Which words of a command are keys. Of a command that this version does not know, every argument may be one. */
final class KeyPlaces {
    private final CommandTable table = AllCommands.table();

    /** The facts about a word. */
    @FunctionalInterface
    interface Test {
        boolean matches(Slice key);
    }

    /** Whether a key of the command passes a test. */
    boolean anyKey(Request request, Test test) {
        Command command = table.named(request);
        boolean[] passed = {false};
        if (command == null) {
            for (int i = 1; i < request.size(); i++) {
                passed[0] |= test.matches(request.arg(i));
            }
        } else {
            command.forEachKey(request, (index, flags) -> passed[0] |= test.matches(request.arg(index)));
        }
        return passed[0];
    }
}

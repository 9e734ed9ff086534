package dev.miniredis.docs;

import dev.miniredis.command.Command;
import dev.miniredis.commands.AllCommands;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document's table of commands is the table in the code. */
class CommandsDocTest {

    @Test
    void the_command_table_is_made_from_the_usage_lines() throws IOException {
        GeneratedText.in("docs/commands.md", "commands").assertIs(commandTable());
    }

    private static String commandTable() {
        return AllCommands.table().commands().stream()
                .flatMap(command -> command.subcommands().isEmpty()
                        ? Stream.of(command)
                        : Stream.concat(Stream.of(command), command.subcommands().stream()))
                .filter(command -> !isBareContainer(command))
                .map(command -> "| `%s` | %s | %s |%n"
                        .formatted(command.usage().replace("|", "\\|"), command.summary(), command.group()))
                .collect(Collectors.joining("", "| command | what it does | group |\n|---|---|---|\n", ""));
    }

    /** CLIENT and CONFIG do nothing without a subcommand. */
    private static boolean isBareContainer(Command command) {
        return !command.subcommands().isEmpty() && !command.allowsArity(1);
    }
}

package dev.miniredis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of commands is the table in the code. */
class ReadmeTest {
    private static final String BEGIN = "<!-- commands -->\n";
    private static final String END = "<!-- /commands -->";

    @Test
    void the_command_table_is_made_from_the_usage_lines() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END));

        assertThat(table)
                .as("what belongs between %s and %s", BEGIN.strip(), END)
                .isEqualTo(commandTable());
    }

    private static String commandTable() {
        return CommandTable.ofAllCommands().commands().stream()
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
        return !command.subcommands().isEmpty() && !command.takes(1);
    }
}

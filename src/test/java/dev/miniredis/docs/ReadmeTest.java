package dev.miniredis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Parameter;
import dev.miniredis.command.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of commands is the table in the code. */
class ReadmeTest {

    @Test
    void the_command_table_is_made_from_the_usage_lines() throws IOException {
        assertSection("commands", commandTable());
    }

    @Test
    void the_parameter_table_is_made_from_the_parameters() throws IOException {
        assertSection("parameters", parameterTable());
    }

    private static void assertSection(String name, String expected) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- /" + name + " -->";
        assertThat(readme).contains(begin, end);
        assertThat(readme.substring(readme.indexOf(begin) + begin.length(), readme.indexOf(end)))
                .as("what belongs between %s and %s", begin.strip(), end)
                .isEqualTo(expected);
    }

    private static String parameterTable() {
        return new Tuning()
                .all().stream()
                        .filter(Parameter::acts)
                        .map(parameter -> "| `%s` | %s | %s |%n"
                                .formatted(parameter.name(), parameter.initial(), parameter.description()))
                        .collect(Collectors.joining("", "| parameter | default | meaning |\n|---|---|---|\n", ""));
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

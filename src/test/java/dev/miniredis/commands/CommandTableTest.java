package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CommandTableTest {
    /** What is named a key in their usage lines is none that they use. */
    private static final Set<String> NO_KEYS = Set.of("cluster|keyslot");

    private final CommandTable table = AllCommands.table();

    private static Request request(String line) {
        List<byte[]> words = EngineHarness.words(line);
        return Request.of(words.toArray(byte[][]::new));
    }

    @Property
    void commands_are_found_in_any_case(@ForAll("names") String name, @ForAll List<Boolean> capitals) {
        StringBuilder mixed = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean capital = i < capitals.size() && capitals.get(i);
            String letter = name.substring(i, i + 1);
            mixed.append(capital ? letter.toUpperCase(Locale.ROOT) : letter);
        }
        assertThat(table.find(Slice.of(mixed.toString())).name()).isEqualTo(name);
        assertThat(table.find(mixed.toString()).name()).isEqualTo(name);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(
                AllCommands.table().commands().stream().map(Command::name).toList());
    }

    @Property
    void what_is_no_command_is_not_found(@ForAll("names") String name, @ForAll char letter) {
        for (String other : List.of(name + letter, letter + name, name.substring(1))) {
            boolean command =
                    table.commands().stream().anyMatch(known -> known.name().equalsIgnoreCase(other));
            assertThat(table.find(Slice.of(other)) != null).as(other).isEqualTo(command);
        }
    }

    @Test
    void unknown_commands_are_the_callers_error() {
        assertThatThrownBy(() -> table.commandOf(request("NOSUCH a")))
                .isInstanceOf(CommandError.class)
                .hasMessage("ERR unknown command 'NOSUCH', with args beginning with: 'a' ");
        assertThatThrownBy(() -> table.commandOf(request("CLIENT NOSUCH")))
                .isInstanceOf(CommandError.class)
                .hasMessage("ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.");
        assertThat(table.find("nosuch")).isNull();
        assertThat(table.find("get|nosuch")).isNull();
        assertThat(table.find("nosuch|id")).isNull();
    }

    @Test
    void a_wrong_number_of_arguments_is_the_callers_error() {
        Command get = table.find("get");
        assertThatThrownBy(() -> table.commandOf(request("GET"))).hasMessageContaining("'get'");
        assertThatThrownBy(() -> table.commandOf(request("GET a b"))).hasMessageContaining("'get'");
        assertThat(table.commandOf(request("gEt k"))).isSameAs(get);
    }

    @Test
    void subcommands_are_found_by_their_second_word() {
        assertThat(table.commandOf(request("CLIENT iD")).name()).isEqualTo("client|id");
        assertThat(table.find("CLIENT|Id").name()).isEqualTo("client|id");
        assertThat(table.commandOf(request("COMMAND")).name()).isEqualTo("command");
    }

    @Test
    void a_command_stands_in_the_table_once() {
        assertThatThrownBy(() -> table.row("GET key", "1.0.0", "Again.").read(call -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("get is twice in the table");
        assertThatThrownBy(() -> table.row("CLIENT ID", "1.0.0", "Again.").other(call -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client|id is twice in the table");
    }

    @Test
    void every_row_says_what_it_has_to() {
        Set<String> names = new HashSet<>();
        for (Command command : table.commands()) {
            assertThat(names.add(command.name())).isTrue();
            assertRow(command);
            for (Command subcommand : command.subcommands()) {
                assertThat(subcommand.name()).startsWith(command.name() + "|");
                assertRow(subcommand);
            }
        }
        assertThat(names).contains("get", "set", "del", "ping", "hello", "info");
    }

    private static void assertRow(Command command) {
        assertThat(command.summary()).as(command.name()).matches("[A-Z].*[a-z)]\\.");
        assertThat(command.since()).as(command.name()).matches("\\d+\\.\\d+\\.\\d+");
        boolean keys = !command.syntax().keySpecs().isEmpty() && !NO_KEYS.contains(command.name());
        assertThat(command.keys().any())
                .as(command.name() + " says what it does with its keys")
                .isEqualTo(keys);
    }

    @Test
    void a_table_grows() {
        for (int i = 0; i < 500; i++) {
            table.row("GROWN" + i + " key", "1.0.0", "One more.").read(call -> {});
        }
        for (int i = 0; i < 500; i++) {
            assertThat(table.find(Slice.of("grown" + i)).name()).isEqualTo("grown" + i);
        }
        assertThat(table.find(Slice.of("get")).name()).isEqualTo("get");
        assertThat(table.find(Slice.of("grown500"))).isNull();
    }
}

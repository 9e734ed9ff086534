package dev.miniredis.command;

import dev.miniredis.acl.CommandIndex;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/** The commands of a table by number, for the rules of access control. */
final class CommandNumbers implements CommandIndex {
    private final CommandTable table;
    private final Map<Trait.Category, BitSet> categories = new EnumMap<>(Trait.Category.class);
    private final BitSet[] subcommands;

    CommandNumbers(CommandTable table) {
        this.table = table;
        subcommands = new BitSet[table.numbered().size()];
        for (Trait.Category category : Trait.Category.values()) {
            categories.put(category, new BitSet());
        }
        for (Command command : table.numbered()) {
            command.categories().forEach(category -> categories.get(category).set(command.number()));
            subcommands[command.number()] = new BitSet();
            command.subcommands().forEach(part -> subcommands[command.number()].set(part.number()));
        }
    }

    @Override
    public int count() {
        return subcommands.length;
    }

    @Override
    public int find(String fullName) {
        Command command = table.find(fullName);
        return command == null ? NONE : command.number();
    }

    @Override
    public String name(int number) {
        return table.numbered().get(number).name();
    }

    @Override
    public boolean isSubcommand(int number) {
        return table.numbered().get(number).nameIndex() > 0;
    }

    @Override
    public BitSet subcommands(int number) {
        return subcommands[number];
    }

    @Override
    public BitSet category(String name) {
        Trait.Category category = Trait.Category.named(name);
        return category == null ? null : categories.get(category);
    }
}

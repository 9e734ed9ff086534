package dev.miniredis.command;

import dev.miniredis.commands.HelpTexts;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All commands, found by the bytes of their names in any case. */
public final class CommandTable {
    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final List<Command> numbered = new ArrayList<>();
    private Command[] places = new Command[64]; // open addressing by the hash of the name in capitals
    private Group group;

    /** The rows added from now on are of this group. */
    public CommandTable group(Group newGroup) {
        group = newGroup;
        return this;
    }

    /**
     * Begins a row.
     *
     * @param usage the usage line, see {@link Syntax}
     * @param since the version of Redis that brought it
     */
    public Row row(String usage, String since, String summary) {
        return new Row(usage, since, summary);
    }

    /** A row without body yet; giving it a kind and a body adds the command. */
    public final class Row {
        private final String usage;
        private final String since;
        private final String summary;

        private Row(String usage, String since, String summary) {
            this.usage = usage;
            this.since = since;
            this.summary = summary;
        }

        /** It looks at data. */
        public CommandTable read(Command.Body body, Trait... traits) {
            return add(body, Trait.Flag.READONLY, traits);
        }

        /** It may change data. */
        public CommandTable write(Command.Body body, Trait... traits) {
            return add(body, Trait.Flag.WRITE, traits);
        }

        /** It has nothing to do with data. */
        public CommandTable other(Command.Body body, Trait... traits) {
            return add(body, null, traits);
        }

        /**
         * The names of the subcommands in the rows after it begin with its name; it gets a HELP.
         *
         * @param body run without a subcommand; null if it needs one
         * @param helpSince the version of Redis that brought its HELP
         * @param help what HELP does, see {@link HelpTexts}
         */
        public CommandTable container(Command.Body body, String helpSince, Command.Body help, Trait... traits) {
            put(new Command(new Syntax(usage, 1), since, summary, group, body, true, List.of(traits)));
            List<Trait> helpTraits = new ArrayList<>(List.of(Trait.Flag.LOADING, Trait.Flag.STALE));
            Stream.of(traits).filter(Trait.Category.class::isInstance).forEach(helpTraits::add);
            return row(usage + " HELP", helpSince, "Returns helpful text about the different subcommands.")
                    .other(help, helpTraits.toArray(Trait[]::new));
        }

        private CommandTable add(Command.Body body, Trait kind, Trait... traits) {
            List<Trait> all = new ArrayList<>(List.of(traits));
            if (kind != null) {
                all.add(kind);
            }
            Command container = commands.get(usage.split(" ", 2)[0].toLowerCase(Locale.ROOT));
            boolean subcommand = container != null && container.isContainer();
            Syntax syntax = new Syntax(usage, subcommand ? 2 : 1);
            Command command = new Command(syntax, since, summary, group, body, false, all);
            if (subcommand) {
                container.addSubcommand(command);
                number(command);
            } else {
                put(command);
            }
            return CommandTable.this;
        }
    }

    private void number(Command command) {
        command.number(numbered.size());
        numbered.add(command);
    }

    /** All commands and subcommands, by their numbers. */
    public List<Command> numbered() {
        return numbered;
    }

    private void put(Command command) {
        if (commands.put(command.name(), command) != null) {
            throw new IllegalArgumentException(command.name() + " stands twice in the table");
        }
        number(command);
        if (commands.size() * 4 > places.length) {
            places = new Command[places.length * 2];
            commands.values().forEach(this::place);
        } else {
            place(command);
        }
    }

    private void place(Command command) {
        int at = hash(new Slice(command.upperName())) & places.length - 1;
        while (places[at] != null) {
            at = at + 1 & places.length - 1;
        }
        places[at] = command;
    }

    private static int hash(Slice name) {
        int hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + Slice.toUpperCase(name.byteAt(i));
        }
        return hash ^ hash >>> 7;
    }

    /** The command, container or not, that the first word of a request names; null if there is none. */
    public Command find(Slice name) {
        for (int at = hash(name) & places.length - 1; places[at] != null; at = at + 1 & places.length - 1) {
            if (name.equalsIgnoreCase(places[at].upperName())) {
                return places[at];
            }
        }
        return null;
    }

    /** The command or subcommand that the first words of a request name; null if there is none. */
    public Command named(Request request) {
        Command command = find(request.arg(0));
        boolean subcommand = command != null && command.isContainer() && request.size() > 1;
        return subcommand ? command.subcommand(request.arg(1)) : command;
    }

    /**
     * The command or subcommand of a request.
     *
     * @throws CommandError there is none, or it takes another number of arguments
     */
    public Command commandOf(Request request) {
        Command command = named(request);
        if (command == null) {
            Command container = find(request.arg(0));
            throw container == null
                    ? CommandError.unknownCommand(request)
                    : CommandError.unknownSubcommand(
                            request.arg(1), new String(container.upperName(), StandardCharsets.US_ASCII));
        }
        if (!command.takes(request.size())) {
            throw CommandError.wrongArity(command.name());
        }
        return command;
    }

    /** The command of this full name; null if there is none. */
    public Command find(String fullName) {
        int bar = fullName.indexOf('|');
        if (bar < 0) {
            return commands.get(ByteText.lowerCase(fullName));
        }
        Command container = commands.get(ByteText.lowerCase(fullName.substring(0, bar)));
        return container == null ? null : container.subcommand(Slice.of(fullName.substring(bar + 1)));
    }

    /** Hands over all commands, each before its subcommands. */
    public void forEach(Consumer<Command> consumer) {
        for (Command command : commands.values()) {
            consumer.accept(command);
            command.subcommands().forEach(consumer);
        }
    }

    /** All commands, without the subcommands, in the order of the tables. */
    public Collection<Command> commands() {
        return commands.values();
    }
}

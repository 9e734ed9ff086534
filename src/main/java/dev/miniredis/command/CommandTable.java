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

/** All commands, looked up by name in any case. */
public final class CommandTable {
    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final List<Command> numbered = new ArrayList<>();
    private Command[] buckets = new Command[64]; // a hash table with linear probing; the key is the name in capitals
    private Group group;

    /** Sets the group of the rows that are added next. */
    public CommandTable group(Group newGroup) {
        group = newGroup;
        return this;
    }

    /**
     * Begins a row.
     *
     * @param usage the usage line, see {@link Syntax}
     * @param since the Redis version that introduced the command
     */
    public Row row(String usage, String since, String summary) {
        return new Row(usage, since, summary);
    }

    /** A row without kind and body. The method that sets both adds the command to the table. */
    public final class Row {
        private final String usage;
        private final String since;
        private final String summary;

        private Row(String usage, String since, String summary) {
            this.usage = usage;
            this.since = since;
            this.summary = summary;
        }

        /** The command reads data. */
        public CommandTable read(Command.Body body, Trait... traits) {
            return add(body, Trait.Flag.READONLY, traits);
        }

        /** The command may change data. */
        public CommandTable write(Command.Body body, Trait... traits) {
            return add(body, Trait.Flag.WRITE, traits);
        }

        /** The command does not access data. */
        public CommandTable other(Command.Body body, Trait... traits) {
            return add(body, null, traits);
        }

        /**
         * The command is a container: the usage lines of its subcommands begin with its name. It gets a HELP
         * subcommand.
         *
         * @param body runs without a subcommand; null if a subcommand is required
         * @param helpSince the Redis version that introduced its HELP
         * @param help the body of HELP, see {@link HelpTexts}
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

    /** All commands and subcommands; the index is the number. */
    public List<Command> numbered() {
        return numbered;
    }

    private void put(Command command) {
        if (commands.put(command.name(), command) != null) {
            throw new IllegalArgumentException(command.name() + " is twice in the table");
        }
        number(command);
        if (commands.size() * 4 > buckets.length) {
            buckets = new Command[buckets.length * 2];
            commands.values().forEach(this::insert);
        } else {
            insert(command);
        }
    }

    private void insert(Command command) {
        int at = hash(new Slice(command.upperName())) & buckets.length - 1;
        while (buckets[at] != null) {
            at = at + 1 & buckets.length - 1;
        }
        buckets[at] = command;
    }

    private static int hash(Slice name) {
        int hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + Slice.toUpperCase(name.byteAt(i));
        }
        return hash ^ hash >>> 7;
    }

    /** The command or container with this name; null if there is none. */
    public Command find(Slice name) {
        for (int at = hash(name) & buckets.length - 1; buckets[at] != null; at = at + 1 & buckets.length - 1) {
            if (name.equalsIgnoreCase(buckets[at].upperName())) {
                return buckets[at];
            }
        }
        return null;
    }

    /** The command or subcommand of a request; null if there is none. The arity is not checked. */
    public Command named(Request request) {
        Command command = find(request.arg(0));
        boolean subcommand = command != null && command.isContainer() && request.size() > 1;
        return subcommand ? command.subcommand(request.arg(1)) : command;
    }

    /**
     * The command or subcommand of a request.
     *
     * @throws CommandError the command is unknown or the number of arguments is wrong
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
        if (!command.allowsArity(request.size())) {
            throw CommandError.wrongArity(command.name());
        }
        return command;
    }

    /** The command with this full name; null if there is none. */
    public Command find(String fullName) {
        int bar = fullName.indexOf('|');
        if (bar < 0) {
            return commands.get(ByteText.lowerCase(fullName));
        }
        Command container = commands.get(ByteText.lowerCase(fullName.substring(0, bar)));
        return container == null ? null : container.subcommand(Slice.of(fullName.substring(bar + 1)));
    }

    /** Calls the consumer for all commands, each before its subcommands. */
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

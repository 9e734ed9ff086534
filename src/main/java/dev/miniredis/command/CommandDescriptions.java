package dev.miniredis.command;

import dev.miniredis.resp.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What COMMAND and the HELP subcommands tell of the table, all of it derived from the rows. */
final class CommandDescriptions {
    private CommandDescriptions() {}

    static void all(Call call) {
        Collection<Command> commands = call.host.commands().commands();
        call.reply.array(commands.size());
        commands.forEach(command -> writeInfo(call.reply, command));
    }

    static void count(Call call) {
        call.reply.integer(call.host.commands().commands().size());
    }

    static void info(Call call) {
        if (call.args() == 2) {
            all(call);
            return;
        }
        call.reply.array(call.args() - 2);
        for (int i = 2; i < call.args(); i++) {
            Command command = call.host.commands().find(call.text(i));
            if (command == null) {
                call.reply.nil();
            } else {
                writeInfo(call.reply, command);
            }
        }
    }

    static void docs(Call call) {
        Collection<Command> commands = call.host.commands().commands();
        if (call.args() > 2) {
            commands = new ArrayList<>();
            for (int i = 2; i < call.args(); i++) {
                Command command = call.host.commands().find(call.text(i));
                if (command != null) {
                    commands.add(command);
                }
            }
        }
        call.reply.map(commands.size());
        for (Command command : commands) {
            call.reply.bulk(command.name());
            writeDocs(call.reply, command);
        }
    }

    static void help(Call call) {
        String container = call.text(0).toUpperCase(Locale.ROOT);
        List<String> lines = new ArrayList<>();
        lines.add(container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        String last = "";
        for (Command subcommand : call.host.commands().find(container).subcommands()) {
            String usage = subcommand.usage().substring(container.length() + 1);
            if (usage.equals("HELP")) {
                last = usage;
            } else {
                lines.add(usage);
                lines.add("    " + subcommand.summary());
            }
        }
        lines.add(last);
        lines.add("    Prints this help.");
        call.reply.array(lines.size());
        lines.forEach(call.reply::simple);
    }

    /** One element of COMMAND INFO, as {@code addReplyCommandInfo} of Redis. */
    private static void writeInfo(Reply reply, Command command) {
        reply.array(10);
        reply.bulk(command.name());
        reply.integer(command.arity());
        writeWords(reply, command.flags());
        reply.integer(command.firstKey());
        reply.integer(command.lastKey());
        reply.integer(command.firstKey() > 0 ? 1 : 0);
        writeWords(reply, command.categories());
        reply.set(command.tips().size());
        command.tips().forEach(tip -> reply.bulk(tip.text()));
        writeKeySpecs(reply, command);
        if (command.subcommands().isEmpty()) {
            reply.set(0);
        } else {
            reply.array(command.subcommands().size());
        }
        command.subcommands().forEach(subcommand -> writeInfo(reply, subcommand));
    }

    private static void writeWords(Reply reply, Collection<? extends Trait> words) {
        reply.set(words.size());
        words.forEach(word -> reply.simple(word.text()));
    }

    private static void writeKeySpecs(Reply reply, Command command) {
        if (command.firstKey() == 0) {
            reply.set(0);
            return;
        }
        reply.set(1);
        reply.map(3);
        reply.bulk("flags");
        writeWords(reply, command.keyFlags());
        reply.bulk("begin_search");
        reply.map(2);
        reply.bulk("type");
        reply.bulk("index");
        reply.bulk("spec");
        reply.map(1);
        reply.bulk("index");
        reply.integer(command.firstKey());
        reply.bulk("find_keys");
        reply.map(2);
        reply.bulk("type");
        reply.bulk("range");
        reply.bulk("spec");
        reply.map(3);
        reply.bulk("lastkey");
        reply.integer(command.lastKey() < 0 ? -1 : command.lastKey() - command.firstKey());
        reply.bulk("keystep");
        reply.integer(1);
        reply.bulk("limit");
        reply.integer(0);
    }

    private static void writeDocs(Reply reply, Command command) {
        List<Argument> arguments = command.syntax().arguments();
        boolean container = !command.subcommands().isEmpty();
        reply.map(3 + (arguments.isEmpty() ? 0 : 1) + (container ? 1 : 0));
        reply.bulk("summary");
        reply.bulk(command.summary());
        reply.bulk("since");
        reply.bulk(command.since());
        reply.bulk("group");
        reply.bulk(command.group().toString());
        if (!arguments.isEmpty()) {
            reply.bulk("arguments");
            writeArguments(reply, arguments);
        }
        if (container) {
            reply.bulk("subcommands");
            reply.map(command.subcommands().size());
            for (Command subcommand : command.subcommands()) {
                reply.bulk(subcommand.name());
                writeDocs(reply, subcommand);
            }
        }
    }

    private static void writeArguments(Reply reply, List<Argument> arguments) {
        reply.array(arguments.size());
        arguments.forEach(argument -> writeArgument(reply, argument));
    }

    private static void writeArgument(Reply reply, Argument argument) {
        boolean key = argument.type() == Argument.Type.KEY;
        boolean children = !argument.children().isEmpty();
        boolean flags = argument.optional() || argument.multiple();
        reply.map(2 + (key ? 1 : 0) + (argument.token() == null ? 0 : 1) + (flags ? 1 : 0) + (children ? 1 : 0));
        reply.bulk("name");
        reply.bulk(argument.name());
        reply.bulk("type");
        reply.bulk(argument.type().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (key) {
            reply.bulk("key_spec_index");
            reply.integer(0);
        }
        if (argument.token() != null) {
            reply.bulk("token");
            reply.bulk(argument.token());
        }
        if (flags) {
            reply.bulk("flags");
            reply.set((argument.optional() ? 1 : 0) + (argument.multiple() ? 1 : 0));
            if (argument.optional()) {
                reply.simple("optional");
            }
            if (argument.multiple()) {
                reply.simple("multiple");
            }
        }
        if (children) {
            reply.bulk("arguments");
            writeArguments(reply, argument.children());
        }
    }
}

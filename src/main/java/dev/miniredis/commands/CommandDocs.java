package dev.miniredis.commands;

import dev.miniredis.command.Argument;
import dev.miniredis.command.Command;
import dev.miniredis.resp.Reply;
import java.util.List;
import java.util.Locale;

/** One value of COMMAND DOCS: the summary and the arguments of a command. */
final class CommandDocs {
    private final Reply reply;
    private final Command command;
    private int keys; // how many arguments that are keys were written

    CommandDocs(Reply reply, Command command) {
        this.reply = reply;
        this.command = command;
    }

    void write() {
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
            write(arguments);
        }
        if (container) {
            reply.bulk("subcommands");
            reply.map(command.subcommands().size());
            for (Command subcommand : command.subcommands()) {
                reply.bulk(subcommand.name());
                new CommandDocs(reply, subcommand).write();
            }
        }
    }

    private void write(List<Argument> arguments) {
        reply.array(arguments.size());
        arguments.forEach(this::write);
    }

    private void write(Argument argument) {
        boolean key = argument.type() == Argument.Type.KEY && command.keys().any();
        boolean children = !argument.children().isEmpty();
        boolean flags = argument.optional() || argument.multiple();
        reply.map(2 + (key ? 1 : 0) + (argument.token() == null ? 0 : 1) + (flags ? 1 : 0) + (children ? 1 : 0));
        reply.bulk("name");
        reply.bulk(argument.name());
        reply.bulk("type");
        reply.bulk(type(argument));
        if (key) {
            reply.bulk("key_spec_index");
            reply.integer(Math.min(keys++, command.keys().specs().size() - 1));
        }
        if (argument.token() != null) {
            reply.bulk("token");
            reply.bulk(argument.token());
        }
        if (flags) {
            reply.bulk("flags");
            reply.set(
                    (argument.optional() ? 1 : 0) + (argument.multiple() ? 1 : 0) + (argument.multipleToken() ? 1 : 0));
            if (argument.optional()) {
                reply.simple("optional");
            }
            if (argument.multiple()) {
                reply.simple("multiple");
            }
            if (argument.multipleToken()) {
                reply.simple("multiple_token");
            }
        }
        if (children) {
            reply.bulk("arguments");
            write(argument.children());
        }
    }

    /** A key that is only spoken of, as in CLUSTER KEYSLOT, is a string. */
    private String type(Argument argument) {
        boolean spokenOf =
                argument.type() == Argument.Type.KEY && !command.keys().any();
        Argument.Type type = spokenOf ? Argument.Type.STRING : argument.type();
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

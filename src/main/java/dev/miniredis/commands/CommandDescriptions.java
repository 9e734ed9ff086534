package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.ACLCAT;
import static dev.miniredis.command.Keyword.MODULE;
import static dev.miniredis.command.Keyword.PATTERN;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.KeySpec;
import dev.miniredis.command.Trait;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The replies of COMMAND and its subcommands, all derived from the rows of the table. */
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
            new CommandDocs(call.reply, command).write();
        }
    }

    /** As Redis's {@code commandListCommand}. */
    static void list(Call call) {
        Predicate<Command> filter = filter(call);
        int mark = call.reply.mark();
        int count = 0;
        for (Command command : withSubcommands(call.host.commands().commands())) {
            if (filter.test(command)) {
                call.reply.bulk(command.name());
                count++;
            }
        }
        call.reply.arrayFrom(mark, count);
    }

    private static Predicate<Command> filter(Call call) {
        if (call.options.has(MODULE)) {
            return command -> false; // modules are not supported
        }
        if (call.options.has(ACLCAT)) {
            String category = "@" + ByteText.lowerCase(call.text(4));
            return command ->
                    command.categories().stream().anyMatch(own -> own.text().equals(category));
        }
        if (call.options.has(PATTERN)) {
            Glob pattern = Glob.ignoringCase(ByteText.lowerCase(call.text(4)));
            return command -> pattern.matches(command.name());
        }
        return command -> true;
    }

    private static List<Command> withSubcommands(Collection<Command> commands) {
        List<Command> all = new ArrayList<>();
        for (Command command : commands) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }

    static void getKeys(Call call) {
        writeKeys(call, (key, flags) -> call.reply.bulk(key));
    }

    static void getKeysAndFlags(Call call) {
        writeKeys(call, (key, flags) -> {
            call.reply.array(2);
            call.reply.bulk(key);
            writeWords(call.reply, flags);
        });
    }

    /** As Redis's {@code getKeysSubcommandImpl}. */
    private static void writeKeys(Call call, BiConsumer<Slice, Set<Trait.KeyFlag>> writer) {
        Request request = new Request();
        for (int i = 2; i < call.args(); i++) {
            request.add(call.arg(i).bytes(), call.arg(i).offset(), call.arg(i).length());
        }
        Command command = call.host.commands().named(request);
        if (command == null) {
            throw new CommandError("ERR Invalid command specified");
        }
        if (!command.keys().any()) {
            throw new CommandError("ERR The command has no key arguments");
        }
        if (!command.allowsArity(request.size())) {
            throw new CommandError("ERR Invalid number of arguments specified for command");
        }
        int mark = call.reply.mark();
        int[] count = {0};
        command.forEachKey(request, (index, flags) -> {
            writer.accept(request.arg(index), flags);
            count[0]++;
        });
        if (count[0] == 0 && !command.flags().contains(Trait.Flag.NO_MANDATORY_KEYS)) {
            throw new CommandError("ERR Invalid arguments specified for command");
        }
        call.reply.arrayFrom(mark, count[0]);
    }

    /** Writes one element of COMMAND INFO, as Redis's {@code addReplyCommandInfo}. */
    private static void writeInfo(Reply reply, Command command) {
        reply.array(10);
        reply.bulk(command.name());
        reply.integer(command.arity());
        writeWords(reply, command.flags());
        reply.integer(command.keys().first());
        reply.integer(command.keys().last());
        reply.integer(command.keys().step());
        writeWords(reply, command.categories());
        reply.set(command.tips().size());
        command.tips().forEach(tip -> reply.bulk(tip.text()));
        writeKeySpecs(reply, command.keys().specs());
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

    private static void writeKeySpecs(Reply reply, List<KeySpec> specs) {
        reply.set(specs.size());
        for (KeySpec spec : specs) {
            reply.map(spec.notes() == null ? 3 : 4);
            if (spec.notes() != null) {
                reply.bulk("notes");
                reply.bulk(spec.notes());
            }
            reply.bulk("flags");
            writeWords(reply, spec.flags());
            reply.bulk("begin_search");
            switch (spec.begin()) {
                case KeySpec.Begin.Index begin -> {
                    writeSpecType(reply, "index", 1);
                    writeNumber(reply, "index", begin.index());
                }
                case KeySpec.Begin.Keyword begin -> {
                    writeSpecType(reply, "keyword", 2);
                    reply.bulk("keyword");
                    reply.bulk(begin.word());
                    writeNumber(reply, "startfrom", begin.from());
                }
                case KeySpec.Begin.Unknown begin -> writeSpecType(reply, "unknown", 0);
            }
            reply.bulk("find_keys");
            switch (spec.find()) {
                case KeySpec.Find.Range find -> {
                    writeSpecType(reply, "range", 3);
                    writeNumber(reply, "lastkey", find.last());
                    writeNumber(reply, "keystep", find.step());
                    writeNumber(reply, "limit", find.limit());
                }
                case KeySpec.Find.Counted find -> {
                    writeSpecType(reply, "keynum", 3);
                    writeNumber(reply, "keynumidx", 0);
                    writeNumber(reply, "firstkey", 1);
                    writeNumber(reply, "keystep", 1);
                }
                case KeySpec.Find.Unknown find -> writeSpecType(reply, "unknown", 0);
            }
        }
    }

    private static void writeSpecType(Reply reply, String type, int fields) {
        reply.map(2);
        reply.bulk("type");
        reply.bulk(type);
        reply.bulk("spec");
        reply.map(fields);
    }

    private static void writeNumber(Reply reply, String name, int value) {
        reply.bulk(name);
        reply.integer(value);
    }
}

package dev.miniredis.cli;

import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Items;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The server's own descriptions of its commands ({@code COMMAND DOCS}): for completion, for hints while a line is
 * typed, and for {@code help}.
 *
 * <p>It is asked over a connection of its own, so that a transaction or a subscription in the user's is not disturbed,
 * and in the background, so that no key press waits for it. A server that does not answer, or not like this, costs
 * the hints and nothing else.
 */
final class CommandHints {
    /** One command: its name in small letters, and its arguments as a usage line has them. */
    record Description(String name, List<String> arguments, String summary, String since, String group) {}

    private static final long WAIT_MILLIS = 1000;

    /** How long to wait after a question without answer before the next. */
    private static final long RETRY_NANOS = 5_000_000_000L;

    private final ClientSession session;
    private volatile SortedMap<String, Description> commands = new TreeMap<>();
    private Thread loader;
    private long loadedAt;

    /** @param session knows the destination */
    CommandHints(ClientSession session) {
        this.session = session;
    }

    /** The names of commands, or of a command's subcommands, that may be written after {@code parent} ("" for none). */
    List<String> names(String parent) {
        await();
        List<String> names = new ArrayList<>();
        String prefix = parent.isEmpty() ? "" : parent.toLowerCase(Locale.ROOT) + " ";
        for (String name : commands.keySet()) {
            String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : " ";
            if (rest.indexOf(' ') < 0) {
                names.add(rest);
            }
        }
        return names;
    }

    /**
     * The arguments that can follow a typed line, such as {@code value [NX|XX]} after {@code SET key}. Empty while
     * unknown; the first call starts asking.
     */
    String hint(String line) {
        if (line.isBlank()) {
            return "";
        }
        load();
        String[] words = line.strip().split("\\s+");
        Description command = words.length > 1 ? find(words[0] + " " + words[1]) : null;
        int typed = words.length - 2;
        if (command == null) {
            command = find(words[0]);
            typed = words.length - 1;
        }
        if (command == null || words.length == 1 && !command.name().equalsIgnoreCase(line.strip())) {
            return "";
        }
        List<String> arguments = command.arguments();
        int next = 0;
        while (next < typed && next < arguments.size() && !arguments.get(next).startsWith("[")) {
            next++;
        }
        String hint = String.join(" ", arguments.subList(next, arguments.size()));
        return hint.isEmpty() || Character.isWhitespace(line.charAt(line.length() - 1)) ? hint : " " + hint;
    }

    /** The text for {@code help name}; empty if the server has none. */
    String help(String name) {
        await();
        StringBuilder help = new StringBuilder();
        for (Description command : commands.values()) {
            if (command.name().equals(name) || command.name().startsWith(name + " ")) {
                help.append("\n  ").append(command.name().toUpperCase(Locale.ROOT));
                for (String argument : command.arguments()) {
                    help.append(' ').append(argument);
                }
                line(help, "summary", command.summary());
                line(help, "since", command.since());
                line(help, "group", command.group());
                help.append('\n');
            }
        }
        return help.isEmpty() ? "" : help.append('\n').toString();
    }

    private static void line(StringBuilder help, String label, String text) {
        if (!text.isEmpty()) {
            help.append("\n  ").append(label).append(": ").append(text);
        }
    }

    private Description find(String name) {
        return commands.get(name.toLowerCase(Locale.ROOT));
    }

    /** Starts asking, unless the answer is here or on its way. */
    private synchronized Thread load() {
        boolean due = loader == null || !loader.isAlive() && System.nanoTime() - loadedAt > RETRY_NANOS;
        if (commands.isEmpty() && due) {
            loadedAt = System.nanoTime();
            loader = Thread.ofPlatform().daemon().name("command-docs").start(this::ask);
        }
        return loader;
    }

    private void await() {
        Thread asking = load();
        try {
            if (asking != null) {
                asking.join(WAIT_MILLIS);
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try (ClientConnection connection = new ClientConnection()) {
            Destination destination = session.destination();
            connection.connect(destination);
            if (destination.login() != null) {
                connection.logIn(destination.login());
            }
            connection.send(List.of(ascii("COMMAND"), ascii("DOCS")));
            commands = read(connection.receive());
        } catch (IOException | ProtocolException withoutHints) {
            // A later key press or Tab asks again.
        }
    }

    /** The descriptions in a reply to {@code COMMAND DOCS}; unknown parts are left out. */
    static SortedMap<String, Description> read(ReplyValue docs) {
        SortedMap<String, Description> commands = new TreeMap<>();
        addAll(docs, commands);
        return commands;
    }

    private static void addAll(ReplyValue docs, SortedMap<String, Description> commands) {
        if (!(docs instanceof Items items)) {
            return;
        }
        List<ReplyValue> values = items.values();
        for (int i = 0; i + 1 < values.size(); i += 2) {
            String name = values.get(i).toString().toLowerCase(Locale.ROOT).replace('|', ' ');
            ReplyValue command = values.get(i + 1);
            List<String> arguments = new ArrayList<>();
            if (field(command, "arguments") instanceof Items list) {
                list.values().forEach(argument -> arguments.add(usage(argument)));
            }
            commands.put(
                    name,
                    new Description(
                            name, arguments, text(command, "summary"), text(command, "since"), text(command, "group")));
            addAll(field(command, "subcommands"), commands);
        }
    }

    /** An argument as usage lines write it: {@code [NX|XX]}, {@code key [key ...]}, {@code [EX seconds]}. */
    private static String usage(ReplyValue argument) {
        String display = text(argument, "display_text");
        String type = text(argument, "type");
        String body = display.isEmpty() ? text(argument, "name") : display;
        if (type.equals("pure-token")) {
            body = "";
        } else if (field(argument, "arguments") instanceof Items parts) {
            List<String> shown =
                    parts.values().stream().map(CommandHints::usage).toList();
            body = String.join(type.equals("oneof") ? "|" : " ", shown);
        }
        boolean hasToken = field(argument, "token") instanceof ReplyValue.Text;
        String token = text(argument, "token");
        String once = (hasToken ? (token.isEmpty() ? "\"\"" : token) + " " : "") + body;
        List<String> flags = flags(argument);
        String usage = once.strip();
        if (flags.contains("multiple_token")) {
            usage = usage + " [" + usage + " ...]";
        } else if (flags.contains("multiple")) {
            usage = usage + " [" + body + " ...]";
        }
        return flags.contains("optional") ? "[" + usage + "]" : usage;
    }

    private static List<String> flags(ReplyValue argument) {
        return field(argument, "flags") instanceof Items flags
                ? flags.values().stream().map(ReplyValue::toString).toList()
                : List.of();
    }

    private static String text(ReplyValue map, String name) {
        return field(map, name) instanceof ReplyValue.Text text ? text.toString() : "";
    }

    /** The value of a field in a map, or in the flat array of RESP2; null if there is none. */
    private static ReplyValue field(ReplyValue map, String name) {
        if (map instanceof Items items) {
            List<ReplyValue> values = items.values();
            for (int i = 0; i + 1 < values.size(); i += 2) {
                if (values.get(i).toString().equals(name)) {
                    return values.get(i + 1);
                }
            }
        }
        return null;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

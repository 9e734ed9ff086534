package dev.miniredis.cli;

import dev.miniredis.config.ConfigFileException;
import dev.miniredis.config.ConfigText;
import dev.miniredis.config.ConfigText.Directive;
import dev.miniredis.config.Parameter;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.log.LogException;
import dev.miniredis.resp.ByteText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A file of parameters in the form of {@code redis.conf}, as settings of the server. All invalid lines are
 * reported at once, since Redis's own file has several of them.
 */
final class StartFile {
    /** The settings that Redis's directives stand for. */
    static final Map<String, String> SETTINGS = Map.of(
            "port", "port",
            "tls-port", "tls-port",
            "bind", "host",
            "dir", "data-dir",
            "databases", "databases",
            "appendonly", "appendonly",
            "appendfsync", "fsync");

    /** The parameter whose lines add up; of others the last line counts. */
    private static final String ADDED_UP = "client-output-buffer-limit";

    private static final String BAD_DIRECTIVE = "Bad directive or wrong number of arguments";

    /** The limit for files that include each other. */
    private static final int MAX_INCLUDED = 100;

    /** Hints for directives of Redis that are refused. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("appenddirname", "Its log lies in dir itself"),
            Map.entry("appendfilename", "Its log has that name"),
            Map.entry(
                    "daemonize",
                    "It runs in the foreground: leave the line out, and have systemd or a container keep it running"),
            Map.entry("dbfilename", "'mini-redis log import' reads such a file; what it writes is a log"),
            Map.entry("logfile", "What it has to tell, it tells on its standard output: leave the line out"),
            Map.entry("replicaof", "It is never a replica"),
            Map.entry("save", "Every write is in its log before it is answered: leave the line out"),
            Map.entry("tcp-backlog", "Leave the line out"),
            Map.entry("unixsocket", "It listens to TCP only"),
            Map.entry("loadmodule", "There are no modules"),
            Map.entry("rename-command", "Say who may use it, with a line 'user'"));

    private final Parameters parameters = new Parameters(new Tuning());
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<ConfigFileException> refusals = new ArrayList<>();
    private int included;

    private StartFile() {}

    /**
     * Reads the file and those that it includes.
     *
     * @return settings by their names
     * @throws ConfigFileException it has invalid lines
     */
    static Map<String, String> read(Path file) throws IOException, ConfigFileException {
        StartFile reader = new StartFile();
        reader.take(file, UnaryOperator.identity());
        if (!reader.refusals.isEmpty()) {
            throw ConfigFileException.of(reader.refusals);
        }
        return reader.settings;
    }

    /** @param place adds the file to a refusal */
    private void take(Path file, UnaryOperator<ConfigFileException> place) throws IOException {
        ConfigText text = new ConfigText(ByteText.of(Files.readAllBytes(file)));
        for (Directive directive : text.directives(refusal -> refusals.add(place.apply(refusal)))) {
            try {
                take(directive);
            } catch (ConfigFileException e) {
                refusals.add(place.apply(e));
            }
        }
    }

    private void take(Directive directive) throws ConfigFileException {
        String name = directive.name();
        if (name.equals("user")) {
            settings.merge("users", user(directive), (before, added) -> before + "\n" + added);
            return;
        }
        if (name.equals("include") && directive.values().size() == 1) {
            include(directive);
            return;
        }
        Parameter<?> parameter = parameters.find(name);
        if (parameter == null) {
            throw directive.refusal(BAD_DIRECTIVE + instead(name));
        }
        if (directive.values().size() != 1 && !parameter.isList()) {
            throw directive.refusal("wrong number of arguments");
        }
        put(directive, parameter);
    }

    private static String instead(String name) {
        String instead = INSTEAD.get(name);
        return instead == null ? "" : ". " + instead + ".";
    }

    /** As Redis: in the place of the line, relative to the working directory; the name may be a pattern. */
    private void include(Directive directive) throws ConfigFileException {
        Path named = Path.of(directive.values().getFirst()).toAbsolutePath();
        if (++included > MAX_INCLUDED) {
            throw directive.refusal("Too many files are included");
        }
        try {
            for (Path file : matching(named)) {
                take(file, refusal -> refusal.in(file.toString()));
            }
        } catch (IOException e) {
            throw directive.refusal("Cannot open config file " + LogException.reason(e));
        }
    }

    private static List<Path> matching(Path named) throws IOException {
        if (named.getFileName().toString().chars().noneMatch(letter -> "*?[".indexOf(letter) >= 0)) {
            return List.of(named);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(named.getParent(), named.getFileName().toString())) {
            found.forEach(files::add);
        }
        Collections.sort(files);
        return files;
    }

    /** The name and rules of a user, as words of a line. */
    private static String user(Directive directive) throws ConfigFileException {
        if (directive.values().isEmpty()) {
            throw directive.refusal("wrong number of arguments");
        }
        return ConfigText.line(directive.values());
    }

    private void put(Directive directive, Parameter<?> parameter) throws ConfigFileException {
        String value = String.join(" ", directive.values());
        try {
            String before = parameter.text();
            switch (parameter.given()) {
                case AS_PARAMETER -> {
                    parameter.start(value);
                    settings.merge(
                            parameter.name(),
                            value,
                            (old, added) -> parameter.name().equals(ADDED_UP) ? old + " " + added : added);
                }
                case AS_SETTING -> {
                    parameter.check(value);
                    settings.put(SETTINGS.get(parameter.name()), setting(parameter.name(), directive.values()));
                }
                case NOT -> {
                    if (!parameter.check(value).equals(before)) {
                        throw new IllegalArgumentException("Mini Redis has no other '" + parameter.name() + "' than '"
                                + before + "'" + instead(parameter.name()));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw directive.refusal(e.getMessage());
        }
    }

    /**
     * An address after a minus is optional, and left out. Port 0 is no port, unlike in {@code --port}.
     */
    private static String setting(String name, List<String> values) {
        String value = values.getFirst();
        return switch (name) {
            case "port" -> value.equals("0") ? "-1" : value;
            case "appendonly" -> Boolean.toString(value.equalsIgnoreCase("yes"));
            case "appendfsync" -> value.toLowerCase(Locale.ROOT);
            case "bind" -> {
                List<String> addresses = values.stream()
                        .filter(Predicate.not(address -> address.startsWith("-")))
                        .toList();
                if (addresses.size() != 1) {
                    throw new IllegalArgumentException("Mini Redis listens on one address");
                }
                yield addresses.getFirst().replace("*", "0.0.0.0");
            }
            default -> value;
        };
    }
}

package dev.miniredis.cli;

import dev.miniredis.command.ConfigFileException;
import dev.miniredis.command.ConfigText;
import dev.miniredis.command.ConfigText.Directive;
import dev.miniredis.command.Parameter;
import dev.miniredis.command.Parameters;
import dev.miniredis.command.Tuning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** A file of parameters in the form of {@code redis.conf}, as settings of the server. */
final class StartFile {
    /** The settings that Redis's directives stand for. */
    private static final Map<String, String> SETTINGS = Map.of(
            "port", "port",
            "tls-port", "tls-port",
            "bind", "host",
            "dir", "data-dir",
            "databases", "databases",
            "appendonly", "appendonly",
            "appendfsync", "fsync");

    /** What several lines say together, where of others the last one counts. */
    private static final String ADDED_UP = "client-output-buffer-limit";

    private StartFile() {}

    /**
     * Reads it.
     *
     * @return settings by their names
     * @throws ConfigFileException it says something that cannot be
     */
    static Map<String, String> read(Path file) throws IOException, ConfigFileException {
        Parameters parameters = new Parameters(new Tuning());
        Map<String, String> settings = new LinkedHashMap<>();
        for (Directive directive : new ConfigText(Files.readString(file, StandardCharsets.ISO_8859_1)).directives()) {
            if (directive.name().equals("user")) {
                settings.merge("users", user(directive), (before, added) -> before + "\n" + added);
                continue;
            }
            Parameter<?> parameter = parameters.find(directive.name());
            if (parameter == null) {
                throw directive.refusal("Bad directive or wrong number of arguments");
            }
            if (directive.values().size() != 1 && !parameter.isList()) {
                throw directive.refusal("wrong number of arguments");
            }
            put(directive, parameter, settings);
        }
        return settings;
    }

    /** Its name and rules, as ISO 8859-1, in which no byte of theirs is lost. */
    private static String user(Directive directive) throws ConfigFileException {
        if (directive.values().isEmpty()) {
            throw directive.refusal("wrong number of arguments");
        }
        byte[] words = String.join(" ", directive.values()).getBytes(StandardCharsets.UTF_8);
        return new String(words, StandardCharsets.ISO_8859_1);
    }

    private static void put(Directive directive, Parameter<?> parameter, Map<String, String> settings)
            throws ConfigFileException {
        String value = String.join(" ", directive.values());
        try {
            String before = parameter.text();
            switch (parameter.given()) {
                case AS_PARAMETER -> {
                    parameter.set(value);
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
                        throw new IllegalArgumentException(
                                "Mini Redis has no other '" + parameter.name() + "' than '" + before + "'");
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw directive.refusal(e.getMessage());
        }
    }

    /** An address with a minus before it need not be there, so it is not. A port 0 is none, unlike in {@code --port}. */
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

    /** Hands them over, below what was given as an option or stands in the environment. */
    static void apply(Map<String, String> settings) {
        settings.forEach((name, value) -> {
            String property = "mini-redis." + name;
            String variable = property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
            if (System.getProperty(property) == null && System.getenv(variable) == null) {
                System.setProperty(property, value);
            }
        });
    }
}

package dev.miniredis.cli;

import dev.miniredis.config.Parameter;
import dev.miniredis.config.Tuning;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.OnDamage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An option of {@code mini-redis server}, declared once for {@link ServerArguments} and the parser of
 * {@link ServerCommand}.
 *
 * @param name without the two dashes before it
 * @param letter the short name, without its dash; empty if there is none
 * @param label the placeholder of its value in the help
 * @param reading converts the value for the configuration; throws IllegalArgumentException, with a message
 *     that names the value, if it is invalid
 * @param variable the environment variable that counts if the option is not given
 * @param isYesOrNo whether its value may be omitted, which means yes
 * @param acts whether it has an effect; the help leaves out the others
 */
record ServerOption(
        String name,
        String letter,
        String label,
        UnaryOperator<String> reading,
        String variable,
        String description,
        boolean isYesOrNo,
        boolean acts) {

    /** The value of a {@linkplain #isYesOrNo yes-or-no} option without one. */
    static final String YES = "yes";

    private static final String YES_OR_NO = "<yes|no>";

    static final ServerOption CONFIG =
            setting("config", "", "<file>", ServerOption::path, "File of parameters, as the argument is.");

    /** The port of Quarkus's management interface. */
    static final ServerOption HTTP_PORT = setting(
            "http-port",
            "",
            "<port>",
            ServerOption::port,
            "Port of health and metrics, 9000 by default; 0 is any free one.");

    /** The settings; all other options are parameters. */
    private static final List<ServerOption> SETTINGS = List.of(
            CONFIG,
            setting(
                    "port",
                    "p",
                    "<port>",
                    text -> text.equals("no") ? "-1" : port(text),
                    "Port of the Redis protocol, 6379 by default; 0 is any free one, 'no' none: then there is only --tls-port."),
            setting(
                    "tls-port",
                    "",
                    "<port>",
                    ServerOption::port,
                    "Port of the Redis protocol with TLS; 0, the default, is none."),
            setting("host", "", "<address>", ServerOption::named, "Address to listen on, 127.0.0.1 by default."),
            setting("data-dir", "d", "<folder>", ServerOption::path, "Folder of the write log, data by default."),
            setting(
                    "databases",
                    "",
                    "<count>",
                    ServerOption::databases,
                    "How many databases there are, 16 by default."),
            setting(
                    "appendonly",
                    "",
                    YES_OR_NO,
                    ServerOption::yesOrNo,
                    "Whether there is a write log, yes by default. With no, everything is in memory only."),
            setting(
                    "fsync",
                    "",
                    "<when>",
                    text -> oneOf(FsyncPolicy.values(), text),
                    "When a write reaches the disk: " + list(FsyncPolicy.values())
                            + ". With always, the default, OK means on disk."),
            setting(
                    "on-damage",
                    "",
                    "<refuse|quarantine>",
                    text -> oneOf(OnDamage.values(), text),
                    "What to do with a damaged log: " + list(OnDamage.values())
                            + ". With refuse, the default, the server does not start; with quarantine it goes on without"
                            + " the damaged lines, and keeps them."),
            setting(
                    "until",
                    "",
                    "<lsn|time>",
                    ServerOption::named,
                    "Look at the data as it was after this entry or at this time (2026-11-23T05:30:00Z), read-only."
                            + " Nothing of the log is changed."),
            setting(
                    "requirepass-file",
                    "",
                    "<file>",
                    ServerOption::path,
                    "File whose first line is the password that clients have to give first, with AUTH."),
            HTTP_PORT,
            setting(
                    "status-page",
                    "",
                    YES_OR_NO,
                    ServerOption::yesOrNo,
                    "Whether that port has a page for people at /, which shows what the server does."));

    /** The options of settings, without the parameters. */
    static List<ServerOption> ofSettings() {
        return SETTINGS;
    }

    /** An option for each parameter, with the same name, as in Redis. */
    static List<ServerOption> ofParameters() {
        return new Tuning()
                .all().stream()
                        .filter(parameter -> parameter.given() == Parameter.Given.AS_PARAMETER)
                        .map(ServerOption::parameter)
                        .toList();
    }

    static List<ServerOption> all() {
        return Stream.concat(ofSettings().stream(), ofParameters().stream()).toList();
    }

    private static ServerOption setting(
            String name, String letter, String label, UnaryOperator<String> reading, String description) {
        boolean isYesOrNo = label.equals(YES_OR_NO);
        return new ServerOption(name, letter, label, reading, variable(name), description, isYesOrNo, true);
    }

    private static ServerOption parameter(Parameter<?> parameter) {
        String byDefault = parameter.initial().isEmpty() ? "" : " By default " + parameter.initial() + ".";
        return new ServerOption(
                parameter.name(),
                "",
                "<value>",
                namesPath(parameter.name())
                        ? text -> checked(parameter, PathText.checked(text))
                        : text -> checked(parameter, text),
                variable(parameter.name()),
                parameter.description() + byDefault,
                parameter.value() instanceof Boolean,
                parameter.acts());
    }

    /**
     * The parameters that name a file or a folder: {@code aclfile}, {@code tls-cert-file}, {@code tls-ca-cert-dir} …
     */
    private static boolean namesPath(String name) {
        return name.endsWith("file") || name.endsWith("-dir");
    }

    private static String variable(String name) {
        return "MINI_REDIS_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /**
     * The value that a variable of the environment gives it. That of a parameter is checked later, with those of all
     * other sources.
     *
     * @throws IllegalArgumentException the setting cannot have this value; the message names the variable
     */
    String fromEnvironment(String text) {
        if (!SETTINGS.contains(this)) {
            return text;
        }
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
        }
    }

    /** Returns the text if it is a valid value. */
    private static String checked(Parameter<?> parameter, String text) {
        try {
            parameter.start(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
        }
    }

    /** An empty name is a mistake. */
    private static String named(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        return text;
    }

    private static String path(String text) {
        return PathText.checked(named(text));
    }

    private static String port(String text) {
        return Integer.toString(Port.of(text));
    }

    private static String databases(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("'" + text + "' is not a number of databases");
        }
        return text;
    }

    /** Converts yes and no to the true and false of the configuration. */
    private static String yesOrNo(String text) {
        return switch (text) {
            case "yes", "true" -> "true";
            case "no", "false" -> "false";
            default -> throw new IllegalArgumentException("'" + text + "' is neither yes nor no");
        };
    }

    private static String oneOf(Object[] values, String text) {
        if (Arrays.stream(values).noneMatch(value -> value.toString().equals(text))) {
            throw new IllegalArgumentException("'" + text + "' is none of " + Arrays.toString(values));
        }
        return text;
    }

    private static String list(Object[] values) {
        return Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Names are unique. (A record's generated method is linked at run time, which takes time at a start.) */
    @Override
    public boolean equals(Object other) {
        return other instanceof ServerOption option && name.equals(option.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}

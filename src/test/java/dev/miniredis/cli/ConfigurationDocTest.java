package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.config.Parameter;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.docs.GeneratedText;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The tables of docs/configuration.md are what the server takes: options and their texts from the command line's model,
 * defaults from the settings, what CONFIG SET may change from the parameters.
 */
class ConfigurationDocTest {
    private static final String FILE = "docs/configuration.md";
    private static final String NONE = "–";

    /** Settings that are no option: what they stand for is told in the text. */
    private static final Map<String, String> WITHOUT_OPTION =
            Map.of("users", "`user` lines of a file", "config-file", "the file's own path");

    /** Options that are no setting of the server but of Quarkus, or say where settings are. */
    private static final Map<String, String> OTHER_DEFAULTS =
            Map.of("http-port", "9000", "config", "", "requirepass-file", "");

    private static final Tuning TUNING = new Tuning();
    private static final Parameters PARAMETERS = new Parameters(TUNING);
    private static final CommandSpec SERVER =
            Main.commandLine().getSubcommands().get(ServerCommand.NAME).getCommandSpec();
    private static final Map<String, String> DEFAULTS = defaults();

    /** The settings and their defaults, by name. */
    private static Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>(OTHER_DEFAULTS);
        try {
            for (Method setting : Class.forName("dev.miniredis.server.Settings").getDeclaredMethods()) {
                WithDefault value = setting.getAnnotation(WithDefault.class);
                defaults.put(kebabCase(setting.getName()), value == null ? "" : value.value());
            }
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        defaults.replaceAll((name, value) -> value.equals("true") ? "yes" : value);
        return defaults;
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String name(OptionSpec option) {
        return option.longestName().substring(2);
    }

    private static Stream<OptionSpec> options(Predicate<Parameter<?>> which) {
        return SERVER.options().stream().filter(option -> {
            Parameter<?> parameter = PARAMETERS.find(name(option));
            return parameter != null && parameter.given() == Parameter.Given.AS_PARAMETER && which.test(parameter);
        });
    }

    private static Stream<OptionSpec> settings() {
        return SERVER.options().stream().filter(option -> DEFAULTS.containsKey(name(option)));
    }

    @Test
    void every_setting_is_an_option() {
        assertThat(Stream.concat(settings().map(ConfigurationDocTest::name), WITHOUT_OPTION.keySet().stream()))
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(DEFAULTS.keySet()));
    }

    @Test
    void every_option_is_in_a_table() {
        assertThat(Stream.of(settings(), options(Parameter::acts), options(Predicate.not(Parameter::acts)))
                        .flatMap(Function.identity())
                        .map(ConfigurationDocTest::name))
                .containsExactlyInAnyOrderElementsOf(SERVER.options().stream()
                        .map(ConfigurationDocTest::name)
                        .filter(name -> !List.of("help", "version").contains(name))
                        .toList());
    }

    @Test
    void the_environment_has_every_option_under_its_name() {
        assertThat(settings())
                .allSatisfy(option -> assertThat(environment(option)).isEqualTo(variable(name(option))));
    }

    @Test
    void the_table_of_settings() throws IOException {
        GeneratedText.in(FILE, "settings")
                .assertIs(Stream.concat(settings(), options(Parameter::acts))
                        .map(ConfigurationDocTest::row)
                        .collect(Collectors.joining("", """
                                | option | environment | file, `CONFIG GET` | default | `CONFIG SET` | meaning |
                                |---|---|---|---|---|---|
                                """, "")));
    }

    @Test
    void the_list_of_parameters_without_effect() throws IOException {
        GeneratedText.in(FILE, "without-effect")
                .assertIs(names(parameter -> !parameter.acts() && parameter.given() == Parameter.Given.AS_PARAMETER));
    }

    @Test
    void the_list_of_parameters_that_can_be_nothing_else() throws IOException {
        GeneratedText.in(FILE, "fixed")
                .assertIs(TUNING.all().stream()
                        .filter(parameter -> parameter.given() == Parameter.Given.NOT)
                        .map(parameter -> "`%s`"
                                .formatted((parameter.name() + " "
                                                + (parameter.text().isEmpty() ? "\"\"" : parameter.text()))
                                        .strip()))
                        .sorted()
                        .collect(Collectors.joining(", ", "", ".\n")));
    }

    private static String names(Predicate<Parameter<?>> which) {
        return TUNING.all().stream()
                .filter(which)
                .flatMap(parameter -> Stream.of(parameter.name(), parameter.alias()))
                .filter(name -> name != null)
                .map(name -> "`" + name + "`")
                .sorted()
                .collect(Collectors.joining(", ", "", ".\n"));
    }

    private static String row(OptionSpec option) {
        String name = name(option);
        Parameter<?> parameter = parameterOf(name);
        String initial = DEFAULTS.getOrDefault(name, parameter == null ? "" : parameter.initial());
        return "| %s | `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        Arrays.stream(option.names())
                                .sorted((a, b) -> b.length() - a.length())
                                .map(each -> "`" + each + "`")
                                .collect(Collectors.joining(", ")),
                        environment(option),
                        parameter == null ? NONE : "`" + parameter.name() + "`",
                        initial.isEmpty() ? "" : "`" + initial + "`",
                        parameter == null || parameter.change() != Parameter.Change.ANY_TIME ? "no" : "yes",
                        meaning(option, parameter));
    }

    /** The parameter that says the same in a file; null where none does. */
    private static Parameter<?> parameterOf(String option) {
        return PARAMETERS.find(StartFile.SETTINGS.entrySet().stream()
                .filter(setting -> setting.getValue().equals(option))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(option));
    }

    private static String environment(OptionSpec option) {
        return ((ServerOption) option.userObject()).variable();
    }

    private static String variable(String name) {
        return "MINI_REDIS_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The text of {@code --help}, without the default that has a column of its own. */
    private static String meaning(OptionSpec option, Parameter<?> parameter) {
        String text = Arrays.stream(option.description())
                .map(line -> line.replace("${COMPLETION-CANDIDATES}", candidates(option)))
                .collect(Collectors.joining(" "));
        if (parameter != null && parameter.acts()) {
            text = parameter.description();
        }
        text = text.replace("|", "\\|").replace("<", "&lt;");
        return isSecret(option) ? text + " **Secret.**" : text;
    }

    private static String candidates(OptionSpec option) {
        if (!option.type().isEnum()) {
            return "";
        }
        return Arrays.stream(option.type().getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.joining(", "));
    }

    /** For what should not be seen in the list of processes there is an option that names a file. */
    private static boolean isSecret(OptionSpec option) {
        return SERVER.findOption("--" + name(option) + "-file") != null;
    }
}

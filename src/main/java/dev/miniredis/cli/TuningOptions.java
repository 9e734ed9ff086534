package dev.miniredis.cli;

import dev.miniredis.command.Parameter;
import dev.miniredis.command.Tuning;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Gives the server an option for every parameter, with the same name, as Redis has; of those without effect here none is
 * shown. */
final class TuningOptions implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec server) {
        for (Parameter<?> parameter : parameters()) {
            server.addOption(OptionSpec.builder(option(parameter))
                    .type(String.class)
                    .paramLabel("<value>")
                    .converters(checked(parameter))
                    .description(parameter.description() + byDefault(parameter))
                    .hidden(!parameter.acts())
                    .build());
        }
        return server;
    }

    private static List<Parameter<?>> parameters() {
        return new Tuning()
                .all().stream()
                        .filter(parameter -> parameter.given() == Parameter.Given.AS_PARAMETER)
                        .toList();
    }

    private static String byDefault(Parameter<?> parameter) {
        return parameter.initial().isEmpty() ? "" : " By default " + parameter.initial() + ".";
    }

    private static String option(Parameter<?> parameter) {
        return "--" + parameter.name();
    }

    /** The text as it is, once it is known to be a value. */
    private static ITypeConverter<String> checked(Parameter<?> parameter) {
        return text -> {
            try {
                parameter.start(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "': " + e.getMessage());
            }
        };
    }

    /** Hands over the parameters that were given, with their values. */
    static void forEachGiven(CommandSpec server, BiConsumer<String, String> consumer) {
        for (Parameter<?> parameter : parameters()) {
            String value = server.findOption(option(parameter)).getValue();
            if (value != null) {
                consumer.accept(parameter.name(), value);
            }
        }
    }
}

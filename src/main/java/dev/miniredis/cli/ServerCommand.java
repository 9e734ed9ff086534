package dev.miniredis.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code mini-redis server} as Picocli sees it: for help, and for the lines that {@link ServerArguments} leaves to it.
 */
@Command(
        name = ServerCommand.NAME,
        description = "Runs the server until it is told to stop.",
        mixinStandardHelpOptions = true,
        modelTransformer = ServerCommand.Options.class,
        versionProvider = Version.class)
final class ServerCommand implements Callable<Integer> {
    static final String NAME = "server";

    /**
     * The server ran and Quarkus ends the process. Returned instead of an exit, because in dev mode
     * {@link #call} returns at each reload and the JVM must live on.
     */
    static final int LEFT_TO_QUARKUS = -1;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<file>",
            description = "File of parameters in the form of redis.conf; options and the environment go before it.")
    private String file;

    @Override
    public Integer call() {
        Map<ServerOption, String> values = new HashMap<>();
        for (OptionSpec option : spec.options()) {
            if (option.userObject() instanceof ServerOption known && option.getValue() instanceof String value) {
                values.put(known, value);
            }
        }
        var out = spec.commandLine();
        return ServerRun.of(new ServerArguments(values, file), ProcessText.environment(), out.getOut(), out.getErr());
    }

    /** Adds the options. */
    static final class Options implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec server) {
            ServerOption.all().forEach(option -> server.addOption(spec(option)));
            return server;
        }

        private static OptionSpec spec(ServerOption option) {
            String[] names = Stream.of("-" + option.letter(), "--" + option.name())
                    .filter(name -> name.length() > 1)
                    .toArray(String[]::new);
            OptionSpec.Builder spec = OptionSpec.builder(names)
                    .userObject(option)
                    .type(String.class)
                    .paramLabel(option.label())
                    .converters(converter(option))
                    .description(option.description())
                    .hidden(!option.acts());
            if (option.isYesOrNo()) {
                spec.arity("0..1").fallbackValue(ServerOption.YES);
            }
            return spec.build();
        }

        private static ITypeConverter<String> converter(ServerOption option) {
            return text -> {
                try {
                    return option.reading().apply(text);
                } catch (IllegalArgumentException e) {
                    throw new TypeConversionException(e.getMessage());
                }
            };
        }
    }
}

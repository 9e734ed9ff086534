package dev.miniredis.cli;

import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code mini-redis log}: reads the log, whether a server is writing it or not. Only {@code repair} writes to it, and
 * takes the server's lock for that. The exit code of those that show it is 2 where it cannot be read.
 */
@Command(
        name = LogCommand.NAME,
        description = "Reads the write log of a server, running or not: who changed what, and is all of it whole?",
        mixinStandardHelpOptions = true,
        preprocessor = LogCommand.Subcommands.class,
        versionProvider = Version.class)
final class LogCommand implements Callable<Integer> {
    static final String NAME = "log";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "what about the log? One of "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /** Adds the subcommands only for {@code log}: reading their options would cost every other command time. */
    static final class Subcommands implements IParameterPreprocessor {
        private static final List<Class<?>> CLASSES = List.of(
                LogShow.class,
                LogTail.class,
                LogHistory.class,
                LogVerify.class,
                LogStats.class,
                LogDiff.class,
                LogExport.class,
                LogRepairCommand.class,
                LogBackupCommand.class,
                LogRestoreCommand.class,
                LogImportCommand.class);

        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec none, Map<String, Object> info) {
            for (Class<?> subcommand : CLASSES) {
                command.addSubcommand(
                        null,
                        new CommandLine(subcommand)
                                .setErr(command.commandLine().getErr())
                                .setOut(command.commandLine().getOut()));
            }
            return false;
        }
    }
}

package dev.miniredis.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one entry point. Only {@code server} boots Quarkus; every other command is plain Picocli, and so answers in a
 * fraction of the time, opens no port and prints no start-up line.
 */
@QuarkusMain
@Command(
        name = "mini-redis",
        description = "A Redis-compatible in-memory server whose OK means on disk. Without a command, runs the server.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {ServerCommand.class, ClientCommand.class, LogCommand.class})
public final class Main {
    public static void main(String... arguments) {
        String[] line = arguments.length == 0 ? new String[] {ServerCommand.NAME} : ProcessText.arguments(arguments);
        int exitCode = ServerArguments.ofPlain(List.of(line))
                .map(plain -> ServerRun.of(plain, ProcessText.environment(), writer(System.out), writer(System.err)))
                .orElseGet(() -> execute(line));
        if (exitCode != ServerCommand.LEFT_TO_QUARKUS) {
            System.exit(exitCode);
        }
    }

    private static int execute(String... line) {
        try {
            return commandLine().execute(line);
        } catch (OutOfMemoryError e) { // a line of a log is read as a whole
            System.err.println("mini-redis: Not enough memory; JAVA_TOOL_OPTIONS=-Xmx8g gives more.");
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /** The parser of the whole command line; it exits no JVM, so that tests may execute it. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .registerConverter(Path.class, new PathText())
                .setExpandAtFiles(false) // `client SET handle @john` has no file argument
                .setParameterExceptionHandler(Main::explain);
    }

    private static int explain(ParameterException mistake, String[] arguments) {
        var command = mistake.getCommandLine();
        String problem = mistake instanceof UnmatchedArgumentException unmatched
                ? unknown(unmatched)
                : mistake.getMessage().lines().findFirst().orElse("");
        return refuse(command.getCommandSpec().qualifiedName(), problem, command.getErr());
    }

    /** Reports a mistake in two lines, the problem and where to look it up. Returns the exit code. */
    static int refuse(String command, String problem, PrintWriter err) {
        err.println(command + ": " + problem);
        err.println("Try '" + command + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /** Names the first unknown word; those after it may be its values. */
    private static String unknown(UnmatchedArgumentException unmatched) {
        boolean hasCommands = !unmatched.getCommandLine().getSubcommands().isEmpty();
        String kind = unmatched.isUnknownOption() ? "option" : hasCommands ? "command" : "argument";
        String problem = "unknown " + kind + " '" + unmatched.getUnmatched().getFirst() + "'";
        var suggestions = unmatched.getSuggestions();
        return suggestions.isEmpty() ? problem : problem + "; did you mean '" + suggestions.getFirst() + "'?";
    }
}

package dev.miniredis.cli;

import dev.miniredis.cli.ClientSession.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code mini-redis client}: runs the command that follows its options, or the lines of a pipe, or else talks with the
 * user. Its output is {@code redis-cli}'s.
 *
 * <p>It is started for single commands by scripts, so it loads little: no Quarkus, no logging, JLine only for the talk,
 * and no lambda on the way of a command.
 */
@Command(
        name = ClientCommand.NAME,
        description = {
            "Sends commands to a Mini Redis or Redis server.",
            "With a command, runs it: the exit code is 1 if the answer is an error or there is no server. Without one,"
                    + " carries out the lines of standard input, or, at a terminal, what the user types."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ClientCommand implements Callable<Integer> {
    static final String NAME = "client";

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    @Option(
            names = "--server",
            paramLabel = "<host:port>",
            converter = AddressConverter.class,
            description = "The server, 127.0.0.1:6379 by default.")
    private ServerAddress server = ServerAddress.DEFAULT;

    @Option(
            names = {"-3", "--resp3"},
            description = "Speak RESP3, which tells maps, sets and numbers apart.")
    private boolean resp3;

    @Option(
            names = "--raw",
            negatable = true,
            description =
                    "Print replies as they are, the default unless at a terminal; --no-raw prints them for people.")
    private Boolean raw;

    @Option(names = "-x", description = "Read the last argument of the command from standard input.")
    private boolean lastFromInput;

    @Parameters(paramLabel = "<command>", description = "The command and its arguments.")
    private List<String> words = List.of();

    ClientCommand() {
        this(System.in, System.out, System.err);
    }

    ClientCommand(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** From the first word of the command on, nothing is an option of ours: {@code SET k -1}. */
    @Spec
    private void readOptionsFirst(CommandSpec spec) {
        spec.parser().stopAtPositional(true);
    }

    @Override
    public Integer call() throws IOException {
        // The streams that a test hands in are no terminals, whatever its JVM was started from.
        boolean outputTerminal = out == System.out && StandardStreams.isOutputTerminal();
        ReplyPrinter printer = new ReplyPrinter(raw != null ? raw : !outputTerminal);
        try (ClientSession session = new ClientSession(server, resp3, printer, outputTerminal, out, err)) {
            CommandHints hints = new CommandHints(session);
            ClientShell shell = new ClientShell(session, hints, printer, out);
            if (!words.isEmpty()) {
                return shell.run(command(), 1) == Outcome.REPLIED ? 0 : 1;
            }
            if (outputTerminal && in == System.in && StandardStreams.isInputTerminal()) {
                new ClientRepl(session, hints, shell).run();
                return 0;
            }
            return shell.executeAll(in) ? 0 : 1;
        }
    }

    private CommandWords command() throws IOException {
        List<byte[]> bytes = CommandLineBytes.of(words);
        if (lastFromInput) {
            bytes = new ArrayList<>(bytes);
            bytes.add(in.readAllBytes());
        }
        return new CommandWords(bytes);
    }

    private static final class AddressConverter implements ITypeConverter<ServerAddress> {
        @Override
        public ServerAddress convert(String text) {
            try {
                return ServerAddress.parse(text);
            } catch (IllegalArgumentException invalid) {
                throw new TypeConversionException(invalid.getMessage());
            }
        }
    }
}

package dev.miniredis.cli;

import dev.miniredis.cli.ClientSession.Outcome;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.ReplyReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code mini-redis client}: runs the command after its options, or the lines of a pipe, or otherwise a dialogue with
 * the user. Its output is {@code redis-cli}'s.
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
        versionProvider = Version.class)
final class ClientCommand implements Callable<Integer> {
    static final String NAME = "client";

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean standardStreams;
    private CommandSpec spec;

    @Mixin
    private DestinationOptions destination = new DestinationOptions();

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

    /** Not the usual {@code -h}, which names the host, as {@code redis-cli} has it. */
    @Option(names = "--help", usageHelp = true, description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // used by Picocli
    private boolean help;

    @Option(
            names = {"-v", "-V", "--version"},
            versionHelp = true,
            description = "Print version information and exit.")
    @SuppressWarnings("UnusedVariable") // used by Picocli
    private boolean version;

    ClientCommand() {
        this(System.in, System.out, System.err, true);
    }

    /** For streams that are not a terminal. */
    ClientCommand(InputStream in, PrintStream out, PrintStream err) {
        this(in, out, err, false);
    }

    private ClientCommand(InputStream in, PrintStream out, PrintStream err, boolean standardStreams) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.standardStreams = standardStreams;
    }

    /** From the first word of the command on, no word is an option: {@code SET k -1}. */
    @Spec
    void readOptionsFirst(CommandSpec injected) {
        spec = injected;
        spec.parser().stopAtPositional(true);
    }

    @Override
    public Integer call() {
        if (lastFromInput && words.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "-x adds an argument to a command, and there is none");
        }
        boolean outputTerminal = standardStreams && StandardStreams.isOutputTerminal();
        ReplyPrinter printer = new ReplyPrinter(raw != null ? raw : !outputTerminal);
        try (ClientSession session = new ClientSession(
                destination.destination(in, standardStreams, err), resp3, printer, outputTerminal, out, err)) {
            boolean successful = run(session, printer, outputTerminal);
            return successful && !out.checkError() ? 0 : 1;
        } catch (IOException failed) {
            err.println("Error: " + failed.getMessage());
            return 1;
        }
    }

    private boolean run(ClientSession session, ReplyPrinter printer, boolean outputTerminal) throws IOException {
        CommandHints hints = new CommandHints(session);
        ClientShell shell = new ClientShell(session, hints, printer, out);
        if (!words.isEmpty()) {
            return shell.run(command(), 1) == Outcome.REPLIED;
        }
        if (outputTerminal && StandardStreams.isInputTerminal()) {
            new ClientRepl(session, hints, shell).run();
            return true;
        }
        return shell.executeAll(in);
    }

    private CommandWords command() throws IOException {
        List<byte[]> bytes = new ArrayList<>();
        for (String word : words) {
            bytes.add(ByteText.bytes(word));
        }
        if (lastFromInput) {
            byte[] last = in.readNBytes(ReplyReader.MAX_BULK_BYTES + 1);
            if (last.length > ReplyReader.MAX_BULK_BYTES) {
                throw new IOException("the input is longer than " + ReplyReader.MAX_BULK_BYTES + " bytes");
            }
            bytes.add(last);
        }
        return new CommandWords(bytes);
    }
}

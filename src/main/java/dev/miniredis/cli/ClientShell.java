package dev.miniredis.cli;

import dev.miniredis.cli.ClientSession.Outcome;
import dev.miniredis.resp.ProtocolException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;

/** Carries out lines, typed or from a pipe: commands for the server, and the few that are the client's own. */
final class ClientShell {
    /** The longest line that is read from a stream. */
    static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

    private static final long SLOW_MILLIS = 500;

    private static final String HELP = """
            Type a command and its arguments, quoted where they hold spaces: SET user:1 "John Doe"
                  <n> <command>           runs the command n times
                  help <command>          tells what the command does
                  connect <host> <port>   goes to another server
                  clear                   clears the screen
                  quit, exit or Ctrl-D    ends the client
            The Tab key completes names of commands, the arrow keys bring back what was typed before.
            """;

    private final ClientSession session;
    private final CommandHints hints;
    private final ReplyPrinter printer;
    private final PrintStream out;
    private boolean reached = true;

    ClientShell(ClientSession session, CommandHints hints, ReplyPrinter printer, PrintStream out) {
        this.session = session;
        this.hints = hints;
        this.printer = printer;
        this.out = out;
    }

    /**
     * Runs the lines of a stream until it ends, or until a line ends the client.
     *
     * @return false when the server could not be reached
     * @throws IOException the stream cannot be read, or has a line beyond {@link #MAX_LINE_BYTES}
     */
    boolean executeAll(InputStream lines) throws IOException {
        InputStream in = new BufferedInputStream(lines);
        byte[] line = readLine(in);
        while (line != null && execute(line) && !out.checkError()) {
            line = readLine(in);
        }
        return reached;
    }

    /** Carries out one line; false ends the client. */
    boolean execute(byte[] line) {
        CommandWords words;
        try {
            words = CommandWords.split(line);
        } catch (ProtocolException unbalanced) {
            out.println("Invalid argument(s)");
            return true;
        }
        long repeat = words.repeat();
        if (words.size() == 0) {
            return true;
        } else if (repeat == 0) {
            out.println("Invalid repeat count: the number before a command must be at least 1");
            return true;
        }
        String name = words.name(0);
        if (name.equals("quit") || name.equals("exit")) {
            sayGoodbye();
            return false;
        } else if (name.equals("connect") && words.size() == 3) {
            connect(words.text(1), words.text(2));
        } else if (name.equals("clear") && words.size() == 1) {
            out.print("\033[H\033[2J");
        } else {
            runTimed(words.hasRepeat() ? words.from(1) : words, repeat);
        }
        return true;
    }

    private void runTimed(CommandWords words, long repeat) {
        long start = System.nanoTime();
        reached &= run(words, repeat) != Outcome.NO_SERVER;
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (millis >= SLOW_MILLIS && !printer.isRaw()) {
            out.printf(Locale.ROOT, "(%.2fs)%n", millis / 1000.0);
        }
    }

    /** Runs one command; {@code help} is one too. */
    Outcome run(CommandWords words, long repeat) {
        if (words.name(0).equals("help") || words.name(0).equals("?")) {
            help(words.from(1));
            return Outcome.REPLIED;
        }
        return session.run(words, repeat);
    }

    void sayGoodbye() {
        out.println("Goodbye!");
        out.flush();
    }

    private void connect(String host, String port) {
        int number = ServerAddress.port(port);
        if (number < 0) {
            out.println("Invalid port '" + port + "'");
            return;
        }
        reached &= session.connect(new ServerAddress(host, number));
    }

    private void help(CommandWords command) {
        if (command.size() == 0) {
            out.print(HELP);
            return;
        }
        StringBuilder name = new StringBuilder(command.name(0));
        for (int i = 1; i < command.size(); i++) {
            name.append(' ').append(command.name(i));
        }
        String help = hints.help(name.toString());
        out.print(help.isEmpty() ? "The server has no description of '" + name + "'.\n" : help);
    }

    /** The next line's bytes without its end; null at the end of the stream. */
    private static byte[] readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == MAX_LINE_BYTES) {
                throw new IOException("a line of the input is longer than " + MAX_LINE_BYTES + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        return line.toByteArray();
    }
}

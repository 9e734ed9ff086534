package dev.miniredis.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReader.SuggestionType;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;

/** The conversation at a terminal: prompt, line editing, history, completion and hints. The only user of JLine here. */
final class ClientRepl {
    private static final int HISTORY_LINES = 1000;

    private final ClientSession session;
    private final CommandHints hints;
    private final ClientShell shell;

    ClientRepl(ClientSession session, CommandHints hints, ClientShell shell) {
        this.session = session;
        this.hints = hints;
        this.shell = shell;
    }

    /** Reads and runs lines until the user ends it. */
    void run() throws IOException {
        try (Terminal terminal = terminal()) {
            if (terminal.getColumns() == 0 || terminal.getRows() == 0) { // unknown, as in some containers
                terminal.setSize(Size.of(80, 24));
            }
            LineReader reader = reader(terminal);
            // While a line is being read, JLine handles Ctrl-C itself.
            terminal.handle(Terminal.Signal.INT, signal -> session.interrupt());
            session.connect();
            boolean going = true;
            while (going) {
                going = readAndExecute(reader);
            }
        }
    }

    private boolean readAndExecute(LineReader reader) {
        String line;
        try {
            line = reader.readLine(session.prompt());
        } catch (UserInterruptException ctrlC) {
            return true;
        } catch (EndOfFileException ctrlD) {
            shell.sayGoodbye();
            return false;
        }
        return shell.execute(line.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The terminal, driven by native calls only if the JVM was started with leave for them: it would print warnings
     * otherwise. Without them JLine asks {@code stty}.
     */
    private static Terminal terminal() throws IOException {
        boolean nativeCalls = ClientRepl.class.getModule().isNativeAccessEnabled();
        return TerminalBuilder.builder()
                .system(true)
                .ffm(nativeCalls)
                .jni(nativeCalls)
                .encoding(StandardCharsets.UTF_8)
                .graphemeCluster(false) // the detection writes to the terminal
                .build();
    }

    private LineReader reader(Terminal terminal) throws IOException {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .appName("mini-redis")
                .terminal(terminal)
                .parser(TypedLine::parse)
                .completer((reader, line, candidates) -> complete(line, candidates))
                .highlighter(this::showHint)
                .history(new DiscreetHistory())
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                .option(Option.HISTORY_TIMESTAMPED, false)
                .option(Option.HISTORY_IGNORE_SPACE, false)
                .option(Option.DISABLE_EVENT_EXPANSION, true)
                .option(Option.CASE_INSENSITIVE, true)
                .option(Option.BRACKETED_PASTE, false); // each pasted line is a command
        Path history = historyFile();
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        LineReader reader = builder.build();
        reader.setAutosuggestion(SuggestionType.TAIL_TIP);
        return reader;
    }

    /** {@code ~/.mini-redis_history}, readable for its owner alone, or what the environment says; null for none. */
    private static Path historyFile() throws IOException {
        String chosen = System.getenv("MINI_REDIS_HISTFILE");
        if (chosen != null && chosen.equals("/dev/null")) {
            return null;
        }
        String home = System.getenv("HOME");
        Path file = chosen != null && !chosen.isEmpty()
                ? Path.of(chosen)
                : Path.of(home != null ? home : System.getProperty("user.home"), ".mini-redis_history");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException kept) {
            return file;
        } catch (IOException | UnsupportedOperationException unwritable) {
            return Files.isWritable(file) ? file : null;
        }
        return file;
    }

    /** JLine asks for the colours of the line whenever it shows it; the hint is set at that moment. */
    private AttributedString showHint(LineReader reader, String line) {
        reader.setTailTip(hints.hint(line));
        return new AttributedString(line);
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() > 1) {
            return;
        }
        String parent = line.wordIndex() == 0 ? "" : line.words().getFirst();
        String typed = line.word().substring(0, line.wordCursor());
        boolean small = !typed.isEmpty() && typed.equals(typed.toLowerCase(Locale.ROOT));
        for (String name : hints.names(parent)) {
            candidates.add(new Candidate(small ? name : name.toUpperCase(Locale.ROOT)));
        }
    }

    /** Keeps the typed lines, without passwords. */
    private static final class DiscreetHistory extends DefaultHistory {
        @Override
        public void add(Instant time, String line) {
            if (!line.isBlank() && !CommandWords.isSecret(line)) {
                super.add(time, line);
            }
        }
    }

    /** A line as completion sees it: words between spaces, since names of commands need no quotes. */
    private record TypedLine(String line, int cursor, List<String> words, int wordIndex, int wordCursor)
            implements CompletingParsedLine {
        static ParsedLine parse(String line, int cursor, ParseContext context) {
            List<String> words = new ArrayList<>();
            int wordIndex = 0;
            int wordCursor = 0;
            int at = 0;
            while (at <= line.length()) {
                while (at < line.length() && line.charAt(at) == ' ') {
                    at++;
                }
                int space = line.indexOf(' ', at);
                int end = space < 0 ? line.length() : space;
                if (at <= cursor && cursor <= end) {
                    wordIndex = words.size();
                    wordCursor = cursor - at;
                }
                words.add(line.substring(at, end));
                at = end + 1;
            }
            return new TypedLine(line, cursor, words, wordIndex, wordCursor);
        }

        @Override
        public String word() {
            return words.get(wordIndex);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor;
        }

        @Override
        public int rawWordLength() {
            return word().length();
        }
    }
}

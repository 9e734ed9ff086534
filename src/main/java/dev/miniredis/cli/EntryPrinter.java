package dev.miniredis.cli;

import dev.miniredis.log.LogCursor;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Option;

/**
 * How entries are printed.
 *
 * <pre>
 *   1041  2025-11-22T17:55:01.123Z  default@10.0.0.7:51544  SET user:1 "John Doe"
 *   1042  2025-11-22T17:55:01.124Z  alice@10.0.0.9:40022  db3  2 commands
 *         DEL user:1
 *         INCR n
 * </pre>
 *
 * A word is quoted, as {@code redis-cli} does, if it is not printable ASCII without spaces.
 */
final class EntryPrinter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String BASE = "base";
    private static final byte[] RESET = "\033[0m".getBytes(StandardCharsets.US_ASCII);

    @Option(names = "--json", description = "Print the lines of the log as they are.")
    private boolean json;

    @Option(
            names = "--color",
            paramLabel = "<when>",
            defaultValue = "auto",
            description = "${COMPLETION-CANDIDATES}; auto, the default, is at a terminal.")
    private When color;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Boolean coloured;

    /** When there are colours. */
    enum When {
        auto,
        always,
        never
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    /** The line or lines for what the scan has found, ended by a line feed; valid until the next call. */
    byte[] print(LogScan scan) {
        line.reset();
        if (json) {
            LogCursor cursor = scan.cursor();
            line.write(cursor.lineBytes(), cursor.lineStart(), cursor.lineLength());
            line.write('\n');
        } else {
            print(scan.entry(), scan.isBaseLine());
        }
        return line.toByteArray();
    }

    private void print(LogEntry entry, boolean isBaseLine) {
        put(Style.fg_yellow, Long.toString(entry.lsn()));
        put(null, "  ");
        put(Style.faint, time(entry.atMillis()));
        put(null, "  ");
        put(Style.fg_cyan, isBaseLine ? BASE : word(entry.by()));
        put(null, "  ");
        if (entry.database() != 0) {
            put(Style.fg_magenta, "db" + entry.database());
            put(null, "  ");
        }
        if (entry.commands().size() == 1) {
            putCommand(entry.commands().getFirst());
            return;
        }
        put(null, entry.commands().size() + " commands\n");
        for (Request command : entry.commands()) {
            put(null, "      ");
            putCommand(command);
        }
    }

    private void putCommand(Request command) {
        for (int i = 0; i < command.size(); i++) {
            if (i > 0) {
                line.write(' ');
            }
            begin(i == 0 ? Style.bold : i == 1 ? Style.fg_green : null);
            putWord(command.arg(i), line);
            end(i <= 1);
        }
        line.write('\n');
    }

    private void put(Style style, String text) {
        begin(style);
        line.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        end(style != null);
    }

    private void begin(Style style) {
        if (style != null && isColoured()) {
            line.writeBytes(style.on().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void end(boolean styled) {
        if (styled && isColoured()) {
            line.writeBytes(RESET);
        }
    }

    /** No colours either if {@code NO_COLOR} is set (no-color.org) or the terminal has none. */
    private boolean isColoured() {
        if (coloured == null) {
            String noColor = System.getenv("NO_COLOR");
            boolean wanted = (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
            coloured = color == When.always || color == When.auto && wanted && StandardStreams.isOutputTerminal();
        }
        return coloured;
    }

    static String word(byte[] bytes) {
        return word(new Slice(bytes));
    }

    static String word(Slice slice) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        putWord(slice, text);
        return text.toString(StandardCharsets.US_ASCII);
    }

    private static void putWord(Slice slice, ByteArrayOutputStream target) {
        boolean plain = slice.length() > 0;
        for (int i = 0; i < slice.length() && plain; i++) {
            byte letter = slice.byteAt(i);
            plain = letter > ' ' && letter <= '~' && letter != '"' && letter != '\'' && letter != '\\';
        }
        if (plain) {
            target.write(slice.bytes(), slice.offset(), slice.length());
        } else {
            ReplyPrinter.quote(slice.copy(), target);
        }
    }
}

package dev.miniredis.migrate;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestLimits;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the commands of an AOF: arrays of bulk strings, as clients send them, and lines that begin with {@code #}
 * between them. {@code #TS:1763834101} is the time, in seconds since 1970, when the commands after it were written.
 */
final class AofReader {
    private static final String TIMESTAMP = "#TS:";
    private static final int MAX_LINE_BYTES = 1024;
    private static final int MAX_ARGUMENTS = 1024 * 1024 * 1024 / 6; // as many as fit into a request
    private static final int MAX_HEADER_BYTES = 32;
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final Pattern COMMAND_HEADER = Pattern.compile("\\*\\d+\r\n");

    private final FileInput in;
    private long commandOffset;
    private long timestampMillis;

    AofReader(FileInput in) {
        this.in = in;
    }

    /** The offset of the last command, or of the one that could not be read. */
    long commandOffset() {
        return commandOffset;
    }

    /** The time of the last annotation, milliseconds since 1970; 0 before the first. */
    long timestampMillis() {
        return timestampMillis;
    }

    /** The time of the annotation that a file begins with; 0 if it begins with something else. */
    static long firstTimestampMillis(Path file) throws IOException {
        String beginning = SourceFiles.beginning(file, MAX_LINE_BYTES);
        int end = beginning.indexOf('\r');
        return end < 0 ? 0 : timestampMillis(beginning.substring(0, end));
    }

    private static long timestampMillis(String line) {
        if (!line.startsWith(TIMESTAMP)) {
            return 0;
        }
        String seconds = line.substring(TIMESTAMP.length());
        return seconds.length() <= 12 && DIGITS.matcher(seconds).matches() ? Long.parseLong(seconds) * 1000 : 0;
    }

    /**
     * Reads the next command, which owns its bytes; null at the end.
     *
     * @throws EOFException the file ends in the middle of it
     */
    Request next() throws IOException, ImportException {
        while (in.remaining() > 0) {
            commandOffset = in.offset();
            String line = line();
            if (line.startsWith("#")) {
                timestampMillis = Math.max(timestampMillis, timestampMillis(line));
            } else {
                return command(line);
            }
        }
        commandOffset = in.offset();
        return null;
    }

    private Request command(String header) throws IOException, ImportException {
        long count = number('*', header, commandOffset);
        if (count == 0 || count > MAX_ARGUMENTS) {
            throw in.damage(commandOffset, "a command cannot have " + count + " words");
        }
        List<byte[]> words = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long start = in.offset();
            long length = number('$', line(), start);
            if (length > RequestLimits.MAX_REQUEST_BYTES) {
                throw in.damage(start, "a word cannot have " + length + " bytes");
            }
            if (length > in.remaining()) {
                refuseIfCommandsFollow(start, length);
                throw new EOFException();
            }
            words.add(in.read(length));
            if (in.read() != '\r' || in.read() != '\n') {
                throw in.damage(start, "the word here is not " + length + " bytes long, as it says");
            }
        }
        return Request.of(words.toArray(byte[][]::new));
    }

    /** A word longer than the file: a torn end, or a wrong length if more commands follow. */
    private void refuseIfCommandsFollow(long start, long length) throws IOException, ImportException {
        StringBuilder line = new StringBuilder(); // while it may be a header
        char before = '\n';
        while (in.remaining() > 0) {
            char letter = (char) in.read();
            if (letter == '$' && COMMAND_HEADER.matcher(line).matches()) {
                throw in.damage(
                        start,
                        "a word of " + length + " bytes would go beyond the end of the file, but other"
                                + " commands follow");
            }
            if (before == '\n') {
                line.setLength(0);
            }
            if (line.length() < MAX_HEADER_BYTES) {
                line.append(letter);
            }
            before = letter;
        }
    }

    private long number(char sign, String line, long offset) throws ImportException {
        if (line.isEmpty()
                || line.charAt(0) != sign
                || !DIGITS.matcher(line.substring(1)).matches()) {
            throw in.damage(offset, "'" + sign + "' and a number are expected here");
        }
        return Long.parseLong(line.substring(1));
    }

    private String line() throws IOException, ImportException {
        long start = in.offset();
        StringBuilder line = new StringBuilder();
        while (true) {
            int letter = in.read();
            if (letter == '\r') {
                if (in.read() != '\n') {
                    throw in.damage(start, "the line here does not end as it should");
                }
                return line.toString();
            }
            boolean first = line.isEmpty();
            if (letter < ' ' || first && letter != '*' && letter != '$' && letter != '#') {
                throw in.damage(start, first ? "a command is expected here" : "the line here is not one of an AOF");
            }
            line.append((char) letter);
            if (line.length() > MAX_LINE_BYTES) {
                throw in.damage(start, "the line here is too long");
            }
        }
    }
}

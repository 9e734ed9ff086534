package dev.miniredis.log;

import java.io.IOException;

/** Reads the lines of a base: its header, its lines, and the last line, which tells how many there are. */
final class BaseReader {
    private final LineReader reader = new LineReader();
    private final LineScanner line;
    private long lines;
    private boolean ended;

    BaseReader(Disk.ReadableFile file, LineScanner.Memory memory) {
        line = new LineScanner(file, memory);
    }

    /**
     * Reads the first line, the header.
     *
     * @throws LineReader.BadLineException it is not the header of a base
     * @throws LineReader.OtherFormatException it is, in a format that this version does not read
     */
    BaseHeader header()
            throws IOException, InterruptedException, LineReader.BadLineException, LineReader.OtherFormatException {
        if (!line.next() || !line.isWhole()) {
            throw new LineReader.BadLineException(LineReader.NOT_WHOLE);
        }
        return reader.readBaseHeader(line.bytes(), line.from(), line.to());
    }

    /** Whether the last line was read, or the file ended without one. */
    boolean isEnded() {
        return ended;
    }

    /**
     * Goes to the next line, which {@link #read} reads.
     *
     * @throws LineReader.BadLineException the file ends without a last line
     */
    void next() throws IOException, InterruptedException, LineReader.BadLineException {
        if (!line.next()) {
            ended = true;
            throw new LineReader.BadLineException("it ends too early");
        }
    }

    /**
     * Reads the line into an entry without lsn, time and sender.
     *
     * @return whether there is content; not in the last line
     * @throws LineReader.BadLineException it cannot be read, or it is the last line and lines are missing
     */
    boolean read(LogEntry entry) throws LineReader.BadLineException {
        long stated;
        try {
            stated = reader.readBaseLine(line.bytes(), line.from(), line.to(), entry);
        } catch (LineReader.BadLineException e) {
            lines++; // the last line counts it
            throw e;
        }
        if (stated < 0) {
            lines += entry.kind() == LogEntry.Kind.COMMANDS ? 1 : 0;
            return true;
        }
        ended = true;
        if (stated != lines) {
            throw new LineReader.BadLineException("it has " + lines + " lines where " + stated + " should be");
        }
        return false;
    }

    /** How many lines with commands were read; a line that could not be read counts as one. */
    long lines() {
        return lines;
    }

    /** The line being read: its bytes, and its place in the file. */
    LineScanner line() {
        return line;
    }
}

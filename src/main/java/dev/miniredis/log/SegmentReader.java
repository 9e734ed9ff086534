package dev.miniredis.log;

import java.io.IOException;

/**
 * Reads the lines of one segment, and is the one place that decides whether a line is the next entry: whole, with a
 * right checksum, and with the lsn that follows. {@link Recovery}, {@link LogCursor}, {@link SegmentSalvage} and {@link
 * Repair} read with it; they differ in what they do about a line that is not the next entry.
 *
 * <pre>
 *   {"log":…}    {"lsn":1,…}    {"lsn":2,…}    (blank lines)    {"lsn":4,"at":17…
 *    header()     NEXT           NEXT           skipped          UNREADABLE: torn, or damaged
 *                                          ↑                    ↑
 *                                          goodEnd()            line().offset()
 * </pre>
 */
final class SegmentReader {
    /** What a line is to a log whose last entry is known. */
    enum Line {
        /** The next entry, a note that the next entries are lost, or a note that entries read so far were synced. */
        NEXT,
        /** An entry or a note after a gap: entries before it are missing. */
        AFTER_GAP,
        /** An entry, or a note of lost entries, that begins with an lsn that the log has already. */
        REPEATED,
        /** No line of a log: not whole, or the checksum does not match, or it cannot be parsed. */
        UNREADABLE
    }

    private final LineReader reader = new LineReader();
    private final LineScanner line;
    private String problem;
    private long goodEnd;
    private long goodLine;

    SegmentReader(Disk.ReadableFile file, LineScanner.Memory memory) {
        line = new LineScanner(file, memory);
    }

    /**
     * Reads the first line, the header.
     *
     * @return the lsn that the segment's entries begin with
     * @throws LineReader.BadLineException it is not the header of a segment
     * @throws LineReader.OtherFormatException it is, in a format that this version does not read
     */
    long header()
            throws IOException, InterruptedException, LineReader.BadLineException, LineReader.OtherFormatException {
        if (!line.next() || !line.isWhole()) {
            throw new LineReader.BadLineException(LineReader.NOT_WHOLE);
        }
        LineReader.Header header = reader.readHeader(line.bytes(), line.from(), line.to());
        if (header.format() != LineReader.FORMAT) {
            throw new LineReader.OtherFormatException(header.format());
        }
        accept();
        return header.first();
    }

    /** Whether the line is a header. */
    boolean isAtHeader() {
        try {
            reader.readHeader(line.bytes(), line.from(), line.to());
            return line.isWhole();
        } catch (LineReader.BadLineException e) {
            return false;
        }
    }

    /**
     * Goes to the next line that is not blank.
     *
     * @return false at the end of the file
     */
    boolean next() throws IOException, InterruptedException {
        return line.next();
    }

    /**
     * Reads the line into an entry.
     *
     * @param lastLsn the last entry of the log so far
     * @return what the line is after that entry; for all but {@link Line#NEXT}, {@link #problem} tells why
     */
    Line read(LogEntry entry, long lastLsn) {
        return readFrom(line.from(), entry, lastLsn);
    }

    /** As {@link #read}, of the part of the line from an index of its bytes on. */
    Line readFrom(int from, LogEntry entry, long lastLsn) {
        if (!line.isWhole()) {
            problem = LineReader.NOT_WHOLE;
            return Line.UNREADABLE;
        }
        try {
            reader.readEntry(line.bytes(), from, line.to(), entry);
        } catch (LineReader.BadLineException e) {
            problem = e.getMessage();
            return Line.UNREADABLE;
        }
        return entry.kind() == LogEntry.Kind.DURABLE
                ? placeOfMark(entry.durable(), lastLsn)
                : placeOfEntry(entry.firstLsn(), lastLsn);
    }

    private Line placeOfEntry(long first, long lastLsn) {
        if (first == lastLsn + 1) {
            return Line.NEXT;
        }
        problem = "it is entry " + first + " where " + (lastLsn + 1) + " should be";
        return first > lastLsn ? Line.AFTER_GAP : Line.REPEATED;
    }

    private Line placeOfMark(long durable, long lastLsn) {
        if (durable <= lastLsn) {
            return Line.NEXT;
        }
        problem = "it says that entry " + durable + " was synced, but entry " + lastLsn + " is the last before it";
        return Line.AFTER_GAP;
    }

    /** Why the line is not the next entry, as a part of a sentence. */
    String problem() {
        return problem;
    }

    /**
     * Where an entry may begin within the line, searched from an index of its bytes on; -1 where none does. A damaged
     * line may have lost its line feed, and then holds the line after it too.
     */
    int entryIn(int from) {
        for (int at = from; at < line.to(); at++) {
            if (LineReader.mayBegin(line.bytes(), at, line.to())) {
                return at;
            }
        }
        return -1;
    }

    /** Takes the line as good: {@link #goodEnd} is behind it. */
    void accept() {
        goodEnd = line.nextOffset();
        goodLine = line.lineNumber();
    }

    /** Goes back to behind the last good line; what follows is read from the file again. */
    void backToGoodEnd() {
        line.goTo(goodEnd, goodLine);
    }

    /** The offset in the file behind the last good line. */
    long goodEnd() {
        return goodEnd;
    }

    /** The number of the last good line, from 1. */
    long goodLine() {
        return goodLine;
    }

    /** The line being read: its bytes, and its place in the file. */
    LineScanner line() {
        return line;
    }
}

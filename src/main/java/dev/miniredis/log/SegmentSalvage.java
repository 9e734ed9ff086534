package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads of a damaged segment what can still be read, in the order of the entries, and says what is missing. What is
 * bad at the end, and not known to have been durable, is a torn end and left to {@link Recovery}.
 */
final class SegmentSalvage {
    /** Takes the lines of the segment without damage. */
    interface Sink {
        /** A good line, without its line feed. */
        void line(byte[] bytes, int from, int to) throws IOException;

        /** In the place of lines that are not there. */
        void lost(long from, long to) throws IOException;
    }

    /** Takes nothing. */
    static final Sink NOWHERE = new Sink() {
        @Override
        public void line(byte[] bytes, int from, int to) {}

        @Override
        public void lost(long from, long to) {}
    };

    private final LineReader reader = new LineReader();
    private final LogEntry entry = new LogEntry();
    private final long nextFirst;
    private final Sink sink;
    private final List<String> problems = new ArrayList<>();
    private long provenLsn;
    private long firstGood;
    private long lastLsn;
    private long maxDurable;
    private boolean ended;

    /**
     * @param nextFirst the entry that the next segment begins with; {@link Long#MAX_VALUE} where there is none
     * @param provenLsn everything up to this was durable; {@link Long#MAX_VALUE} to read on to the end whatever is bad
     */
    SegmentSalvage(long nextFirst, long provenLsn, Sink sink) {
        this.nextFirst = nextFirst;
        this.provenLsn = provenLsn;
        this.sink = sink;
    }

    /** The first entry that can be read; 0 where none can. */
    long firstGood() {
        return firstGood;
    }

    /** The last entry, after those that are lost. */
    long lastLsn() {
        return lastLsn;
    }

    /** The highest entry that the segment itself says was durable. */
    long maxDurable() {
        return maxDurable;
    }

    /** Where it is damaged, in words. */
    List<String> problems() {
        return problems;
    }

    /**
     * Reads a file.
     *
     * @param before the entry before the first one in it
     */
    void read(Disk.DiskFile file, long before) throws IOException, InterruptedException {
        lastLsn = before;
        LineScanner scanner = new LineScanner(file, byte[]::new);
        boolean atHeader = true;
        while (!ended && lastLsn + 1 < nextFirst && scanner.next()) {
            if (atHeader && isHeader(scanner)) {
                atHeader = false;
            } else if (!scanner.isWhole() || !offer(scanner, scanner.from())) {
                ended = !atHeader && lastLsn >= provenLsn;
                atHeader = false;
                salvage(scanner);
            }
        }
        long end = nextFirst == Long.MAX_VALUE ? provenLsn : nextFirst - 1;
        if (!ended && lastLsn < end && end != Long.MAX_VALUE) {
            lose(end, scanner);
        }
    }

    private boolean isHeader(LineScanner scanner) {
        try {
            reader.readHeader(scanner.bytes(), scanner.from(), scanner.to());
            return true;
        } catch (LineReader.BadLineException e) {
            return false;
        }
    }

    /** Takes of a bad line the entry that it may end with: it may have lost its own end only. */
    private void salvage(LineScanner scanner) throws IOException {
        if (ended) {
            return;
        }
        problems.add(place(scanner) + "a line that cannot be read");
        for (int from = scanner.from() + 1; from < scanner.to() && scanner.isWhole(); from++) {
            if (LineReader.mayBegin(scanner.bytes(), from, scanner.to()) && offer(scanner, from)) {
                return;
            }
        }
    }

    /** @return whether there is an entry */
    private boolean offer(LineScanner scanner, int from) throws IOException {
        try {
            reader.readEntry(scanner.bytes(), from, scanner.to(), entry);
        } catch (LineReader.BadLineException e) {
            return false;
        }
        maxDurable = Math.max(maxDurable, entry.durable());
        long first = entry.kind() == LogEntry.Kind.DURABLE ? entry.durable() + 1 : entry.firstLsn();
        long last = entry.kind() == LogEntry.Kind.DURABLE ? entry.durable() : entry.lsn();
        if (firstGood == 0 && entry.kind() == LogEntry.Kind.COMMANDS) {
            firstGood = first;
        }
        if (entry.kind() != LogEntry.Kind.DURABLE && last <= lastLsn || first > nextFirst) {
            ended = lastLsn >= provenLsn;
            if (!ended) {
                problems.add(place(scanner) + "entry " + first + " where " + (lastLsn + 1) + " should be");
            }
            return true;
        }
        if (first > lastLsn + 1 && !lose(first - 1, scanner)) {
            return true;
        }
        sink.line(scanner.bytes(), from, scanner.to());
        lastLsn = Math.max(lastLsn, last);
        return true;
    }

    /** @return false when they are not known to have been durable: this is the end */
    private boolean lose(long to, LineScanner scanner) throws IOException {
        if (lastLsn >= provenLsn) {
            ended = true;
            return false;
        }
        long from = lastLsn + 1;
        problems.add(place(scanner)
                + (from == to ? "entry " + from + " is lost" : "entries " + from + " to " + to + " are lost"));
        sink.lost(from, to);
        lastLsn = to;
        return true;
    }

    private static String place(LineScanner scanner) {
        return "line " + scanner.lineNumber() + ", byte " + scanner.offset() + ": ";
    }
}

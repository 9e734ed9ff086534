package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Extracts the readable entries of a damaged segment in order, and reports what is missing. Unreadable lines at the end
 * that are not known to have been durable are a torn end, which is left to {@link Recovery}.
 */
final class SegmentSalvage {
    /** Receives the lines of the repaired segment. */
    interface Sink {
        /** A good line: the current line from an index of its bytes on. */
        void line(LineScanner line, int from) throws IOException;

        /** A range of lost entries at this place. */
        void lost(long from, long to) throws IOException;
    }

    /** Discards everything. */
    static final Sink NOWHERE = new Sink() {
        @Override
        public void line(LineScanner line, int from) {}

        @Override
        public void lost(long from, long to) {}
    };

    private final LogEntry entry = new LogEntry();
    private final long nextFirst;
    private final Sink sink;
    private final List<String> problems = new ArrayList<>();
    private SegmentReader segment;
    private long provenLsn;
    private long firstGood;
    private long lastLsn;
    private long maxDurable;
    private boolean ended;

    /**
     * @param nextFirst the first entry of the next segment; {@link Long#MAX_VALUE} if there is none
     * @param provenLsn everything up to it was durable; {@link Long#MAX_VALUE} to treat no part as a torn end
     */
    SegmentSalvage(long nextFirst, long provenLsn, Sink sink) {
        this.nextFirst = nextFirst;
        this.provenLsn = provenLsn;
        this.sink = sink;
    }

    /** The first readable entry; 0 if there is none. */
    long firstGood() {
        return firstGood;
    }

    /** The last entry, read or lost. */
    long lastLsn() {
        return lastLsn;
    }

    /** The highest entry that a line of the segment states to be durable. */
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
     * @param before the last entry before the file
     */
    void read(Disk.DiskFile file, long before) throws IOException, InterruptedException {
        lastLsn = before;
        segment = new SegmentReader(file, byte[]::new);
        boolean atHeader = true;
        while (!ended && lastLsn + 1 < nextFirst && segment.next()) {
            if (atHeader && segment.isAtHeader()) {
                atHeader = false;
            } else if (!offer(segment.line().from())) {
                ended = !atHeader && lastLsn >= provenLsn;
                atHeader = false;
                salvage();
            }
        }
        long end = nextFirst == Long.MAX_VALUE ? provenLsn : nextFirst - 1;
        if (!ended && lastLsn < end && end != Long.MAX_VALUE) {
            lose(end);
        }
    }

    /** Looks for an entry at the end of a bad line, which may have lost its own line feed. */
    private void salvage() throws IOException {
        if (ended) {
            return;
        }
        problems.add(place() + "a line that cannot be read");
        int at = segment.entryIn(segment.line().from() + 1);
        while (at >= 0 && !offer(at)) {
            at = segment.entryIn(at + 1);
        }
    }

    /** Takes the entry that begins at an index of the line's bytes. @return whether there is one */
    private boolean offer(int from) throws IOException {
        SegmentReader.Line kind = segment.readFrom(from, entry, lastLsn);
        if (kind == SegmentReader.Line.UNREADABLE) {
            return false;
        }
        maxDurable = Math.max(maxDurable, entry.durable());
        long first = entry.kind() == LogEntry.Kind.DURABLE ? entry.durable() + 1 : entry.firstLsn();
        long last = entry.kind() == LogEntry.Kind.DURABLE ? entry.durable() : entry.lsn();
        if (firstGood == 0 && entry.kind() == LogEntry.Kind.COMMANDS) {
            firstGood = first;
        }
        if (kind == SegmentReader.Line.REPEATED || first > nextFirst) {
            ended = lastLsn >= provenLsn;
            if (!ended) {
                problems.add(place() + "entry " + first + " where " + (lastLsn + 1) + " should be");
            }
            return true;
        }
        if (kind == SegmentReader.Line.AFTER_GAP && !lose(first - 1)) {
            return true;
        }
        sink.line(segment.line(), from);
        lastLsn = Math.max(lastLsn, last);
        return true;
    }

    /** Notes entries as lost. @return false if they are not known to have been durable: a torn end */
    private boolean lose(long to) throws IOException {
        if (lastLsn >= provenLsn) {
            ended = true;
            return false;
        }
        long from = lastLsn + 1;
        problems.add(
                place() + (from == to ? "entry " + from + " is lost" : "entries " + from + " to " + to + " are lost"));
        sink.lost(from, to);
        lastLsn = to;
        return true;
    }

    private String place() {
        return "line " + segment.line().lineNumber() + ", byte "
                + segment.line().offset() + ": ";
    }
}

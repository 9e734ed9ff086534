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
        /** A good line: what the scanner is at, from an index of its bytes on. */
        void line(LineScanner line, int from) throws IOException;

        /** In the place of lines that are not there. */
        void lost(long from, long to) throws IOException;
    }

    /** Takes nothing. */
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

    /** Takes of a bad line the entry that it may end with: it may have lost its own end only. */
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

    /** @return whether there is an entry from an index of the line's bytes on */
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

    /** @return false when they are not known to have been durable: this is the end */
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

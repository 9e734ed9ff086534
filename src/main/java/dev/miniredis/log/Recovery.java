package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads a log from its beginning, hands over the entries, and decides about what cannot be read. It writes only after it
 * has read everything and understood it:
 *
 * <ul>
 *   <li><b>A torn end</b>: what follows the last good entry was never synced, as far as the log can tell. It is kept in
 *       a file of its own and cut off.
 *   <li><b>Damage</b>: an entry is missing or unreadable that a later one says was durable. Nothing is changed and the
 *       start is refused.
 * </ul>
 */
final class Recovery {
    /** One that is read into, one that is replayed, and two so that neither waits for the other. */
    private static final int BATCHES = 4;

    private static final int COPY_BYTES = 64 * 1024;

    /**
     * What was found.
     *
     * @param lastLsn of the last good entry; 0 without any
     * @param lastMillis the time of that entry
     * @param activeFirstLsn the lsn that the active segment begins with; 0 where there is no segment
     * @param activeEnd where the next entry goes in the active segment
     * @param cutOff what was cut off, in words; null when the log ended cleanly
     */
    record Result(long lastLsn, long lastMillis, long activeFirstLsn, long activeEnd, String cutOff) {}

    private final Disk disk;
    private final ServerLog.Replay replay;
    private final long nowMillis;
    private final LineReader reader = new LineReader();

    private final BlockingQueue<ReadBatch> free = new LinkedBlockingQueue<>();
    private ReadBatch batch = new ReadBatch(free);
    private long baseBytes;
    private long baseLsn; // 0 without a base
    private long lastLsn;
    private long lastMillis;
    private long goodEnd; // after the last good line of the segment being read
    private long provenEnd; // before the last line of it that says that all before was synced
    private String cutOff;

    Recovery(Disk disk, ServerLog.Replay replay, long nowMillis) {
        this.disk = disk;
        this.replay = replay;
        this.nowMillis = nowMillis;
        for (int i = 1; i < BATCHES; i++) {
            free.add(new ReadBatch(free));
        }
    }

    /** Where and why reading stopped before the end of a segment. */
    private record Stop(long goodEnd, long line, long offset, String reason) {}

    Result run() throws LogException, IOException, InterruptedException {
        List<String> names = disk.names();
        List<String> bases = SegmentNames.bases(names);
        if (!bases.isEmpty()) {
            readBase(bases.getLast());
        }
        List<String> segments = SegmentNames.segments(names);
        String lastName = null;
        long lastFirst = 0;
        for (int i = firstNeeded(segments); i < segments.size(); i++) {
            String name = segments.get(i);
            boolean last = i == segments.size() - 1;
            try (Disk.DiskFile file = disk.open(name)) {
                if (name.equals(SegmentNames.ACTIVE) && file.size() == 0) {
                    continue;
                }
                long nextFirst = last ? Long.MAX_VALUE : firstLsnOf(segments.get(i + 1));
                LineScanner scanner = new LineScanner(file, this::memory);
                long first = readHeader(name, scanner);
                if (nextFirst <= first) {
                    throw new LogException(path(segments.get(i + 1)) + " begins with entry " + nextFirst + ", as "
                            + path(name) + " does or earlier. One of them is another log's; take it away. Nothing was"
                            + " changed.");
                }
                Stop stop = readEntries(scanner, nextFirst);
                handOver();
                if (stop != null && lastLsn + 1 < nextFirst) {
                    judge(name, scanner, stop, nextFirst);
                    cutOff(name, file, stop);
                }
                lastName = name;
                lastFirst = first;
            }
        }
        if (lastName != null && !lastName.equals(SegmentNames.ACTIVE)) {
            disk.rename(lastName, SegmentNames.ACTIVE); // the server ended while the one after it was being made
        }
        if (lastLsn < baseLsn) {
            throw new LogException(path(lastName) + " ends with entry " + lastLsn + ", but " + bases.getLast()
                    + " stands for all up to " + baseLsn + ". A part of the log is missing; put it back. Nothing was"
                    + " changed.");
        }
        return new Result(lastLsn, lastMillis, lastFirst, goodEnd, cutOff);
    }

    /** Up to here of the last segment, an entry after it says that it was synced. */
    long provenEnd() {
        return provenEnd;
    }

    /** The size of the base; 0 where there is none. */
    long baseBytes() {
        return baseBytes;
    }

    private long firstLsnOf(String name) throws LogException, IOException, InterruptedException {
        try (Disk.DiskFile file = disk.open(name)) {
            return file.size() == 0
                    ? Long.MAX_VALUE
                    : header(name, new LineScanner(file, byte[]::new)).first();
        }
    }

    /** The first segment with entries that the base does not stand for. */
    private int firstNeeded(List<String> segments) throws LogException, IOException, InterruptedException {
        int first = 0;
        while (baseLsn > 0 && first + 1 < segments.size() && firstLsnOf(segments.get(first + 1)) <= baseLsn + 1) {
            first++;
        }
        return first;
    }

    private void readBase(String name) throws LogException, IOException, InterruptedException {
        try (Disk.DiskFile file = disk.open(name)) {
            LineScanner scanner = new LineScanner(file, this::memory);
            long lines = 0;
            long end = -1;
            try {
                if (!scanner.next()) {
                    throw new LineReader.BadLineException("it is empty");
                }
                LineReader.BaseHeader header = reader.readBaseHeader(scanner.bytes(), scanner.from(), scanner.to());
                if (header.format() != LineReader.FORMAT) {
                    throw otherFormat(name, header.format());
                }
                baseLsn = header.lsn();
                lastMillis = header.atMillis();
                while (end < 0 && scanner.next()) {
                    LogEntry entry = batch.next();
                    end = reader.readBaseLine(scanner.bytes(), scanner.from(), scanner.to(), entry);
                    if (end < 0) {
                        entry.lsn(baseLsn);
                        entry.atMillis(lastMillis);
                        batch.addNext();
                        lines++;
                    }
                }
                baseBytes = scanner.nextOffset();
                if (end != lines) {
                    throw new LineReader.BadLineException(
                            end < 0 ? "it ends too early" : "it has " + lines + " lines where " + end + " should be");
                }
            } catch (LineReader.BadLineException e) {
                throw new LogException(path(name) + " is damaged: line " + scanner.lineNumber() + ", byte "
                        + scanner.offset() + ": " + e.getMessage() + ". It holds what the log's entries up to "
                        + "its number had made; put back a copy of the file. Nothing was changed.");
            }
        }
        handOver();
        lastLsn = baseLsn;
    }

    private LogException otherFormat(String name, long format) {
        return new LogException(path(name) + " is in format " + format + "; this version reads format "
                + LineReader.FORMAT + ". Use the version that wrote it. Nothing was changed.");
    }

    private long readHeader(String name, LineScanner scanner) throws LogException, IOException, InterruptedException {
        long first = header(name, scanner).first();
        if (first <= baseLsn) {
            lastLsn = first - 1; // its first entries are in the base too
        }
        if (first != lastLsn + 1) {
            throw new LogException(path(name) + " begins with entry " + first + ", but the entries before it end with "
                    + lastLsn + ". A part of the log is missing; put it back. Nothing was changed.");
        }
        goodEnd = scanner.nextOffset();
        provenEnd = 0;
        return first;
    }

    private LineReader.Header header(String name, LineScanner scanner)
            throws LogException, IOException, InterruptedException {
        try {
            if (!scanner.next() || !scanner.isWhole()) {
                throw new LineReader.BadLineException("it is not whole");
            }
            LineReader.Header header = reader.readHeader(scanner.bytes(), scanner.from(), scanner.to());
            if (header.format() != LineReader.FORMAT) {
                throw otherFormat(name, header.format());
            }
            return header;
        } catch (LineReader.BadLineException e) {
            throw new LogException(path(name) + ": line 1, byte 0: this is not the header of a Mini Redis log ("
                    + e.getMessage() + "). Either this is another kind of file, or its beginning is damaged. Nothing"
                    + " was changed.");
        }
    }

    /** Reads entries until the end (then null), the first bad line, or the entry that the next segment has. */
    private Stop readEntries(LineScanner scanner, long nextFirst) throws IOException, InterruptedException {
        while (scanner.next()) {
            if (lastLsn + 1 == nextFirst) {
                return null;
            }
            String reason;
            try {
                if (!scanner.isWhole()) {
                    throw new LineReader.BadLineException("it is not whole");
                }
                LogEntry entry = batch.next();
                reader.readEntry(scanner.bytes(), scanner.from(), scanner.to(), entry);
                if (entry.lsn() == lastLsn + 1) {
                    take(entry, scanner);
                    continue;
                }
                reason = "it is entry " + entry.lsn() + " where " + (lastLsn + 1) + " should be";
            } catch (LineReader.BadLineException e) {
                reason = e.getMessage();
            }
            return new Stop(goodEnd, scanner.lineNumber(), scanner.offset(), reason);
        }
        return null;
    }

    private void take(LogEntry entry, LineScanner scanner) {
        if (entry.durable() == lastLsn) {
            provenEnd = scanner.offset();
        }
        lastLsn = entry.lsn();
        lastMillis = Math.max(lastMillis, entry.atMillis());
        goodEnd = scanner.nextOffset();
        if (entry.lsn() > baseLsn) {
            batch.addNext();
        }
    }

    /** For the lines to come; those before lie in that of their batch, which so is at its end. */
    private byte[] memory(int length) throws InterruptedException {
        handOver();
        return batch.room(length);
    }

    private void handOver() throws InterruptedException {
        if (!batch.isEmpty()) {
            replay.apply(batch);
            batch = free.take();
            batch.clear();
        }
    }

    /**
     * Looks at what comes after a bad line, for an entry that says that what stood there was durable.
     *
     * @param nextFirst the entry that a later segment begins with, which is made only when all before it is durable;
     *     {@link Long#MAX_VALUE} where there is none
     * @throws LogException it was
     */
    private void judge(String name, LineScanner scanner, Stop stop, long nextFirst)
            throws LogException, IOException, InterruptedException {
        Evidence evidence = new Evidence(lastLsn, nextFirst);
        do {
            evidence.lookAt(scanner);
        } while (scanner.next());
        if (!evidence.wasDurable) {
            return;
        }
        throw new LogException(path(name) + " is damaged: line " + stop.line() + ", byte " + stop.offset() + ": "
                + stop.reason() + ". " + evidence.loss()
                + " The server does not start with a hole in its data. Put back a copy of the file. Nothing was"
                + " changed.");
    }

    /** What the lines after a bad one tell about it. */
    private final class Evidence {
        private final LogEntry entry = new LogEntry();
        private final long lastGoodLsn;
        private long goodAgainFrom;
        private boolean wasDurable;

        Evidence(long lastGoodLsn, long nextFirst) {
            this.lastGoodLsn = lastGoodLsn;
            goodAgainFrom = nextFirst;
            wasDurable = nextFirst != Long.MAX_VALUE;
        }

        /** Looks for entries in a line: the bad one may have lost its end and hold the next one too. */
        void lookAt(LineScanner line) {
            for (int from = line.from(); from < line.to(); from++) {
                if (LineReader.mayBegin(line.bytes(), from, line.to())) {
                    lookAt(line.bytes(), from, line.to());
                }
            }
        }

        private void lookAt(byte[] bytes, int from, int to) {
            try {
                reader.readEntry(bytes, from, to, entry);
                wasDurable |= entry.durable() > lastGoodLsn;
                goodAgainFrom = entry.lsn() > lastGoodLsn ? Math.min(goodAgainFrom, entry.lsn()) : goodAgainFrom;
            } catch (LineReader.BadLineException e) {
                // no entry begins here
            }
        }

        String loss() {
            if (goodAgainFrom == lastGoodLsn + 1) {
                return "The lines are not in their order.";
            }
            if (goodAgainFrom == Long.MAX_VALUE || goodAgainFrom == lastGoodLsn + 2) {
                return "Lost by it: entry " + (lastGoodLsn + 1) + ", which had been synced.";
            }
            return "Lost by it: entries " + (lastGoodLsn + 1) + " to " + (goodAgainFrom - 1)
                    + ", which had been synced; later ones are intact.";
        }
    }

    /** Moves what follows the last good entry to a file of its own. */
    private void cutOff(String name, Disk.DiskFile file, Stop stop) throws IOException {
        long end = contentEnd(file, stop.goodEnd());
        String kept = "nothing but blanks and zeros";
        if (end > stop.goodEnd()) {
            String tail = unusedName(SegmentNames.tail(nowMillis));
            try (Disk.DiskFile copy = disk.open(tail)) {
                copy(file, stop.goodEnd(), end, copy);
                copy.sync();
            }
            disk.syncDirectory();
            kept = "kept in " + path(tail);
        }
        file.truncate(stop.goodEnd());
        file.sync();
        cutOff = path(name) + ": line " + stop.line() + ", byte " + stop.offset() + ": " + stop.reason()
                + ". The log ends after entry " + lastLsn
                + "; what followed is not known to have been synced. Cut off: "
                + (end - stop.goodEnd()) + " bytes, " + kept + ".";
    }

    private String unusedName(String wanted) throws IOException {
        List<String> names = disk.names();
        String name = wanted;
        for (int i = 2; names.contains(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    /** Where the last byte is that is neither line feed nor zero. */
    private static long contentEnd(Disk.DiskFile file, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        long end = from;
        long offset = from;
        while (file.read(buffer.clear(), offset) > 0) {
            for (int i = 0; i < buffer.position(); i++) {
                if (buffer.get(i) != '\n' && buffer.get(i) != 0) {
                    end = offset + i + 1;
                }
            }
            offset += buffer.position();
        }
        return end;
    }

    private static void copy(Disk.DiskFile source, long from, long to, Disk.DiskFile target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        long offset = from;
        while (offset < to) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - offset));
            int read = source.read(buffer, offset);
            if (read <= 0) {
                return;
            }
            target.write(buffer.flip(), offset - from);
            offset += read;
        }
    }

    private String path(String name) {
        return disk.location() + "/" + name;
    }
}

package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Makes a log readable again that {@link Recovery} refuses: without the lines that are damaged, and with a note in their
 * place of what is lost. Every damaged file is kept as it was, beside the log. Files change in one step each, and the
 * copy is durable before: a crash at any moment leaves what was there or what is to be.
 *
 * <p>It does not touch a file that is none of a log, one in another format, or a torn end.
 */
public final class Repair {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Disk disk;
    private final long nowMillis;
    private final LineReader reader = new LineReader();
    private final CRC32C crc = new CRC32C();
    private final List<String> done = new ArrayList<>();
    private long baseLsn;
    private long lastLsn;

    /** @param nowMillis the time, for the names of what is kept and for the notes in the log */
    public Repair(Disk disk, long nowMillis) {
        this.disk = disk;
        this.nowMillis = nowMillis;
    }

    /** What a person can do about a log that is refused. */
    static String wayOut(Disk disk) {
        return "Put back a copy of the file, or run 'mini-redis log repair --data-dir " + disk.location()
                + "', or start with --on-damage=quarantine: both keep the damaged file beside the log and go on without"
                + " what is lost. Nothing was changed.";
    }

    /**
     * Repairs.
     *
     * @return what was done, a line for each file; empty when nothing is damaged
     * @throws LogException it cannot be repaired; the message says why
     */
    public List<String> run() throws LogException, InterruptedException {
        try {
            repairBase();
            lastLsn = baseLsn;
            List<Source> segments = segments();
            for (int i = 0; i < segments.size(); i++) {
                long nextFirst = i + 1 < segments.size() ? segments.get(i + 1).firstLsn() : Long.MAX_VALUE;
                if (nextFirst > baseLsn + 1) {
                    repairSegment(segments.get(i), nextFirst);
                }
            }
            return List.copyOf(done);
        } catch (IOException e) {
            throw new LogException("Cannot repair the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    // ---- the base ----

    private void repairBase() throws LogException, IOException, InterruptedException {
        List<String> bases = SegmentNames.bases(disk.names());
        List<String> damaged = new ArrayList<>();
        for (String name : bases.reversed()) {
            if (readBase(name, SegmentSalvage.NOWHERE).whole()) {
                baseLsn = SegmentNames.baseLsn(name);
                break;
            }
            damaged.add(name);
        }
        if (damaged.isEmpty()) {
            return;
        }
        List<Source> segments = segments();
        if (!segments.isEmpty() && segments.getFirst().firstLsn() <= baseLsn + 1) {
            for (String name : damaged) {
                String kept = TornEnd.unusedName(disk, SegmentNames.damaged(name, nowMillis));
                disk.rename(name, kept);
                disk.syncDirectory();
                done.add(path(name) + " is damaged and not needed: the log reaches back to what is before it. Nothing"
                        + " is lost. It is kept as " + kept + ".");
            }
        } else {
            baseLsn = SegmentNames.baseLsn(damaged.getFirst());
            rewriteBase(damaged.getFirst());
        }
    }

    /** @param whole whether it is as it was written, or as an earlier repair left it */
    private record BaseState(boolean whole, long good, BaseHeader header) {}

    private BaseState readBase(String name, SegmentSalvage.Sink sink)
            throws LogException, IOException, InterruptedException {
        LogEntry entry = new LogEntry();
        long good = 0;
        long end = -1;
        BaseHeader header = new BaseHeader(SegmentNames.baseLsn(name), 0, 0, List.of());
        boolean whole = true;
        try (Disk.DiskFile file = disk.open(name)) {
            LineScanner scanner = new LineScanner(file, byte[]::new);
            while (end < 0 && scanner.next()) {
                try {
                    if (!scanner.isWhole()) {
                        throw new LineReader.BadLineException("it is not whole");
                    }
                    if (scanner.lineNumber() == 1) {
                        header = baseHeader(name, scanner);
                        continue;
                    }
                    end = reader.readBaseLine(scanner.bytes(), scanner.from(), scanner.to(), entry);
                    if (end < 0) {
                        good += entry.kind() == LogEntry.Kind.COMMANDS ? 1 : 0;
                        sink.line(scanner.bytes(), scanner.from(), scanner.to());
                    }
                } catch (LineReader.BadLineException e) {
                    whole = false;
                }
            }
        }
        return new BaseState(whole && end == good, good, header);
    }

    private BaseHeader baseHeader(String name, LineScanner scanner) throws LogException, LineReader.BadLineException {
        BaseHeader header;
        try {
            header = reader.readBaseHeader(scanner.bytes(), scanner.from(), scanner.to());
        } catch (LineReader.OtherFormatException e) {
            throw otherFormat(path(name), e.format());
        }
        if (header.lsn() != SegmentNames.baseLsn(name)) {
            throw new LineReader.BadLineException("it is another base");
        }
        return header;
    }

    private void rewriteBase(String name) throws LogException, IOException, InterruptedException {
        String kept = keepCopy(name);
        BaseHeader header = readBase(name, SegmentSalvage.NOWHERE).header();
        try (Copy copy = new Copy(SegmentNames.UNFINISHED_BASE)) {
            copy.body(LineWriter.baseHeader(header));
            long good = readBase(name, copy).good();
            copy.lost(1, Math.max(1, baseLsn));
            copy.body(LineWriter.baseEnd(good));
            copy.replace(name);
            done.add(path(name) + " is damaged: of the keys that the entries up to " + baseLsn + " had made, " + good
                    + " lines could be read. The damaged file is kept as " + kept + ".");
        }
    }

    // ---- the segments ----

    /** A segment, and the entry that it begins with, as well as can be known. */
    private record Source(String name, long firstLsn) {}

    private List<Source> segments() throws LogException, IOException, InterruptedException {
        List<Source> segments = new ArrayList<>();
        for (String name : SegmentNames.segments(disk.names())) {
            try (Disk.DiskFile file = disk.open(name)) {
                if (file.size() > 0) {
                    segments.add(new Source(name, firstLsn(name, file)));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Source::firstLsn));
        for (int i = 1; i < segments.size(); i++) {
            Source one = segments.get(i - 1);
            Source other = segments.get(i);
            if (one.firstLsn() == other.firstLsn()) {
                throw new LogException(path(one.name()) + " and " + path(other.name()) + " both begin with entry "
                        + one.firstLsn() + ". One of them is another log's; take it away. Nothing was changed.");
            }
        }
        return segments;
    }

    private long firstLsn(String name, Disk.DiskFile file) throws LogException, IOException, InterruptedException {
        LineScanner scanner = new LineScanner(file, byte[]::new);
        if (!scanner.next()) {
            throw foreign(name); // nothing but empty lines
        }
        try {
            LineReader.Header header = reader.readHeader(scanner.bytes(), scanner.from(), scanner.to());
            if (header.format() != LineReader.FORMAT) {
                throw otherFormat(path(name), header.format());
            }
            return header.first();
        } catch (LineReader.BadLineException e) {
            SegmentSalvage salvage = new SegmentSalvage(Long.MAX_VALUE, Long.MAX_VALUE, SegmentSalvage.NOWHERE);
            salvage.read(file, 0);
            if (salvage.firstGood() == 0) {
                throw foreign(name);
            }
            return salvage.firstGood();
        }
    }

    private void repairSegment(Source segment, long nextFirst) throws IOException, InterruptedException {
        long first = segment.firstLsn();
        long before = first <= baseLsn ? first - 1 : lastLsn;
        try (Disk.DiskFile file = disk.open(segment.name())) {
            long proven = nextFirst - 1;
            if (nextFirst == Long.MAX_VALUE) {
                SegmentSalvage whatIsThere = new SegmentSalvage(nextFirst, Long.MAX_VALUE, SegmentSalvage.NOWHERE);
                whatIsThere.read(file, before);
                proven = Math.max(first - 1, whatIsThere.maxDurable());
            }
            SegmentSalvage damage = new SegmentSalvage(nextFirst, proven, SegmentSalvage.NOWHERE);
            damage.read(file, before);
            lastLsn = damage.lastLsn();
            if (damage.problems().isEmpty() && hasHeader(file)) {
                return;
            }
            String kept = keepCopy(segment.name());
            String name =
                    segment.name().equals(SegmentNames.ACTIVE) ? SegmentNames.ACTIVE : SegmentNames.retired(before + 1);
            try (Copy copy = new Copy(SegmentNames.UNFINISHED)) {
                copy.body(LineWriter.header(before + 1));
                new SegmentSalvage(nextFirst, proven, copy).read(file, before);
                copy.replace(name);
            }
            if (!name.equals(segment.name())) {
                disk.delete(segment.name());
                disk.syncDirectory();
            }
            done.add(path(segment.name()) + " is damaged: "
                    + (damage.problems().isEmpty() ? "its header cannot be read" : String.join("; ", damage.problems()))
                    + ". The damaged file is kept as " + kept + ".");
        }
    }

    private boolean hasHeader(Disk.DiskFile file) throws IOException, InterruptedException {
        LineScanner scanner = new LineScanner(file, byte[]::new);
        try {
            scanner.next();
            reader.readHeader(scanner.bytes(), scanner.from(), scanner.to());
            return true;
        } catch (LineReader.BadLineException e) {
            return false;
        }
    }

    // ---- files ----

    /** Keeps a file as it is, durably. */
    private String keepCopy(String name) throws IOException {
        String kept = TornEnd.unusedName(disk, SegmentNames.damaged(name, nowMillis));
        try (Disk.DiskFile source = disk.open(name);
                Disk.DiskFile copy = disk.open(kept)) {
            TornEnd.copy(source, 0, source.size(), copy);
            copy.sync();
        }
        disk.syncDirectory();
        return kept;
    }

    /** A file being written in the place of a damaged one. */
    private final class Copy implements SegmentSalvage.Sink, AutoCloseable {
        private final String unfinished;
        private final Disk.DiskFile file;
        private byte[] buffer = new byte[BUFFER_BYTES];
        private int size;
        private long written;

        Copy(String unfinished) throws IOException {
            this.unfinished = unfinished;
            file = disk.open(unfinished);
            file.truncate(0);
        }

        @Override
        public void line(byte[] bytes, int from, int to) throws IOException {
            ensure(to - from + 1);
            System.arraycopy(bytes, from, buffer, size, to - from);
            size += to - from;
            buffer[size++] = '\n';
        }

        @Override
        public void lost(long from, long to) throws IOException {
            body(LineWriter.lost(from, to, nowMillis));
        }

        void body(byte[] body) throws IOException {
            ensure(body.length + LineWriter.END_BYTES);
            System.arraycopy(body, 0, buffer, size, body.length);
            size = LineWriter.putEnd(buffer, size, size + body.length, crc);
        }

        private void ensure(int length) throws IOException {
            if (buffer.length - size < length) {
                flush();
                if (buffer.length < length) {
                    buffer = Arrays.copyOf(buffer, length);
                }
            }
        }

        private void flush() throws IOException {
            file.write(ByteBuffer.wrap(buffer, 0, size), written);
            written += size;
            size = 0;
        }

        /** Takes the place of a file, when all of it is on disk. */
        void replace(String name) throws IOException {
            flush();
            file.sync();
            disk.rename(unfinished, name);
            disk.syncDirectory();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    static LogException otherFormat(String path, long format) {
        return new LogException(path + " is in format " + format + "; this version reads format " + LineReader.FORMAT
                + ". Use the version that wrote it. Nothing was changed.");
    }

    private LogException foreign(String name) {
        return new LogException(path(name) + " is no Mini Redis log, not even a damaged one. Take it away.");
    }

    private String path(String name) {
        return disk.location() + "/" + name;
    }
}

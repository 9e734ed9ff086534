package dev.miniredis.log;

import dev.miniredis.resp.Decimal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Makes a log readable again that {@link Recovery} refuses: without the lines that are damaged, and with a note in their
 * place of what is lost. Every damaged file is kept as it was, beside the log. Files change in one step each, and the
 * copy is durable before: a crash at any moment leaves what was there or what is to be.
 *
 * <p>Where the end of the log is missing, as its {@link DurableMark} tells, the note stands at the new end.
 *
 * <p>It does not touch a file that is none of a log, one in another format, or a torn end.
 */
public final class Repair {
    private static final int BUFFER_BYTES = 256 * 1024;
    /** All of a log; but since it is not {@link Moment#END}, the recovery leaves a torn end where it is. */
    private static final Moment NOT_THE_TORN_END = new Moment(Long.MAX_VALUE, Long.MAX_VALUE - 1);

    private static final String HEADER_BEGINNING =
            new String(LineWriter.header(1), StandardCharsets.US_ASCII).replaceFirst("1$", "");
    /** No header of a segment is longer. */
    private static final int HEADER_BYTES = HEADER_BEGINNING.length() + Decimal.MAX_BYTES + LineWriter.END_BYTES;

    private final Disk disk;
    private final long nowMillis;
    private final CRC32C crc = new CRC32C();
    private final List<String> done = new ArrayList<>();
    private final Map<String, String> kept = new HashMap<>(); // of which file there is a copy, and what it is called
    private long baseLsn;
    private long lastLsn;
    private long marked; // by the DurableMark

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
            marked = DurableMark.read(disk).lsn();
            setEmptyAside();
            repairBase();
            lastLsn = baseLsn;
            List<Source> segments = segments();
            String lastName = null;
            for (int i = 0; i < segments.size(); i++) {
                long nextFirst = i + 1 < segments.size() ? segments.get(i + 1).firstLsn() : Long.MAX_VALUE;
                if (nextFirst > baseLsn + 1) {
                    lastName = repairSegment(segments.get(i), nextFirst);
                }
            }
            repairEnd(lastName);
            return List.copyOf(done);
        } catch (IOException e) {
            throw new LogException("Cannot repair the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    /**
     * Runs what the log holds, which must be readable, and takes out what cannot be run.
     *
     * @return what was done, a line for each file; empty when everything can be run
     * @throws LogException it cannot be read, or run to its end
     */
    public List<String> run(WriteLog.Applier replay) throws LogException, InterruptedException {
        try {
            CheckedRecovery recovery = new CheckedRecovery(
                    disk, replay, nowMillis, NOT_THE_TORN_END, new RecoveryProgress(), OnDamage.QUARANTINE);
            recovery.run();
            return recovery.setAside();
        } catch (IOException e) {
            throw new LogException("Cannot repair the log in " + disk.location() + ": " + LogException.reason(e), e);
        }
    }

    /**
     * Takes entries out of a log that can be read: each file that has some of them is kept as it is, and written anew with a
     * note in their place.
     *
     * @param unrunnable in the order of the log
     * @return what was done, a line for each file
     */
    List<String> setAside(List<Unrunnable> unrunnable) throws LogException, IOException, InterruptedException {
        List<Unrunnable> keys = unrunnable.stream().filter(Unrunnable::isInBase).toList();
        if (!keys.isEmpty()) {
            baseLsn = keys.getFirst().lsn();
            Set<Long> lines = keys.stream().map(Unrunnable::baseLine).collect(Collectors.toSet());
            String done = keys.size() + " of its lines cannot be run ("
                    + keys.getFirst().reason() + ") and " + (keys.size() == 1 ? "is" : "are") + " left out";
            rewriteBase(SegmentNames.base(baseLsn), lines, done);
        }
        TreeMap<Long, String> entries = unrunnable.stream()
                .filter(one -> !one.isInBase())
                .collect(Collectors.toMap(Unrunnable::lsn, Unrunnable::reason, (one, same) -> one, TreeMap::new));
        List<Source> segments = segments();
        for (int i = 0; i < segments.size(); i++) {
            long nextFirst = i + 1 < segments.size() ? segments.get(i + 1).firstLsn() : Long.MAX_VALUE;
            Map<Long, String> ofSegment = entries.subMap(segments.get(i).firstLsn(), nextFirst);
            if (!ofSegment.isEmpty()) {
                setAside(segments.get(i), ofSegment);
            }
        }
        return List.copyOf(done);
    }

    private void setAside(Source segment, Map<Long, String> reasons) throws IOException, InterruptedException {
        String name = segment.name();
        String copyName = keepCopy(name);
        try (Disk.DiskFile file = disk.open(name);
                Copy copy = new Copy(SegmentNames.UNFINISHED)) {
            copyWithout(reasons.keySet(), file, segment.firstLsn(), copy);
            copy.replace(name);
        }
        long first = reasons.keySet().iterator().next();
        String which = reasons.size() == 1
                ? "entry " + first + " cannot be run (" + reasons.get(first) + ") and is left out"
                : reasons.size() + " entries cannot be run and are left out, the first is " + first + " ("
                        + reasons.get(first) + ")";
        done.add(path(name) + ": " + which + ". The file as it was is kept as " + copyName + ".");
    }

    /** Copies a segment with notes in place of some entries. What follows the last good line is a torn end, and is copied too. */
    private static void copyWithout(Set<Long> leftOut, Disk.DiskFile file, long first, Copy copy)
            throws IOException, InterruptedException {
        SegmentReader segment = new SegmentReader(file, byte[]::new);
        LogEntry entry = new LogEntry();
        segment.next(); // the header
        segment.accept();
        copy.line(segment.line(), segment.line().from());
        long lastLsn = first - 1;
        long run = 0; // the number of entries in a row that are left out, up to this line
        while (segment.next() && segment.read(entry, lastLsn) == SegmentReader.Line.NEXT) {
            segment.accept();
            lastLsn = Math.max(lastLsn, entry.lsn());
            if (entry.kind() == LogEntry.Kind.COMMANDS && leftOut.contains(lastLsn)) {
                run++;
                if (!leftOut.contains(lastLsn + 1)) {
                    copy.lost(lastLsn - run + 1, lastLsn);
                    run = 0;
                }
            } else if (run == 0) { // a note of what is durable among entries that are left out would precede theirs
                copy.line(segment.line(), segment.line().from());
            }
        }
        copy.bytes(file, segment.goodEnd(), TornEnd.contentEnd(file, segment.goodEnd()));
    }

    // ---- the base ----

    private void repairBase() throws LogException, IOException, InterruptedException {
        List<String> bases = SegmentNames.bases(disk.names());
        List<String> damaged = new ArrayList<>();
        for (String name : bases.reversed()) {
            if (readBase(name, Set.of(), SegmentSalvage.NOWHERE).whole()) {
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
                String copyName = TornEnd.unusedName(disk, SegmentNames.damaged(name, nowMillis));
                disk.rename(name, copyName);
                disk.syncDirectory();
                done.add(path(name) + " is damaged and not needed: the log reaches back to what is before it. Nothing"
                        + " is lost. It is kept as " + copyName + ".");
            }
        } else {
            baseLsn = SegmentNames.baseLsn(damaged.getFirst());
            rewriteBase(damaged.getFirst(), Set.of(), "it is damaged");
        }
    }

    /** @param whole whether it is as it was written, or as an earlier repair left it */
    private record BaseState(boolean whole, long good, BaseHeader header) {}

    /** @param leftOut which of the commands to pass over, from 1 */
    private BaseState readBase(String name, Set<Long> leftOut, SegmentSalvage.Sink sink)
            throws LogException, IOException, InterruptedException {
        LogEntry entry = new LogEntry();
        long good = 0;
        BaseHeader header = new BaseHeader(SegmentNames.baseLsn(name), 0, 0, List.of());
        boolean whole = true;
        try (Disk.DiskFile file = disk.open(name)) {
            BaseReader base = new BaseReader(file, byte[]::new);
            try {
                header = baseHeader(name, base);
            } catch (LineReader.BadLineException e) {
                whole = false;
            }
            while (!base.isEnded()) {
                try {
                    base.next();
                    if (base.read(entry)) {
                        boolean isCommand = entry.kind() == LogEntry.Kind.COMMANDS;
                        if (!isCommand || !leftOut.contains(base.lines())) {
                            good += isCommand ? 1 : 0;
                            sink.line(base.line(), base.line().from());
                        }
                    }
                } catch (LineReader.BadLineException e) {
                    whole = false;
                }
            }
        }
        return new BaseState(whole, good, header);
    }

    private BaseHeader baseHeader(String name, BaseReader base)
            throws LogException, IOException, InterruptedException, LineReader.BadLineException {
        BaseHeader header;
        try {
            header = base.header();
        } catch (LineReader.OtherFormatException e) {
            throw otherFormat(path(name), e.format());
        }
        if (header.lsn() != SegmentNames.baseLsn(name)) {
            throw new LineReader.BadLineException("it is another base");
        }
        return header;
    }

    private void rewriteBase(String name, Set<Long> leftOut, String why)
            throws LogException, IOException, InterruptedException {
        String copyName = keepCopy(name);
        BaseHeader header = readBase(name, leftOut, SegmentSalvage.NOWHERE).header();
        try (Copy copy = new Copy(SegmentNames.UNFINISHED_BASE)) {
            copy.body(LineWriter.baseHeader(header));
            long good = readBase(name, leftOut, copy).good();
            copy.lost(1, Math.max(1, baseLsn));
            copy.body(LineWriter.baseEnd(good));
            copy.replace(name);
            done.add(path(name) + ": " + why + ". Of the keys that the entries up to " + baseLsn + " had made, " + good
                    + " lines are left. The file as it was is kept as " + copyName + ".");
        }
    }

    // ---- the segments ----

    /** Of a segment that was cut to nothing, or within its header, nothing can be read. */
    private void setEmptyAside() throws IOException {
        for (String name : SegmentNames.segments(disk.names())) {
            if (isEmpty(name)) {
                setAside(name, "holds no entry any more");
            }
        }
    }

    /** Whether there is no more than the beginning of a header; not of an active segment of no bytes, which is harmless. */
    private boolean isEmpty(String name) throws IOException {
        try (Disk.DiskFile file = disk.open(name)) {
            long end = TornEnd.contentEnd(file, 0);
            if (end > HEADER_BYTES || file.size() == 0 && name.equals(SegmentNames.ACTIVE)) {
                return false;
            }
            ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
                // reads on
            }
            String text = new String(bytes.array(), 0, (int) end, StandardCharsets.ISO_8859_1);
            boolean isWhole = end < bytes.position() && bytes.get((int) end) == '\n' && text.endsWith("\"}");
            return HEADER_BEGINNING.startsWith(text) || text.startsWith(HEADER_BEGINNING) && !isWhole;
        }
    }

    private void setAside(String name, String why) throws IOException {
        String kept = TornEnd.unusedName(disk, SegmentNames.damaged(name, nowMillis));
        disk.rename(name, kept);
        disk.syncDirectory();
        done.add(path(name) + " " + why + ". It is kept as " + kept + ".");
    }

    /**
     * Makes a new active segment if entries are missing at the end of the log; it begins with a note of them.
     *
     * @param lastName the last segment that was repaired; null if there is none
     */
    private void repairEnd(String lastName) throws IOException {
        boolean isBehindBase = lastLsn < baseLsn;
        if (isBehindBase) {
            setAside(lastName, "ends with entry " + lastLsn + ", and the base stands for more");
            lastLsn = baseLsn;
        }
        if (!isBehindBase && lastLsn >= marked) {
            return;
        }
        try (Copy copy = new Copy(SegmentNames.UNFINISHED)) {
            copy.body(LineWriter.header(lastLsn + 1));
            if (lastLsn < marked) {
                copy.lost(lastLsn + 1, marked);
                done.add(path(SegmentNames.ACTIVE) + " is made anew, without the entries " + (lastLsn + 1) + " to "
                        + marked + ", which are lost: " + DurableMark.NAME + " says that they were on disk.");
            }
            copy.replace(SegmentNames.ACTIVE);
        }
    }

    /** A segment, and the entry that it begins with, as well as can be known. */
    private record Source(String name, long firstLsn) {}

    private List<Source> segments() throws LogException, IOException, InterruptedException {
        List<Source> segments = new ArrayList<>();
        for (String name : SegmentNames.segments(disk.names())) {
            try (Disk.DiskFile file = disk.open(name)) {
                if (TornEnd.contentEnd(file, 0) > 0) {
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
        try {
            return new SegmentReader(file, byte[]::new).header();
        } catch (LineReader.OtherFormatException e) {
            throw otherFormat(path(name), e.format());
        } catch (LineReader.BadLineException e) {
            SegmentSalvage salvage = new SegmentSalvage(Long.MAX_VALUE, Long.MAX_VALUE, SegmentSalvage.NOWHERE);
            salvage.read(file, 0);
            if (salvage.firstGood() == 0) {
                throw foreign(name);
            }
            return salvage.firstGood();
        }
    }

    /** @return the segment's name, which may be another afterwards */
    private String repairSegment(Source segment, long nextFirst) throws IOException, InterruptedException {
        long first = segment.firstLsn();
        long before = first <= baseLsn ? first - 1 : lastLsn;
        try (Disk.DiskFile file = disk.open(segment.name())) {
            long proven = nextFirst - 1;
            if (nextFirst == Long.MAX_VALUE) {
                SegmentSalvage whatIsThere = new SegmentSalvage(nextFirst, Long.MAX_VALUE, SegmentSalvage.NOWHERE);
                whatIsThere.read(file, before);
                boolean isBehindBase = first <= baseLsn && whatIsThere.lastLsn() < baseLsn;
                proven = Math.max(
                        first - 1,
                        isBehindBase ? whatIsThere.maxDurable() : Math.max(marked, whatIsThere.maxDurable()));
            }
            SegmentSalvage damage = new SegmentSalvage(nextFirst, proven, SegmentSalvage.NOWHERE);
            damage.read(file, before);
            lastLsn = damage.lastLsn();
            if (damage.problems().isEmpty() && hasHeader(file)) {
                return segment.name();
            }
            String copyName = keepCopy(segment.name());
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
                    + ". The damaged file is kept as " + copyName + ".");
            return name;
        }
    }

    private static boolean hasHeader(Disk.DiskFile file) throws IOException, InterruptedException {
        SegmentReader segment = new SegmentReader(file, byte[]::new);
        return segment.next() && segment.isAtHeader();
    }

    // ---- files ----

    /** Keeps a file as it is, durably; as it was at first, where it has been changed since. */
    private String keepCopy(String name) throws IOException {
        if (kept.containsKey(name)) {
            return kept.get(name);
        }
        String copyName = TornEnd.unusedName(disk, SegmentNames.damaged(name, nowMillis));
        try (Disk.DiskFile source = disk.open(name);
                Disk.DiskFile copy = disk.open(copyName)) {
            TornEnd.copy(source, 0, source.size(), copy);
            copy.sync();
        }
        disk.syncDirectory();
        kept.put(name, copyName);
        return copyName;
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
        public void line(LineScanner line, int from) throws IOException {
            int length = line.to() - from;
            ensure(length + 1);
            System.arraycopy(line.bytes(), from, buffer, size, length);
            size += length;
            buffer[size++] = '\n';
        }

        @Override
        public void lost(long from, long to) throws IOException {
            body(LineWriter.lost(from, to, nowMillis));
        }

        /** A part of a file as it is. */
        void bytes(Disk.ReadableFile source, long from, long to) throws IOException {
            long offset = from;
            while (offset < to) {
                ensure(1);
                ByteBuffer free = ByteBuffer.wrap(buffer, size, (int) Math.min(buffer.length - size, to - offset));
                int read = source.read(free, offset);
                if (read <= 0) {
                    return;
                }
                offset += read;
                size += read;
            }
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

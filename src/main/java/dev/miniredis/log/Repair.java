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
 * Makes a log readable that {@link Recovery} refuses: replaces damaged lines by notes of what is lost. A copy of every
 * damaged file is kept beside the log. Each file is replaced atomically, after its copy is durable, so a crash leaves
 * either the old or the new file.
 *
 * <p>If the end of the log is missing according to its {@link DurableMark}, the note is at the new end.
 *
 * <p>Foreign files, other formats and a torn end are not touched.
 */
public final class Repair {
    private static final int BUFFER_BYTES = 256 * 1024;
    /** The whole log. It is not {@link Moment#END}, so the recovery does not cut off a torn end. */
    private static final Moment NOT_THE_TORN_END = new Moment(Long.MAX_VALUE, Long.MAX_VALUE - 1);

    private static final String HEADER_BEGINNING =
            new String(LineWriter.header(1), StandardCharsets.US_ASCII).replaceFirst("1$", "");
    /** The maximum length of a segment's header. */
    private static final int HEADER_BYTES = HEADER_BEGINNING.length() + Decimal.MAX_BYTES + LineWriter.END_BYTES;

    private final Disk disk;
    private final long nowMillis;
    private final CRC32C crc = new CRC32C();
    private final List<String> done = new ArrayList<>();
    private final Map<String, String> kept = new HashMap<>(); // file → its copy
    private long baseLsn;
    private long lastLsn;
    private long marked; // the lsn in the DurableMark

    /** @param nowMillis the time, for the names of copies and for the notes in the log */
    public Repair(Disk disk, long nowMillis) {
        this.disk = disk;
        this.nowMillis = nowMillis;
    }

    /** What the user can do if the log is refused. */
    static String wayOut(Disk disk) {
        return "Put back a copy of the file, or run 'mini-redis log repair --data-dir " + disk.location()
                + "', or start with --on-damage=quarantine: both keep the damaged file beside the log and go on without"
                + " what is lost. Nothing was changed.";
    }

    /**
     * Repairs the log.
     *
     * @return what was done, a line for each file; empty if nothing is damaged
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
     * Runs the entries of a readable log, and removes those that cannot be run.
     *
     * @return what was done, a line for each file; empty if all entries can be run
     * @throws LogException the log cannot be read, or not be run to its end
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
     * Removes entries from a readable log: keeps a copy of each file that contains some of them, and writes it anew
     * with notes in their place.
     *
     * @param unrunnable the entries, in the order of the log
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

    /** Copies a segment with notes in place of some entries; a torn end is copied unchanged. */
    private static void copyWithout(Set<Long> leftOut, Disk.DiskFile file, long first, Copy copy)
            throws IOException, InterruptedException {
        SegmentReader segment = new SegmentReader(file, byte[]::new);
        LogEntry entry = new LogEntry();
        segment.next(); // the header
        segment.accept();
        copy.line(segment.line(), segment.line().from());
        long lastLsn = first - 1;
        long run = 0; // the number of consecutive entries left out so far
        while (segment.next() && segment.read(entry, lastLsn) == SegmentReader.Line.NEXT) {
            segment.accept();
            lastLsn = Math.max(lastLsn, entry.lsn());
            if (entry.kind() == LogEntry.Kind.COMMANDS && leftOut.contains(lastLsn)) {
                run++;
                if (!leftOut.contains(lastLsn + 1)) {
                    copy.lost(lastLsn - run + 1, lastLsn);
                    run = 0;
                }
            } else if (run
                    == 0) { // within a run, a note that entries are durable would precede the note that they are lost
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

    /** @param whole whether nothing is damaged or missing */
    private record BaseState(boolean whole, long good, BaseHeader header) {}

    /** @param leftOut the numbers of the commands to leave out, from 1 */
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

    /** Sets segments aside that were cut within their header or before. */
    private void setEmptyAside() throws IOException {
        for (String name : SegmentNames.segments(disk.names())) {
            if (isEmpty(name)) {
                setAside(name, "holds no entry any more");
            }
        }
    }

    /** Whether a segment ends within its header. Not so for an active segment of zero bytes, which is harmless. */
    private boolean isEmpty(String name) throws IOException {
        try (Disk.DiskFile file = disk.open(name)) {
            long end = TornEnd.contentEnd(file, 0);
            if (end > HEADER_BYTES || file.size() == 0 && name.equals(SegmentNames.ACTIVE)) {
                return false;
            }
            ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
                // read on
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

    /** A segment and its first entry, from its header or, if that is damaged, its first readable entry. */
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

    /** @return the segment's name, which a repair may change */
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

    /** Makes a durable copy of a file, unless there is one from before an earlier change. @return its name */
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

    /** A file being written to replace a damaged one. */
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

        /** Copies a part of a file. */
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

        /** Makes this file durable and replaces the damaged one. */
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

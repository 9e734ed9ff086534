package dev.miniredis.log;

import dev.miniredis.log.LogDirectory.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Walks over what a log says, from its oldest entry on, and goes on after damage. What a line says, here and in the
 * {@link #entry}, is good until the next call. For one thread.
 *
 * <pre>
 *   mini-redis.700.log        entries that a base stands for too, if they are still there
 *   mini-redis.base.900.log   its lines: each an entry with the lsn and the time of the base, and nobody's
 *   mini-redis.log            entries 901 …
 * </pre>
 *
 * <p>A server may be writing meanwhile. What it had half written when it was read is read again, before it is called
 * damage: entries that a later one says were durable had been written whole before.
 */
public final class LogCursor implements Closeable {
    /** What is found at a place of the log. */
    public enum Finding {
        /** A file begins. */
        FILE,
        /** An entry. */
        ENTRY,
        /** A line of a base. */
        BASE_LINE,
        /** A line that says only that all before it is on disk: a server was stopped here. */
        CLOSED,
        /** A line that says that entries are lost, as a repair found out. */
        LOST,
        /** Something that should be there and is not, or cannot be read; see {@link #problem}. */
        DAMAGE,
        /** An end that is not whole: being written, or torn by a crash. A start cuts it off. */
        TORN,
        /** Entries that went into a base while {@link #next} was not called. */
        MISSED,
        /** There is no more at the moment; another call may find more. */
        END
    }

    /** Entries that are not there. */
    private record Range(long first, long last) {}

    private final LogDirectory directory;
    private final boolean everything;
    private final LogEntry entry = new LogEntry();
    private Range lost;
    private String problem;
    private byte[] memory = {};

    private LogDirectory.Opened opened;
    private int index = -1; // of the file being read
    private SegmentReader segment; // the one being read, or read last; null if that file is a base
    private BaseReader base; // the one being read
    private LineScanner scanner; // of either of them; null between two files
    private boolean begins; // the file being read
    private boolean following; // all files were read once

    private long newestBaseLsn;
    private long baseLsn; // of the base that was read last
    private long baseMillis;

    private long lastLsn;
    private long skippedLsn; // entries up to this one are known already
    private boolean afterDamage; // the next good entry need not be the next one
    private boolean isAfterGap; // the line that was read last
    private boolean entryWaits; // the line before which damage was reported is the next finding

    LogCursor(LogDirectory directory, boolean everything) throws LogException {
        this.directory = directory;
        this.everything = everything;
        open();
    }

    private void open() throws LogException {
        opened = directory.open(everything);
        index = -1;
        segment = null;
        scanner = null;
        begins = false;
        for (OpenFile file : opened.files()) {
            newestBaseLsn = file.isBase() ? Math.max(newestBaseLsn, file.number()) : newestBaseLsn;
        }
    }

    /**
     * Goes to the next place.
     *
     * @throws LogException it is written in another format
     */
    public Finding next() throws IOException, LogException {
        try {
            Finding kind = following ? followed() : read();
            following |= kind == Finding.END;
            return kind;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody here waits for memory", e);
        }
    }

    private Finding read() throws IOException, LogException, InterruptedException {
        while (true) {
            Finding kind;
            if (begins) {
                begins = false;
                kind = begin();
            } else if (scanner != null) {
                kind = file().isBase() ? nextOfBase() : nextOfSegment();
                scanner = kind == null || kind == Finding.TORN ? null : scanner;
            } else if (index + 1 == opened.files().size()) {
                return atEnd();
            } else {
                index++;
                begins = true;
                segment = null;
                kind = Finding.FILE;
            }
            boolean isKnown = kind == Finding.ENTRY && entry.lsn() <= skippedLsn;
            if (kind != null && !isKnown) {
                return kind;
            }
        }
    }

    private Finding atEnd() {
        long before = lastLsn;
        if (before < newestBaseLsn) {
            lastLsn = newestBaseLsn;
            return damage("the log ends with entry " + before + ", but a base stands for all up to " + newestBaseLsn
                    + ": a part of the log is missing");
        }
        if (before < opened.marked()) {
            lastLsn = opened.marked();
            return damage("the log ends with entry " + before + ", but " + DurableMark.NAME
                    + " says that all up to entry " + lastLsn + " was on disk: a part of the log is missing");
        }
        return Finding.END;
    }

    private OpenFile file() {
        return opened.files().get(index);
    }

    private Finding begin() throws IOException, LogException, InterruptedException {
        afterDamage = false;
        boolean isNothing =
                file().name().equals(SegmentNames.ACTIVE) && file().file().size() == 0;
        if (isNothing || file().isBase() && skippedLsn > 0) {
            return null;
        }
        return file().isBase() ? beginBase() : beginSegment();
    }

    private Finding beginBase() throws IOException, LogException, InterruptedException {
        baseLsn = file().number();
        base = new BaseReader(file().file(), this::memory);
        scanner = base.line();
        lastLsn = Math.max(lastLsn, baseLsn);
        try {
            BaseHeader header = base.header();
            baseMillis = header.atMillis();
            return header.lsn() == baseLsn ? null : damage("its header says that it is base " + header.lsn());
        } catch (LineReader.OtherFormatException e) {
            throw otherFormat(e.format());
        } catch (LineReader.BadLineException e) {
            return damage("it is not the header of a base: " + e.getMessage());
        }
    }

    private Finding beginSegment() throws IOException, LogException, InterruptedException {
        segment = new SegmentReader(file().file(), this::memory);
        scanner = segment.line();
        try {
            return beginWith(segment.header());
        } catch (LineReader.OtherFormatException e) {
            throw otherFormat(e.format());
        } catch (LineReader.BadLineException e) {
            afterDamage = true;
            return damage("it is not the header of a segment: " + e.getMessage());
        }
    }

    /** Judges the first entry of a segment by the last one before it. */
    private Finding beginWith(long first) {
        long before = lastLsn;
        lastLsn = first - 1;
        if (first == before + 1) {
            return null;
        }
        if (skippedLsn > 0) {
            lost = new Range(before + 1, first - 1);
            return first > before + 1 ? Finding.MISSED : null;
        }
        boolean isInBase = before <= baseLsn && first <= baseLsn + 1;
        boolean isLeftover = before < first && first <= newestBaseLsn; // of those that a base stands for
        if (isInBase || isLeftover) {
            return null;
        }
        return damage(
                before == 0
                        ? "it begins with entry " + first + ", and nothing stands for those before it"
                        : "it begins with entry " + first + ", but the entries before it end with " + before);
    }

    private LogException otherFormat(long format) {
        return Repair.otherFormat(location(), format);
    }

    private Finding nextOfBase() throws IOException, InterruptedException {
        if (base.isEnded()) {
            return null;
        }
        try {
            base.next();
            if (!base.read(entry)) {
                return null;
            }
            if (entry.kind() == LogEntry.Kind.LOST) {
                lost = new Range(entry.firstLsn(), entry.lsn());
                return Finding.LOST;
            }
            entry.lsn(baseLsn);
            entry.atMillis(baseMillis);
            return Finding.BASE_LINE;
        } catch (LineReader.BadLineException e) {
            return damage(e.getMessage());
        }
    }

    private Finding nextOfSegment() throws IOException, InterruptedException {
        boolean isRead = entryWaits;
        entryWaits = false;
        if (!isRead && (lastLsn + 1 == nextFirst() || !segment.next())) {
            return null;
        }
        Finding kind = line();
        if (kind != null || afterDamage) {
            return kind != null ? kind : Finding.DAMAGE;
        }
        kind = readAgain();
        if (kind == Finding.DAMAGE) {
            afterDamage = true;
            entryWaits = isAfterGap;
        }
        return kind;
    }

    /** The entry that a later segment begins with. */
    private long nextFirst() {
        return index + 1 < opened.files().size()
                        && !opened.files().get(index + 1).isBase()
                ? opened.files().get(index + 1).number()
                : Long.MAX_VALUE;
    }

    /** What the line says, if it is the next one, or after damage a later one; otherwise null, and a problem. */
    private Finding line() {
        SegmentReader.Line kind = segment.read(entry, lastLsn);
        isAfterGap = kind == SegmentReader.Line.AFTER_GAP;
        if (kind != SegmentReader.Line.NEXT && !(isAfterGap && afterDamage)) {
            problem = segment.problem();
            return null;
        }
        segment.accept();
        afterDamage = false;
        return switch (entry.kind()) {
            case COMMANDS -> {
                lastLsn = entry.lsn();
                yield Finding.ENTRY;
            }
            case LOST -> {
                lastLsn = entry.lsn();
                lost = new Range(entry.firstLsn(), lastLsn);
                yield Finding.LOST;
            }
            case DURABLE -> {
                lastLsn = Math.max(lastLsn, entry.durable());
                yield Finding.CLOSED;
            }
        };
    }

    /** Decides about the first bad line: torn, damage, or good by now. */
    private Finding readAgain() throws IOException, InterruptedException {
        boolean proven = isProven();
        segment.backToGoodEnd();
        if (!segment.next()) {
            return null; // a server has cut off the room at the end
        }
        Finding kind = line();
        if (kind != null) {
            return kind;
        }
        return proven ? Finding.DAMAGE : Finding.TORN;
    }

    /** Whether a later line says that what should stand here was synced. */
    private boolean isProven() throws IOException, InterruptedException {
        DamageEvidence evidence = new DamageEvidence(lastLsn, nextFirst(), opened.marked());
        segment.backToGoodEnd();
        while (!evidence.wasDurable() && segment.next()) {
            evidence.lookAt(segment);
        }
        return evidence.wasDurable();
    }

    private Finding damage(String what) {
        problem = what;
        return Finding.DAMAGE;
    }

    private byte[] memory(int length) {
        memory = memory.length < length ? new byte[length] : memory;
        return memory;
    }

    /** What has come since the last segment was read to its end. */
    private Finding followed() throws IOException, LogException, InterruptedException {
        Finding kind = appended();
        if (kind != null || !directory.hasChanged(opened)) {
            return kind == null ? Finding.END : kind;
        }
        kind = appended(); // before there was another segment, this one got its last entry
        if (kind != null) {
            return kind;
        }
        skippedLsn = lastLsn;
        opened.close();
        open();
        while (opened.files().get(index + 1).isBase() || isKnown(index + 1)) {
            if (index + 2 == opened.files().size()) {
                return Finding.END;
            }
            index++;
        }
        following = false;
        return read();
    }

    private boolean isKnown(int file) {
        return file + 1 < opened.files().size() && opened.files().get(file + 1).number() <= lastLsn + 1;
    }

    /** The next good line after the last one, if there is one by now. */
    private Finding appended() throws IOException, InterruptedException {
        if (segment == null || isBlank(segment.goodEnd())) {
            return null;
        }
        boolean isAtGoodEnd = scanner != null && scanner.nextOffset() == segment.goodEnd();
        if (isAtGoodEnd && scanner.hasBuffered() && segment.next()) {
            Finding kind = line();
            if (kind != null) {
                return kind;
            }
        }
        segment.backToGoodEnd();
        scanner = segment.line();
        return segment.next() ? line() : null;
    }

    private boolean isBlank(long offset) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        return file().file().read(first, offset) <= 0 || first.get(0) == '\n' || first.get(0) == 0;
    }

    /** The entry or the line of a base that was found; the latter has the base's lsn and time, and no sender. */
    public LogEntry entry() {
        return entry;
    }

    /** The first of the entries that are lost or were missed. */
    public long lostFirst() {
        return lost.first();
    }

    /** The last of them. */
    public long lostLast() {
        return lost.last();
    }

    /** What is wrong, as a part of a sentence; where, {@link #location}, {@link #lineNumber} and {@link #offset} say. */
    public String problem() {
        return problem;
    }

    /** What the newest base stands for: entries up to this one are in its lines too; 0 without a base. */
    public long baseLsn() {
        return newestBaseLsn;
    }

    /** The lsn of the last entry that was found, whether as an entry, lost, or in a base. */
    public long lastLsn() {
        return lastLsn;
    }

    /** Where the bytes of the line are in {@link #line}. */
    public int lineStart() {
        return scanner.from();
    }

    public int lineLength() {
        return scanner.to() - scanner.from();
    }

    /** What holds the line, from {@link #lineStart}, {@link #lineLength} bytes, without its line feed. */
    public byte[] lineBytes() {
        return scanner.bytes();
    }

    /** The number of the line in its file, from 1. */
    public long lineNumber() {
        return scanner != null ? scanner.lineNumber() : segment == null ? 0 : segment.goodLine();
    }

    /** Where the line begins in its file. */
    public long offset() {
        return scanner == null ? goodEnd() : scanner.offset();
    }

    /** How many bytes of the file are behind us. */
    public long endOffset() {
        return scanner == null ? goodEnd() : scanner.nextOffset();
    }

    /** The name of the file. */
    public String fileName() {
        return file().name();
    }

    /** Whether the file is a base. */
    public boolean isInBase() {
        return file().isBase();
    }

    /** The file with its directory. */
    public String location() {
        return directory.location() + "/" + file().name();
    }

    /** The files that are being read, in their order. */
    List<OpenFile> files() {
        return opened.files();
    }

    /** Those of them that come after the one being read. */
    List<OpenFile> unread() {
        return opened.files().subList(index + 1, opened.files().size());
    }

    /** How long all files are together. */
    public long totalBytes() throws IOException {
        long bytes = 0;
        for (OpenFile file : opened.files()) {
            bytes += file.file().size();
        }
        return bytes;
    }

    /** From the end of the last good line on, the bytes that are neither blank nor zero. */
    public long tornBytes() throws IOException {
        return TornEnd.contentEnd(file().file(), goodEnd()) - goodEnd();
    }

    private long goodEnd() {
        return segment == null ? 0 : segment.goodEnd();
    }

    @Override
    public void close() {
        opened.close();
    }
}

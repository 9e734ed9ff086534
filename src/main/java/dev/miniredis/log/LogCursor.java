package dev.miniredis.log;

import dev.miniredis.log.LogDirectory.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Iterates over the content of a log from its oldest entry on, and continues after damage. The {@link #entry} and the
 * other properties of a finding are valid until the next call of {@link #next}. For one thread.
 *
 * <pre>
 *   mini-redis.700.log        entries that the base stands for too, if they are kept
 *   mini-redis.base.900.log   its lines: entries with the lsn and the time of the base, without sender
 *   mini-redis.log            entries 901 …
 * </pre>
 *
 * <p>A server may be writing the log. A line that may have been half written when it was read is read again before it
 * is reported as damage: entries that a later line states to be durable had been written completely before that line.
 */
public final class LogCursor implements Closeable {
    /** What {@link #next} found. */
    public enum Finding {
        /** A file begins. */
        FILE,
        /** An entry. */
        ENTRY,
        /** A line of a base. */
        BASE_LINE,
        /** A line that only states that all before it is on disk: a server was stopped here. */
        CLOSED,
        /** A note by a repair that entries are lost. */
        LOST,
        /** Something is missing or cannot be read; see {@link #problem}. */
        DAMAGE,
        /** An incomplete end: being written, or torn by a crash. A start cuts it off. */
        TORN,
        /** Entries were compacted into a base before they were read. */
        MISSED,
        /** The current end of the log; another call may find more. */
        END
    }

    /** A range of missing entries. */
    private record Range(long first, long last) {}

    private final LogDirectory directory;
    private final boolean everything;
    private final LogEntry entry = new LogEntry();
    private Range lost;
    private String problem;
    private byte[] memory = {};

    private LogDirectory.Opened opened;
    private int index = -1; // of the file being read
    private SegmentReader segment; // the current or last one; null if that file is a base
    private BaseReader base; // the current or last one
    private LineScanner scanner; // of the current file; null between files
    private boolean begins; // the file has been reported, but not its first line
    private boolean following; // the end was reached once

    private long newestBaseLsn;
    private long baseLsn; // of the current or last base
    private long baseMillis;

    private long lastLsn;
    private long skippedLsn; // entries up to this one were reported before the files were opened again
    private boolean afterDamage; // the next good entry may have any later lsn
    private boolean isAfterGap; // whether the last line was
    private boolean entryWaits; // damage was reported before the current line, which is reported next

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
     * Goes to the next finding.
     *
     * @throws LogException a file is in another format
     */
    public Finding next() throws IOException, LogException {
        try {
            Finding kind = following ? followed() : read();
            following |= kind == Finding.END;
            return kind;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the memory is allocated without waiting", e);
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

    /** Checks that a segment continues where the one before ended. */
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
        boolean isLeftover = before < first && first <= newestBaseLsn; // of segments that a base stands for
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

    /** The first entry of the next segment; {@link Long#MAX_VALUE} if there is none. */
    private long nextFirst() {
        return index + 1 < opened.files().size()
                        && !opened.files().get(index + 1).isBase()
                ? opened.files().get(index + 1).number()
                : Long.MAX_VALUE;
    }

    /**
     * Accepts the line if it is the next one, or after damage a later one; otherwise returns null and sets the problem.
     */
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

    /** Reads the first bad line again: it is damage, torn, or good by now. */
    private Finding readAgain() throws IOException, InterruptedException {
        boolean proven = isProven();
        segment.backToGoodEnd();
        if (!segment.next()) {
            return null; // a server has trimmed the file
        }
        Finding kind = line();
        if (kind != null) {
            return kind;
        }
        return proven ? Finding.DAMAGE : Finding.TORN;
    }

    /** Whether a later line states that the bad line had been synced. */
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

    /** Looks for more after the end was reached. */
    private Finding followed() throws IOException, LogException, InterruptedException {
        Finding kind = appended();
        if (kind != null || !directory.hasChanged(opened)) {
            return kind == null ? Finding.END : kind;
        }
        kind = appended(); // entries that were appended before the segment ended
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

    /** The next line, if there is a good one by now. */
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

    /** The entry or the line of a base; the latter has the base's lsn and time, and no sender. */
    public LogEntry entry() {
        return entry;
    }

    /** The first of the lost or missed entries. */
    public long lostFirst() {
        return lost.first();
    }

    /** The last of the lost or missed entries. */
    public long lostLast() {
        return lost.last();
    }

    /** What is wrong, as a part of a sentence; see also {@link #location}, {@link #lineNumber} and {@link #offset}. */
    public String problem() {
        return problem;
    }

    /** The lsn of the newest base, which stands for entries up to it; 0 without a base. */
    public long baseLsn() {
        return newestBaseLsn;
    }

    /** The lsn of the last entry found: read, lost, or in a base. */
    public long lastLsn() {
        return lastLsn;
    }

    /** The index in {@link #lineBytes} where the line begins. */
    public int lineStart() {
        return scanner.from();
    }

    public int lineLength() {
        return scanner.to() - scanner.from();
    }

    /**
     * The array that contains the line, at {@link #lineStart}, {@link #lineLength} bytes long, without its line feed.
     */
    public byte[] lineBytes() {
        return scanner.bytes();
    }

    /** The number of the line in its file, from 1. */
    public long lineNumber() {
        return scanner != null ? scanner.lineNumber() : segment == null ? 0 : segment.goodLine();
    }

    /** The offset of the line in its file. */
    public long offset() {
        return scanner == null ? goodEnd() : scanner.offset();
    }

    /** The offset behind the line. */
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

    /** The path of the file. */
    public String location() {
        return directory.location() + "/" + file().name();
    }

    /** The files to read, in order. */
    List<OpenFile> files() {
        return opened.files();
    }

    /** The files after the current one. */
    List<OpenFile> unread() {
        return opened.files().subList(index + 1, opened.files().size());
    }

    /** The total size of the files. */
    public long totalBytes() throws IOException {
        long bytes = 0;
        for (OpenFile file : opened.files()) {
            bytes += file.file().size();
        }
        return bytes;
    }

    /** The length of the torn end: from the last good line to the last byte that is neither line feed nor zero. */
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

package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads a log from its newest base on, hands the entries over for replay, and decides what unreadable lines are. It
 * changes files only after it has read everything:
 *
 * <ul>
 * <li><b>A torn end</b>: nothing states that what follows the last good entry was ever synced. It is copied to a file
 * of its own and cut off.
 * <li><b>Damage</b>: an entry is missing or unreadable, and a later line states that it was durable, or the log ends
 * before its {@link DurableMark}. Nothing is changed and the start is refused; {@link Repair} is the way out.
 * </ul>
 *
 * <p>For a moment in the past it reads from the newest base before that moment up to it, and changes nothing.
 */
final class Recovery {
    /** One that is read into, one that is replayed, and two between, so that neither thread waits for the other. */
    private static final int BATCHES = 4;

    /**
     * The outcome of a recovery.
     *
     * @param lastLsn of the last good entry; 0 if there is none
     * @param lastMillis the time of that entry
     * @param activeFirstLsn the first lsn of the active segment; 0 if there is no segment
     * @param activeEnd the offset of the next entry in the active segment
     * @param cutOff what was cut off, in words; null if the log ended cleanly
     * @param losses what an earlier repair has left out, in words
     */
    record Result(
            long lastLsn, long lastMillis, long activeFirstLsn, long activeEnd, String cutOff, List<String> losses) {}

    private final Disk disk;
    private final WriteLog.Applier applier;
    private final long nowMillis;
    private final Moment until;
    private final RecoveryProgress progress;
    private final List<String> losses = new ArrayList<>();

    private final BlockingQueue<ReadBatch> free = new LinkedBlockingQueue<>();
    private ReadBatch batch = new ReadBatch(free);
    private LineScanner scanner; // of the current file
    private boolean reached; // whether the moment was
    private DurableMark.Found mark = DurableMark.Found.NOTHING;
    private long baseBytes;
    private long baseLsn; // 0 without a base
    private long lastLsn;
    private long lastMillis;
    private long goodEnd; // behind the last good line of the last segment
    private long provenEnd; // before its last line that states that all before was synced
    private boolean closed; // the last good line states that all before it is on disk
    private String cutOff;

    Recovery(Disk disk, WriteLog.Applier applier, long nowMillis) {
        this(disk, applier, nowMillis, Moment.END, new RecoveryProgress());
    }

    Recovery(Disk disk, WriteLog.Applier applier, long nowMillis, Moment until, RecoveryProgress progress) {
        this.disk = disk;
        this.applier = applier;
        this.nowMillis = nowMillis;
        this.until = until;
        this.progress = progress;
        for (int i = 1; i < BATCHES; i++) {
            free.add(new ReadBatch(free));
        }
    }

    /** Where and why reading stopped before the end of a segment. */
    private record Stop(long line, long offset, String reason) {}

    Result run() throws LogException, IOException, InterruptedException {
        mark = DurableMark.read(disk);
        LogChain chain = LogChain.upTo(disk, until);
        progress.begin(chain.bytes());
        if (chain.base() != null) {
            readBase(chain.base());
        }
        String lastName = null;
        long lastFirst = 0;
        List<LogChain.Segment> segments = chain.segments();
        for (int i = 0; i < segments.size() && !reached; i++) {
            LogChain.Segment segment = segments.get(i);
            long nextFirst = i + 1 < segments.size() ? segments.get(i + 1).firstLsn() : Long.MAX_VALUE;
            readSegment(segment, nextFirst);
            lastName = segment.name();
            lastFirst = segment.firstLsn();
        }
        if (lastLsn < baseLsn) {
            throw new LogException(path(lastName) + " ends with entry " + lastLsn + ", but "
                    + chain.base().name() + " stands for all up to " + baseLsn
                    + ": it was cut short, or replaced by an older copy. " + Repair.wayOut(disk));
        }
        if (!reached && !until.isReachedBy(lastLsn, lastMillis)) {
            checkEnd(
                    lastName != null
                            ? lastName
                            : chain.base() != null ? chain.base().name() : null);
        }
        checkEmpty(segments);
        if (isOfThePast()) {
            checkReached();
        } else if (lastName != null && !lastName.equals(SegmentNames.ACTIVE)) {
            disk.rename(lastName, SegmentNames.ACTIVE); // the server ended while the next one was being created
        }
        return new Result(lastLsn, lastMillis, lastFirst, goodEnd, cutOff, List.copyOf(losses));
    }

    /** @param lastName the file that the log ends with; null if there is none */
    private void checkEnd(String lastName) throws LogException {
        if (lastLsn < mark.lsn()) {
            throw new LogException((lastName == null
                            ? "There is no log in " + disk.location()
                            : path(lastName) + " ends with entry " + lastLsn)
                    + ", but " + DurableMark.NAME + " says that all up to entry " + mark.lsn() + " was on disk. "
                    + missing(lastLsn + 1, mark.lsn())
                    + ": a file was cut short or deleted, or an older copy was put in its place. "
                    + Repair.wayOut(disk));
        }
    }

    /**
     * Reports an empty active segment, which no server leaves. Without a {@link DurableMark} it is unknown how much is
     * lost.
     */
    private void checkEmpty(List<LogChain.Segment> segments) throws IOException {
        boolean isLeftOut = segments.isEmpty() || !segments.getLast().name().equals(SegmentNames.ACTIVE);
        if (isLeftOut && mark.lsn() == 0 && disk.names().contains(SegmentNames.ACTIVE)) {
            losses.add(path(SegmentNames.ACTIVE) + " is empty, as no server leaves it: what it held is lost.");
        }
    }

    private boolean isOfThePast() {
        return !until.equals(Moment.END);
    }

    private void checkReached() throws LogException {
        if (!reached && until.lsn() != Long.MAX_VALUE && lastLsn < until.lsn()) {
            throw new LogException(
                    "The log in " + disk.location() + " ends with entry " + lastLsn + ", before " + until + ".");
        }
    }

    /** Up to this offset of the last segment, a later line states that everything was synced. */
    long provenEnd() {
        return provenEnd;
    }

    /** Whether the log ends with the note that it was closed. */
    boolean isClosed() {
        return closed;
    }

    /** The log's mark. */
    DurableMark.Found mark() {
        return mark;
    }

    /** The size of the base; 0 if there is none. */
    long baseBytes() {
        return baseBytes;
    }

    private void readBase(LogChain.Base base) throws LogException, IOException, InterruptedException {
        String name = base.name();
        baseLsn = base.lsn();
        lastMillis = base.atMillis();
        try (Disk.DiskFile file = disk.open(name)) {
            BaseReader lines = new BaseReader(file, this::memory);
            scanner = lines.line();
            try {
                scanner.next(); // the header, which the chain has read
                applier.begin(base.header());
                while (!lines.isEnded()) {
                    lines.next();
                    LogEntry entry = batch.next();
                    if (lines.read(entry)) {
                        takeBaseLine(name, entry, lines.lines());
                    }
                }
            } catch (LineReader.BadLineException e) {
                throw new LogException(path(name) + " is damaged: line " + scanner.lineNumber() + ", byte "
                        + scanner.offset() + ": " + e.getMessage() + ". It holds what the log's entries up to "
                        + baseLsn + " had made. " + Repair.wayOut(disk));
            }
            baseBytes = scanner.nextOffset();
            progress.readFile(file.size());
        }
        handOver();
        lastLsn = baseLsn;
    }

    private void takeBaseLine(String name, LogEntry entry, long number) {
        if (entry.kind() == LogEntry.Kind.LOST) {
            losses.add(path(name) + ": some of what the entries up to " + baseLsn
                    + " had made is missing since a repair.");
            return;
        }
        entry.lsn(baseLsn);
        entry.atMillis(lastMillis);
        entry.baseLine(number);
        batch.addNext();
    }

    private void readSegment(LogChain.Segment segment, long nextFirst)
            throws LogException, IOException, InterruptedException {
        String name = segment.name();
        long first = segment.firstLsn();
        if (first <= baseLsn) {
            lastLsn = first - 1; // the base stands for its first entries too
        }
        if (first != lastLsn + 1) {
            throw new LogException(missing(lastLsn + 1, first - 1) + ": " + path(name)
                    + " begins with entry " + first
                    + ", what comes before it ends with "
                    + lastLsn + ". " + Repair.wayOut(disk));
        }
        try (Disk.DiskFile file = disk.open(name)) {
            SegmentReader lines = new SegmentReader(file, this::memory);
            scanner = lines.line();
            scanner.next(); // the header, which the chain has read
            lines.accept();
            provenEnd = 0;
            Stop stop = readEntries(lines, nextFirst);
            goodEnd = lines.goodEnd();
            handOver();
            if (stop != null && lastLsn + 1 < nextFirst && lastLsn != until.lsn()) {
                judge(name, lines, stop, nextFirst);
                if (!isOfThePast()) {
                    String done = new TornEnd(disk, nowMillis).cutOff(file, goodEnd);
                    cutOff = path(name) + ": line " + stop.line() + ", byte " + stop.offset() + ": " + stop.reason()
                            + ". The log ends after entry " + lastLsn
                            + "; what followed is not known to have been synced. " + done;
                }
            }
            progress.readFile(file.size());
        }
    }

    /**
     * Reads entries up to the end or the first entry of the next segment. @return null, or where a bad line stopped it
     */
    private Stop readEntries(SegmentReader lines, long nextFirst) throws IOException, InterruptedException {
        while (lastLsn + 1 != nextFirst && lines.next()) {
            LogEntry entry = batch.next();
            if (lines.read(entry, lastLsn) != SegmentReader.Line.NEXT) {
                return new Stop(scanner.lineNumber(), scanner.offset(), lines.problem());
            }
            boolean isMark = entry.kind() == LogEntry.Kind.DURABLE;
            reached = !isMark && !until.includes(entry.lsn(), entry.atMillis());
            if (reached) {
                return null;
            }
            if (entry.durable() == lastLsn) {
                provenEnd = scanner.offset();
            }
            lines.accept();
            closed = isMark && entry.durable() == lastLsn;
            if (!isMark) {
                take(entry);
            }
        }
        return null;
    }

    private void take(LogEntry entry) {
        lastLsn = entry.lsn();
        lastMillis = Math.max(lastMillis, entry.atMillis());
        if (entry.kind() == LogEntry.Kind.LOST) {
            losses.add(missing(entry.firstLsn(), entry.lsn()) + " since a repair.");
        } else if (entry.lsn() > baseLsn) {
            batch.addNext();
        }
    }

    /**
     * Memory for the next lines. The lines before are in the memory of the batch, which ends here and is handed over.
     */
    private byte[] memory(int length) throws InterruptedException {
        if (scanner != null) {
            progress.reading(scanner.offset());
        }
        handOver();
        return batch.room(length);
    }

    private void handOver() throws InterruptedException {
        if (!batch.isEmpty()) {
            applier.apply(batch);
            batch = free.take();
            batch.clear();
        }
    }

    /**
     * Decides whether a bad line is damage, by the lines after it.
     *
     * @throws LogException it is
     */
    private void judge(String name, SegmentReader lines, Stop stop, long nextFirst)
            throws LogException, IOException, InterruptedException {
        DamageEvidence evidence = new DamageEvidence(lastLsn, nextFirst, mark.lsn());
        do {
            evidence.lookAt(lines);
        } while (lines.next());
        if (evidence.wasDurable()) {
            throw new LogException(path(name) + " is damaged: line " + stop.line() + ", byte " + stop.offset() + ": "
                    + stop.reason() + ". " + evidence.loss()
                    + " The server does not start with a hole in its data. " + Repair.wayOut(disk));
        }
    }

    private static String missing(long from, long to) {
        return from == to ? "Entry " + from + " is missing" : "Entries " + from + " to " + to + " are missing";
    }

    private String path(String name) {
        return disk.location() + "/" + name;
    }
}

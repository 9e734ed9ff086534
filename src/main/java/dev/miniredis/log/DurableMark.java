package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file {@code mini-redis.durable} beside a log: it states up to which entry the log is on disk. With it a start
 * detects a missing end of the log, which the log's own files do not show if they end with a whole line.
 *
 * <pre>
 *   {"log":"mini-redis","durable":1042,"crc":"5f3c9a01"}                              and blank lines up to 128 bytes
 * </pre>
 *
 * <p>It is written after the entries were synced, so it is true after any crash, but may be behind. While a server
 * runs, {@link LogWatch} writes it in place twice a second, without a sync; nothing waits for it, and after a kill it
 * is at most half a second old. While running it states no more than the log's own lines do, so the last write may
 * still be a torn end. A clean stop, a backup and a restore write it durably, up to the last entry. Without the file, a
 * missing end is not detected.
 */
final class DurableMark {
    private static final System.Logger LOGGER = System.getLogger(DurableMark.class.getName());
    static final String NAME = "mini-redis.durable";
    static final String UNFINISHED = NAME + ".new";

    private static final int BYTES = 128;

    /**
     * The content of the file.
     *
     * @param lsn all up to it is durable; 0 if unknown
     * @param isThere whether the file exists
     * @param problem why it cannot be read; null if it can, or does not exist
     */
    record Found(long lsn, boolean isThere, String problem) {
        static final Found NOTHING = new Found(0, false, null);
    }

    private final Disk disk;
    private Disk.DiskFile file; // null until it is written
    private long written;

    DurableMark(Disk disk) {
        this.disk = disk;
    }

    /** Reads the mark in a directory. */
    static Found read(Disk disk) throws IOException, InterruptedException {
        if (!disk.names().contains(NAME)) {
            return Found.NOTHING;
        }
        try (Disk.DiskFile file = disk.open(NAME)) {
            LineScanner line = new LineScanner(file, byte[]::new);
            if (!line.next() || !line.isWhole()) {
                throw new LineReader.BadLineException(LineReader.NOT_WHOLE);
            }
            LogEntry mark = new LogEntry();
            new LineReader().readEntry(line.bytes(), line.from(), line.to(), mark);
            if (mark.kind() != LogEntry.Kind.DURABLE) {
                throw new LineReader.BadLineException("it does not say what is durable");
            }
            return new Found(mark.durable(), true, null);
        } catch (LineReader.BadLineException e) {
            return new Found(0, true, e.getMessage());
        }
    }

    /** Writes a mark into a directory, durable except for its name; replaces an existing one. */
    static void write(Disk disk, long lsn) throws IOException {
        try (Disk.DiskFile file = disk.open(UNFINISHED)) {
            file.truncate(0);
            file.write(content(lsn), 0);
            file.sync();
        }
        disk.rename(UNFINISHED, NAME);
    }

    /** The content, always of the same length, so that writing it in place changes no metadata. */
    private static ByteBuffer content(long lsn) {
        byte[] body = LineWriter.mark(lsn);
        byte[] line = Arrays.copyOf(body, BYTES);
        int end = LineWriter.putEnd(line, 0, body.length, new CRC32C());
        Arrays.fill(line, end, BYTES, (byte) '\n');
        return ByteBuffer.wrap(line);
    }

    /** States that all up to an entry is on disk, which must be true. */
    synchronized void advance(long lsn) throws IOException {
        if (lsn <= written) {
            return;
        }
        if (file == null || !disk.isAt(NAME, file)) {
            open(lsn);
        } else {
            file.write(content(lsn), 0);
        }
        written = lsn;
    }

    private void open(long lsn) throws IOException {
        close();
        write(disk, lsn);
        file = disk.open(NAME);
    }

    /**
     * Creates the mark of a log that has entries, if there is none or it cannot be read.
     *
     * @param found the mark that recovery read
     * @param lsn all up to it is on disk
     * @return warnings; empty if the mark was good
     */
    List<String> renew(Found found, long lsn) {
        String path = disk.location() + "/" + NAME;
        if (found.problem() == null && (found.isThere() || lsn == 0)) {
            return List.of();
        }
        if (!found.isThere()) {
            Notice.LOG_MARK_MISSING.tell(LOGGER, path, lsn);
        }
        try {
            advance(lsn);
        } catch (IOException e) {
            Notice.LOG_MARK_NOT_WRITTEN.tell(LOGGER, e);
        }
        return !found.isThere()
                ? List.of()
                : List.of(path + " cannot be read: " + found.problem()
                        + ". So a missing end of the log cannot be detected. It is created anew.");
    }

    /** Writes the mark durably when the log is closed after this entry. */
    synchronized void end(long lsn) {
        close();
        try {
            if (lsn > 0) {
                write(disk, lsn);
            }
        } catch (IOException e) {
            Notice.LOG_MARK_NOT_WRITTEN.tell(LOGGER, e);
        }
    }

    private void close() {
        if (file != null) {
            ActiveSegment.closeQuietly(file);
            file = null;
        }
    }
}

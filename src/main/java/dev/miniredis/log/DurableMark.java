package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file {@code mini-redis.durable} beside a log: up to which entry the log is on disk. So a start notices when the end of
 * the log is missing, which the files of the log alone cannot show once they end with a whole line.
 *
 * <pre>
 *   {"log":"mini-redis","durable":1042,"crc":"5f3c9a01"}                              and empty lines up to 128 bytes
 * </pre>
 *
 * <p>It is written after the entries were synced, so what it says is true after any crash; it may say less than there is. While
 * a server runs, {@link LogWatch} writes it twice a second in place, without a sync: nothing waits for it, and when the process
 * is killed it is half a second old. It then says no more than the log's own lines do, so the last write can still be a torn end.
 * A clean stop, a backup and a restore write it durably, up to the last entry. A log without it is as good as one with it, except
 * that a missing end is not noticed.
 */
final class DurableMark {
    private static final System.Logger LOGGER = System.getLogger(DurableMark.class.getName());
    static final String NAME = "mini-redis.durable";
    static final String UNFINISHED = NAME + ".new";

    private static final int BYTES = 128;

    /**
     * What was found.
     *
     * @param lsn all up to it is durable; 0 where nothing is known
     * @param isThere whether there is such a file
     * @param problem why it cannot be read; null where it can, or is not there
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

    /** Reads the one in a directory. */
    static Found read(Disk disk) throws IOException, InterruptedException {
        if (!disk.names().contains(NAME)) {
            return Found.NOTHING;
        }
        try (Disk.DiskFile file = disk.open(NAME)) {
            LineScanner line = new LineScanner(file, byte[]::new);
            if (!line.next() || !line.isWhole()) {
                throw new LineReader.BadLineException("it is not whole");
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

    /** Puts one into a directory, durably but for its name, in the place of any that is there. */
    static void write(Disk disk, long lsn) throws IOException {
        try (Disk.DiskFile file = disk.open(UNFINISHED)) {
            file.truncate(0);
            file.write(content(lsn), 0);
            file.sync();
        }
        disk.rename(UNFINISHED, NAME);
    }

    /** Always as long, so that to write it again changes nothing but its bytes. */
    private static ByteBuffer content(long lsn) {
        byte[] body = LineWriter.mark(lsn);
        byte[] line = Arrays.copyOf(body, BYTES);
        int end = LineWriter.putEnd(line, 0, body.length, new CRC32C());
        Arrays.fill(line, end, BYTES, (byte) '\n');
        return ByteBuffer.wrap(line);
    }

    /** Says that all up to an entry is on disk, which it has to be. */
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
     * Makes the mark of a log that has entries, if there is none or it cannot be read.
     *
     * @param found what there was
     * @param lsn all up to it is on disk
     * @return what to warn of; empty if the mark was good
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
                        + ". So nothing tells whether the end of the log is missing. It is made anew.");
    }

    /** The log is closed with this entry: says so durably. */
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

package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file of the active segment: entries up to {@link #written()}, then blank lines as room for more. The log's thread
 * appends entries; {@link RoomKeeper} appends blank lines.
 */
final class ActiveSegment implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Disk.DiskFile file;
    private final long firstLsn;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long written;

    private ActiveSegment(Disk.DiskFile file, long firstLsn, long written) {
        this.file = file;
        this.firstLsn = firstLsn;
        this.written = written;
    }

    /**
     * Opens an existing segment.
     *
     * @param end the offset behind its entries
     */
    static ActiveSegment open(Disk disk, long firstLsn, long end) throws IOException {
        return new ActiveSegment(disk.open(SegmentNames.ACTIVE), firstLsn, end);
    }

    /**
     * Opens the segment that recovery has read, or creates one if there is none. On return all of it is on disk.
     *
     * @param provenEnd up to this offset, a later line states that the file was synced
     */
    static ActiveSegment recovered(Disk disk, Recovery.Result found, long provenEnd) throws IOException {
        ActiveSegment segment = found.activeFirstLsn() > 0
                ? open(disk, found.activeFirstLsn(), found.activeEnd())
                : create(disk, found.lastLsn() + 1, List.of());
        // If the previous process was killed, unproven bytes may be in the page cache only, and after a failed sync the
        // cache may be marked clean. So they are written again.
        segment.rewrite(provenEnd);
        segment.sync();
        disk.syncDirectory();
        return segment;
    }

    /**
     * Creates a segment that begins with some entries. It gets its name when they are on disk, so an active segment is
     * never incomplete; the name is durable on return.
     */
    static ActiveSegment create(Disk disk, long firstLsn, List<Batch> entries) throws IOException {
        ActiveSegment segment = prepare(disk, firstLsn, entries);
        try {
            segment.takeName(disk);
            return segment;
        } catch (IOException e) {
            closeQuietly(segment);
            throw e;
        }
    }

    /** The first half of {@link #create}: everything but the name is on disk. */
    static ActiveSegment prepare(Disk disk, long firstLsn, List<Batch> entries) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] body = LineWriter.header(firstLsn);
        byte[] header = Arrays.copyOf(body, body.length + LineWriter.END_BYTES);
        LineWriter.putEnd(header, 0, body.length, crc);
        Disk.DiskFile file = disk.open(SegmentNames.UNFINISHED);
        try {
            file.truncate(0);
            file.write(ByteBuffer.wrap(header), 0);
            ActiveSegment segment = new ActiveSegment(file, firstLsn, header.length);
            for (Batch batch : entries) {
                batch.finish(firstLsn - 1, crc);
                segment.write(batch);
            }
            segment.sync();
            return segment;
        } catch (IOException e) {
            closeQuietly(file);
            throw e;
        }
    }

    /** The second half of {@link #create}: gives the file its name. */
    void takeName(Disk disk) throws IOException {
        disk.rename(SegmentNames.UNFINISHED, SegmentNames.ACTIVE);
        disk.syncDirectory();
    }

    /** Whether the name of the active segment still leads to this file. */
    boolean isFoundOn(Disk disk) throws IOException {
        return disk.isAt(SegmentNames.ACTIVE, file);
    }

    /** Closes a file that is no longer used. */
    static void closeQuietly(Closeable given) {
        try {
            given.close();
        } catch (IOException e) {
            Notice.LOG_FILE_NOT_CLOSED.tell(System.getLogger(ActiveSegment.class.getName()), e);
        }
    }

    /** Trims and closes a segment whose entries are all on disk; remaining blank lines are harmless. */
    static void endQuietly(ActiveSegment complete) {
        try (complete) {
            complete.trim();
        } catch (IOException e) {
            Notice.LOG_FILE_NOT_TRIMMED.tell(System.getLogger(ActiveSegment.class.getName()), e);
        }
    }

    long firstLsn() {
        return firstLsn;
    }

    /** Writes the lines of a batch, without a sync. */
    void write(Batch batch) throws IOException {
        int from = batch.start();
        while (from < batch.end()) {
            int length = Math.min(BUFFER_BYTES, batch.end() - from);
            buffer.clear().put(batch.bytes(), from, length).flip();
            file.write(buffer, written);
            written += length;
            from += length;
        }
    }

    /** Writes the bytes from {@code offset} on again unchanged, so that the next sync writes them to disk. */
    void rewrite(long offset) throws IOException {
        long at = offset;
        while (at < written) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, written - at));
            int length = file.read(buffer, at);
            if (length <= 0) {
                throw new IOException("the file is shorter than it was");
            }
            file.write(buffer.flip(), at);
            at += length;
        }
    }

    void sync() throws IOException {
        file.sync();
    }

    /** The offset of the next entry. */
    long written() {
        return written;
    }

    long fileSize() throws IOException {
        return file.size();
    }

    /** Appends blank lines to the file at {@code offset}. */
    void fill(long offset, ByteBuffer blanks) throws IOException {
        file.write(blanks, offset);
    }

    /** Fills a segment without entries with the room for entries that free memory. */
    void fillSpare() throws IOException {
        ByteBuffer blanks = ByteBuffer.allocate((int) WriteLog.SPARE_BYTES);
        Arrays.fill(blanks.array(), (byte) '\n');
        fill(written, blanks);
    }

    /**
     * Writes a line that states that all entries are on disk, which must be true: a reader can then tell that none is
     * missing at the end.
     */
    void writeMark(long lastLsn) throws IOException {
        if (lastLsn >= firstLsn) {
            byte[] body = LineWriter.durable(lastLsn);
            byte[] line = Arrays.copyOf(body, body.length + LineWriter.END_BYTES);
            LineWriter.putEnd(line, 0, body.length, new CRC32C());
            file.write(ByteBuffer.wrap(line), written);
            written += line.length;
        }
    }

    /** Cuts off the blank lines at the end. */
    void trim() throws IOException {
        file.truncate(written);
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file of the segment being written: entries up to {@link #written()}, then empty lines up to its end, which are the
 * room for more. The log's thread appends; {@link RoomKeeper} fills, behind what is written.
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
     * Opens the segment as it was found.
     *
     * @param end where its entries end
     */
    static ActiveSegment open(Disk disk, long firstLsn, long end) throws IOException {
        return new ActiveSegment(disk.open(SegmentNames.ACTIVE), firstLsn, end);
    }

    /**
     * Opens the segment that a recovery has found, or makes one where it found none; all of it is on disk then.
     *
     * @param provenEnd up to here of the file, a later line says that it was synced
     */
    static ActiveSegment recovered(Disk disk, Recovery.Result found, long provenEnd) throws IOException {
        ActiveSegment segment = found.activeFirstLsn() > 0
                ? open(disk, found.activeFirstLsn(), found.activeEnd())
                : create(disk, found.lastLsn() + 1, List.of());
        // What was read may be in the memory of the operating system only, if the process before was killed; and after
        // a
        // sync that failed, that memory may count as clean. So what is not proven is written again.
        segment.rewrite(provenEnd);
        segment.sync();
        disk.syncDirectory();
        return segment;
    }

    /**
     * Makes a segment that holds some entries already. It gets its name when all of them are on disk, so that whoever
     * finds it finds them too; its name is durable before it is used.
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

    /** The first half of {@link #create}: all is on disk but the name. */
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

    /** The second half of {@link #create}. */
    void takeName(Disk disk) throws IOException {
        disk.rename(SegmentNames.UNFINISHED, SegmentNames.ACTIVE);
        disk.syncDirectory();
    }

    /** Whether whoever looks for the active segment finds this one. */
    boolean isFoundOn(Disk disk) throws IOException {
        return disk.isAt(SegmentNames.ACTIVE, file);
    }

    /** Closes a file that is given up. */
    static void closeQuietly(Closeable given) {
        try {
            given.close();
        } catch (IOException e) {
            Notice.LOG_FILE_NOT_CLOSED.tell(System.getLogger(ActiveSegment.class.getName()), e);
        }
    }

    /** Closes a segment all of whose entries are on disk; empty lines that stay at its end do no harm. */
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

    /** Writes the lines of a batch; it is not durable yet. */
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

    /** Writes what there is from {@code offset} on again, as it is, so that the next sync has it to write. */
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

    /** Where the next entry goes. */
    long written() {
        return written;
    }

    long fileSize() throws IOException {
        return file.size();
    }

    /** Fills more of the file with empty lines, from {@code offset}, where nothing is yet. */
    void fill(long offset, ByteBuffer blanks) throws IOException {
        file.write(blanks, offset);
    }

    /** Makes the room that is left to entries that free memory, in a segment without entries. */
    void fillSpare() throws IOException {
        ByteBuffer blanks = ByteBuffer.allocate((int) WriteLog.SPARE_BYTES);
        Arrays.fill(blanks.array(), (byte) '\n');
        fill(written, blanks);
    }

    /**
     * Writes a line that says that all up to the last entry is on disk, which it has to be: so that a reader can tell
     * that none is missing at the end.
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

    /** Cuts off the empty lines at the end. */
    void trim() throws IOException {
        file.truncate(written);
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

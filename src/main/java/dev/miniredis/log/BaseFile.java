package dev.miniredis.log;

import dev.miniredis.resp.Request;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A base (a snapshot) being written: commands that rebuild the state after the entry with its lsn. It gets its name
 * when all of it is on disk, so a base under its name is always complete. For one thread.
 *
 * <pre>
 *   {"log":"mini-redis","format":1,"base":1041,"at":1763834101123,"seed":"9f…","keys":[1,0,0,1],"crc":"…"}
 *   {"cmd":["SET","user:1","John Doe"],"crc":"…"}
 *   {"db":3,"cmd":["SET","k","v","PXAT","1763834200000"],"crc":"…"}
 *   {"end":2,"crc":"…"}                                                        the number of lines
 * </pre>
 */
public final class BaseFile implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;
    /** Synced in pieces of this size: one sync of everything at the end would delay the syncs of the log. */
    private static final long SYNC_BYTES = 16L * 1024 * 1024;

    private static final byte[] NO_SENDER = {};

    private final Disk disk;
    private final long lsn;
    private final Disk.DiskFile file;
    private final Runnable atEnd;
    private final CRC32C crc = new CRC32C();
    private byte[] lines = new byte[2 * BUFFER_BYTES];
    private int size;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long written;
    private long synced;
    private long count;
    private boolean finished;

    private BaseFile(Disk disk, long lsn, Disk.DiskFile file, Runnable atEnd) {
        this.disk = disk;
        this.atEnd = atEnd;
        this.lsn = lsn;
        this.file = file;
    }

    /**
     * Begins a base.
     *
     * @param header tells the last entry that the base stands for
     * @param atEnd run on close
     */
    static BaseFile create(Disk disk, BaseHeader header, Runnable atEnd) throws IOException {
        Disk.DiskFile file;
        try {
            file = disk.open(SegmentNames.UNFINISHED_BASE);
        } catch (IOException e) {
            throw NoRoomException.of(e, disk, 0);
        }
        try {
            file.truncate(0);
        } catch (IOException e) {
            ActiveSegment.closeQuietly(file);
            throw e;
        }
        BaseFile base = new BaseFile(disk, header.lsn(), file, atEnd);
        base.addLine(LineWriter.baseHeader(header));
        return base;
    }

    public long lsn() {
        return lsn;
    }

    /** The size so far. */
    public long bytes() {
        return written + size;
    }

    /** Adds a command that rebuilds a part of the state. */
    public void add(int database, Request command) throws IOException {
        long bound = LineWriter.bound(NO_SENDER, command);
        if (lines.length - size < bound) {
            flush();
            if (lines.length < bound) {
                lines = Arrays.copyOf(lines, Math.toIntExact(bound));
            }
        }
        int bodyEnd = LineWriter.putBaseBody(lines, size, database, command);
        size = LineWriter.putEnd(lines, size, bodyEnd, crc);
        count++;
        if (size >= BUFFER_BYTES) {
            flush();
        }
    }

    private void addLine(byte[] body) {
        System.arraycopy(body, 0, lines, size, body.length);
        size = LineWriter.putEnd(lines, size, size + body.length, crc);
    }

    private void flush() throws IOException {
        int from = 0;
        while (from < size) {
            int length = Math.min(BUFFER_BYTES, size - from);
            buffer.clear().put(lines, from, length).flip();
            write();
            written += length;
            from += length;
        }
        size = 0;
        if (written - synced >= SYNC_BYTES) {
            sync();
        }
    }

    private void write() throws IOException {
        try {
            file.write(buffer, written);
        } catch (IOException e) {
            throw NoRoomException.of(e, disk, BUFFER_BYTES);
        }
    }

    private void sync() throws IOException {
        try {
            file.sync();
        } catch (IOException e) {
            throw NoRoomException.of(e, disk, 0);
        }
        synced = written;
    }

    /** Writes the last line, makes the file durable and gives it its name. */
    public void finish() throws IOException {
        addLine(LineWriter.baseEnd(count));
        flush();
        sync();
        disk.rename(SegmentNames.UNFINISHED_BASE, SegmentNames.base(lsn));
        finished = true;
        disk.syncDirectory();
    }

    /** Closes the file; deletes an unfinished one, since its space may be needed. */
    @Override
    public void close() throws IOException {
        buffer = null;
        try {
            file.close();
            if (!finished) {
                disk.delete(SegmentNames.UNFINISHED_BASE);
            }
        } finally {
            atEnd.run();
        }
    }
}

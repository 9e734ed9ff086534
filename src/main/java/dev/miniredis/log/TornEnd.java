package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Cuts off the torn end of a log, the bytes after the last good entry that were never synced, so that new entries can
 * follow. The bytes are kept in a file of their own for inspection.
 */
final class TornEnd {
    private static final int COPY_BYTES = 64 * 1024;
    /** The maximum to keep of a torn end if the disk has no space for a copy before the cut. */
    private static final int MAX_HELD_BYTES = 64 * 1024 * 1024;

    private final Disk disk;
    private final String tail;

    TornEnd(Disk disk, long nowMillis) throws IOException {
        this.disk = disk;
        tail = unusedName(disk, SegmentNames.tail(nowMillis));
    }

    /** The wanted name, with a number appended if it is taken. */
    static String unusedName(Disk disk, String wanted) throws IOException {
        List<String> names = disk.names();
        String name = wanted;
        for (int i = 2; names.contains(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    /**
     * Cuts a file off.
     *
     * @return what was done, in a sentence
     */
    String cutOff(Disk.DiskFile file, long goodEnd) throws IOException {
        long end = contentEnd(file, goodEnd);
        long bytes = end - goodEnd;
        if (bytes == 0) {
            truncate(file, goodEnd);
            return "Cut off: 0 bytes, nothing but blanks and zeros.";
        }
        try {
            keep(file, goodEnd, end);
        } catch (IOException noRoom) {
            return cutOffFirst(file, goodEnd, end, noRoom);
        }
        truncate(file, goodEnd);
        return "Cut off: " + bytes + " bytes, kept in " + disk.location() + "/" + tail + ".";
    }

    /** Cuts first, which frees space, and writes the copy from memory. */
    private String cutOffFirst(Disk.DiskFile file, long goodEnd, long end, IOException noRoom) throws IOException {
        ByteBuffer held = ByteBuffer.allocate((int) Math.min(end - goodEnd, MAX_HELD_BYTES));
        while (held.hasRemaining() && file.read(held, goodEnd + held.position()) > 0) {
            // read on
        }
        truncate(file, goodEnd);
        String cut = "Cut off: " + (end - goodEnd) + " bytes";
        try (Disk.DiskFile copy = disk.open(tail)) {
            copy.truncate(0);
            copy.write(held.flip(), 0);
            copy.sync();
            disk.syncDirectory();
            return cut + ", of which " + held.limit() + " are kept in " + disk.location() + "/" + tail + ".";
        } catch (IOException e) {
            return cut + ", which could not be kept: " + LogException.reason(noRoom) + ".";
        }
    }

    private void keep(Disk.DiskFile file, long from, long to) throws IOException {
        try (Disk.DiskFile copy = disk.open(tail)) {
            copy(file, from, to, copy);
            copy.sync();
        }
        disk.syncDirectory();
    }

    private static void truncate(Disk.DiskFile file, long size) throws IOException {
        file.truncate(size);
        file.sync();
    }

    /** The offset behind the last byte that is neither line feed nor zero. */
    static long contentEnd(Disk.ReadableFile file, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        long end = from;
        long offset = from;
        while (file.read(buffer.clear(), offset) > 0) {
            for (int i = 0; i < buffer.position(); i++) {
                if (buffer.get(i) != '\n' && buffer.get(i) != 0) {
                    end = offset + i + 1;
                }
            }
            offset += buffer.position();
        }
        return end;
    }

    /** Copies a part of a file to the beginning of another. */
    static void copy(Disk.ReadableFile source, long from, long to, Disk.DiskFile target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        long offset = from;
        while (offset < to) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - offset));
            int read = source.read(buffer, offset);
            if (read <= 0) {
                return;
            }
            target.write(buffer.flip(), offset - from);
            offset += read;
        }
    }
}

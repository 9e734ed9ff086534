package dev.miniredis.migrate;

import dev.miniredis.rdb.Crc64;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file up to the size that it had when it was opened, and computes the {@link Crc64} of what was read.
 */
final class FileInput implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path file;
    private final ReadableByteChannel channel;
    private final long size;
    private final byte[] buffer;
    private final Crc64 crc = new Crc64();
    private long bufferOffset; // of the buffer in the file
    private int position;
    private int limit;
    private int summed; // bytes of the buffer already in the checksum

    /** @param channel positioned at the beginning of the file */
    FileInput(Path file, ReadableByteChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.buffer = new byte[(int) Math.min(BUFFER_BYTES, size)];
    }

    static FileInput open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new FileInput(file, channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    /** The number of bytes read. */
    long offset() {
        return bufferOffset + position;
    }

    long remaining() {
        return size - offset();
    }

    long size() {
        return size;
    }

    /** @throws EOFException there is no byte left */
    int read() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    /**
     * Reads bytes; allocates the array only if the file has as many.
     *
     * @throws EOFException it has fewer
     */
    byte[] read(long length) throws IOException {
        if (length > remaining()) {
            throw new EOFException();
        }
        byte[] bytes = new byte[Math.toIntExact(length)];
        int done = 0;
        while (done < bytes.length) {
            if (position == limit) {
                fill();
            }
            int part = Math.min(bytes.length - done, limit - position);
            System.arraycopy(buffer, position, bytes, done, part);
            position += part;
            done += part;
        }
        return bytes;
    }

    /** @throws EOFException there are fewer bytes left */
    void skip(long length) throws IOException {
        if (length < 0 || length > remaining()) {
            throw new EOFException();
        }
        long left = length;
        while (left > 0) {
            if (position == limit) {
                fill();
            }
            int part = (int) Math.min(left, limit - position);
            position += part;
            left -= part;
        }
    }

    /** The checksum of all bytes read. */
    long checksum() {
        crc.update(buffer, summed, position);
        summed = position;
        return crc.value();
    }

    private void fill() throws IOException {
        crc.update(buffer, summed, limit);
        bufferOffset += limit;
        position = 0;
        limit = 0;
        summed = 0;
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, size - bufferOffset));
        int length = target.hasRemaining() ? channel.read(target) : -1;
        if (length <= 0) {
            throw new EOFException();
        }
        limit = length;
    }

    /** An exception for invalid content of the file. */
    ImportException damage(long offset, String problem) {
        return new ImportException(file + " is damaged at byte " + offset + ": " + problem + ".");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

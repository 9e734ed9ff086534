package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks over the lines of a file that are not empty. The bytes of a line stay where they are until the memory
 * that they lie in is handed out again by whoever lends it.
 */
final class LineScanner {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int MAX_CHUNK_BYTES = Integer.MAX_VALUE - 8;

    /** Lends memory to read into. */
    @FunctionalInterface
    interface Memory {
        /** Lends at least {@code length} bytes. */
        byte[] lend(int length) throws InterruptedException;
    }

    private final Disk.ReadableFile file;
    private final Memory memory;
    private byte[] chunk = {};
    private int limit;
    private int from;
    private int to;
    private long chunkOffset; // of the chunk in the file
    private long lineNumber;
    private boolean whole;

    LineScanner(Disk.ReadableFile file, Memory memory) {
        this.file = file;
        this.memory = memory;
    }

    /**
     * Goes to a place in the file; what has been read is forgotten.
     *
     * @param offset where a line begins
     * @param linesBefore how many lines end before it
     */
    void goTo(long offset, long linesBefore) {
        chunkOffset = offset;
        lineNumber = linesBefore;
        limit = 0;
        from = 0;
        to = 0;
        whole = false;
    }

    /**
     * Goes to the next line that is not empty.
     *
     * @return false at the end of the file
     */
    boolean next() throws IOException, InterruptedException {
        from = to + (whole ? 1 : 0);
        whole = false;
        to = from;
        while (true) {
            while (to < limit && chunk[to] != '\n') {
                to++;
            }
            if (to == limit) {
                if (!readMore()) {
                    lineNumber += to > from ? 1 : 0;
                    return to > from;
                }
            } else {
                lineNumber++;
                if (to > from) {
                    whole = true;
                    return true;
                }
                from = ++to;
            }
        }
    }

    /** Begins a new chunk with what there is of the line, and more after it. */
    private boolean readMore() throws IOException, InterruptedException {
        int held = to - from;
        byte[] next = memory.lend((int) Math.max(CHUNK_BYTES, Math.min(2L * held, MAX_CHUNK_BYTES)));
        System.arraycopy(chunk, from, next, 0, held);
        ByteBuffer free = ByteBuffer.wrap(next, held, next.length - held);
        int read = file.read(free, chunkOffset + to);
        chunkOffset += from;
        chunk = next;
        limit = held + Math.max(read, 0);
        from = 0;
        to = held;
        return read > 0;
    }

    /** Whether the line after this one has been read from the file already, or a part of it. */
    boolean hasBuffered() {
        return whole && to + 1 < limit && chunk[to + 1] != '\n';
    }

    byte[] bytes() {
        return chunk;
    }

    int from() {
        return from;
    }

    /** Where the line ends, before its line feed. */
    int to() {
        return to;
    }

    /** Whether the line has its line feed. */
    boolean isWhole() {
        return whole;
    }

    /** Where the line begins in the file. */
    long offset() {
        return chunkOffset + from;
    }

    /** Where the line after this one begins in the file. */
    long nextOffset() {
        return chunkOffset + to + (whole ? 1 : 0);
    }

    /** The number of the line, from 1; empty lines count. */
    long lineNumber() {
        return lineNumber;
    }
}

package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Iterates over the lines of a file, without blank ones. The bytes of a line stay valid until the lender of the memory
 * reuses it.
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
    private long chunkOffset; // in the file
    private long lineNumber;
    private boolean whole;

    LineScanner(Disk.ReadableFile file, Memory memory) {
        this.file = file;
        this.memory = memory;
    }

    /**
     * Continues at a place in the file; buffered bytes are discarded.
     *
     * @param offset the beginning of a line
     * @param linesBefore the number of lines before it
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
     * Goes to the next line that is not blank.
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

    /** Begins a new chunk with the buffered part of the line, and reads more. */
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

    /** Whether the line after this one, or a part of it, is buffered. */
    boolean hasBuffered() {
        return whole && to + 1 < limit && chunk[to + 1] != '\n';
    }

    byte[] bytes() {
        return chunk;
    }

    int from() {
        return from;
    }

    /** The index of the line's end, before its line feed. */
    int to() {
        return to;
    }

    /** Whether the line has a line feed. */
    boolean isWhole() {
        return whole;
    }

    /** The offset of the line in the file. */
    long offset() {
        return chunkOffset + from;
    }

    /** The offset behind the line and its line feed. */
    long nextOffset() {
        return chunkOffset + to + (whole ? 1 : 0);
    }

    /** The number of the line, from 1; blank lines count. */
    long lineNumber() {
        return lineNumber;
    }
}

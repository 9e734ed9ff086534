package dev.miniredis.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/**
 * Entries that were read together at recovery, and their memory. The receiver owns the batch until {@link #release};
 * then a later part of the log is read into the same memory. (With new memory for each batch, a replay would produce
 * six times as much garbage as data.)
 */
public final class ReadBatch {
    private static final int MAX_KEPT_BYTES = 4 * 1024 * 1024;

    private final BlockingQueue<ReadBatch> free;
    private final List<LogEntry> made = new ArrayList<>();
    private int size;
    private byte[] bytes = {};

    /** @param free the queue that it returns to when it is released */
    ReadBatch(BlockingQueue<ReadBatch> free) {
        this.free = free;
    }

    /** The entries, in order. */
    public List<LogEntry> entries() {
        return Collections.unmodifiableList(made.subList(0, size));
    }

    /** Returns the batch for reuse; its entries must not be used any more. */
    public void release() {
        free.add(this);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Discards the entries, and unusually large memory. */
    void clear() {
        size = 0;
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[0];
            made.clear();
        }
    }

    /** Memory for lines, at least {@code length} bytes. */
    byte[] room(int length) {
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        return bytes;
    }

    /** The entry to read into; it belongs to the batch after {@link #addNext}. */
    LogEntry next() {
        if (size == made.size()) {
            made.add(new LogEntry());
        }
        return made.get(size);
    }

    void addNext() {
        size++;
    }
}

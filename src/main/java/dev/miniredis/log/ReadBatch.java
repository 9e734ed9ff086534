package dev.miniredis.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/**
 * Entries that were read together at recovery, and the memory that they lie in. Whoever was handed one has it to himself
 * until he gives it back with {@link #release}; then a later part of the log is read into the same memory. (Were all of
 * it new, a replay would make six times as much garbage as data.)
 */
public final class ReadBatch {
    private static final int MAX_KEPT_BYTES = 4 * 1024 * 1024;

    private final BlockingQueue<ReadBatch> free;
    private final List<LogEntry> made = new ArrayList<>();
    private int size;
    private byte[] bytes = {};

    /** @param free where it goes when it is released */
    ReadBatch(BlockingQueue<ReadBatch> free) {
        this.free = free;
    }

    /** The entries, in order. */
    public List<LogEntry> entries() {
        return Collections.unmodifiableList(made.subList(0, size));
    }

    /** Gives the batch back; nothing of it may be used any more. */
    public void release() {
        free.add(this);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Forgets the entries and whatever memory is unusually large. */
    void clear() {
        size = 0;
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[0];
            made.clear();
        }
    }

    /** Memory for lines, at least as much as is asked for. */
    byte[] room(int length) {
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        return bytes;
    }

    /** The entry to read into, which is none of the batch's until {@link #addNext}. */
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

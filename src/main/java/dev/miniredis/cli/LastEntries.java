package dev.miniredis.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Printed entries of which only the last are wanted, or all. */
final class LastEntries {
    static final long ALL = -1;

    private final LogOutput out;
    private final long count;
    private final Deque<byte[]> kept = new ArrayDeque<>();

    /** @param count how many; {@link #ALL} prints each at once */
    LastEntries(LogOutput out, long count) {
        this.out = out;
        this.count = count;
    }

    void add(byte[] printed) throws IOException {
        if (count == ALL) {
            out.write(printed);
            return;
        }
        kept.add(printed);
        if (kept.size() > count) {
            kept.remove();
        }
    }

    /** Prints the kept entries. */
    void end() throws IOException {
        for (byte[] printed : kept) {
            out.write(printed);
        }
        kept.clear();
        out.flush();
    }
}

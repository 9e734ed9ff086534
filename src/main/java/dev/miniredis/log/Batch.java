package dev.miniredis.log;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Entries encoded as lines, on their way to the disk. The engine's thread fills a batch, then the log's thread finishes
 * and writes it; one thread owns it at a time.
 *
 * <pre>
 *   | lead | body of the first line | gap for its end | body | gap | …
 * </pre>
 *
 * <p>The lead lets the first line move to the left by the length of its {@code durable} field, which is known only when
 * the log's thread writes the batch.
 */
final class Batch {
    /** A batch of this size is full, and is submitted before more is added. */
    static final int FULL_BYTES = 1024 * 1024;

    private static final int INITIAL_BYTES = 16 * 1024;
    private static final int LEAD = LineWriter.DURABLE_BYTES;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int start = LEAD; // index of the first line
    private int size = LEAD;
    private int[] bodyEnds = new int[64];
    private int lines;
    private long firstLsn;
    private long boundBytes;

    void clear() {
        if (bytes.length > 2 * FULL_BYTES) {
            bytes = new byte[INITIAL_BYTES];
            bodyEnds = new int[64];
        }
        start = LEAD;
        size = LEAD;
        lines = 0;
        boundBytes = 0;
    }

    boolean isEmpty() {
        return lines == 0;
    }

    boolean isFull() {
        return size >= FULL_BYTES;
    }

    /** Makes room for one more entry of at most this many bytes. */
    void ensure(long bound) {
        if (lines == bodyEnds.length) {
            bodyEnds = Arrays.copyOf(bodyEnds, lines * 2);
        }
        if (bytes.length - size < bound) {
            long wanted = Math.max(size + bound, Math.min(2L * bytes.length, FULL_BYTES));
            bytes = Arrays.copyOf(bytes, Math.toIntExact(wanted));
        }
    }

    void add(LogEntry entry, long bound) {
        ensure(bound);
        if (lines == 0) {
            firstLsn = entry.lsn();
        }
        int bodyEnd = LineWriter.putBody(bytes, size, entry);
        bodyEnds[lines++] = bodyEnd;
        size = bodyEnd + LineWriter.END_BYTES;
        boundBytes += bound;
    }

    /**
     * Completes all lines; the first states that everything up to {@code durableLsn} was synced before. Can be
     * repeated.
     */
    void finish(long durableLsn, CRC32C crc) {
        int bodyStart = start;
        byte[] durable = new byte[LineWriter.DURABLE_BYTES];
        int durableLength = LineWriter.putDurable(durable, 0, durableLsn);
        for (int i = 0; i < lines; i++) {
            int bodyEnd = bodyEnds[i];
            if (i == 0) {
                int shifted = LEAD - durableLength;
                System.arraycopy(bytes, start, bytes, shifted, bodyEnd - LEAD);
                System.arraycopy(durable, 0, bytes, bodyEnd - durableLength, durableLength);
                start = shifted;
                bodyStart = shifted;
            }
            bodyStart = LineWriter.putEnd(bytes, bodyStart, bodyEnd, crc);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** The index where the lines begin, after {@link #finish}. */
    int start() {
        return start;
    }

    /** The index where the lines end. */
    int end() {
        return size;
    }

    long firstLsn() {
        return firstLsn;
    }

    long lastLsn() {
        return firstLsn + lines - 1;
    }

    /** The memory that it takes. */
    long heldBytes() {
        return bytes.length;
    }

    /** The sum of the bounds that the entries were admitted with. */
    long boundBytes() {
        return boundBytes;
    }
}

package dev.miniredis.resp;

/**
 * What the connections of one event loop have read in this turn of it, one after the other in one array: a connection
 * that waits for nothing owns no buffer, so an idle one costs none. Used by its loop's thread only.
 *
 * <pre>
 *   | connection 7's | 12's | 3's | free … |
 * </pre>
 */
public final class TurnBuffer {
    /** What a turn can read before its requests are run. */
    public static final int BYTES = 256 * 1024;

    private static final int ARGS = 64;

    private final byte[] bytes = new byte[BYTES];
    private final int[] args = new int[ARGS];
    private final Slice digits = new Slice();
    private int used;

    byte[] bytes() {
        return bytes;
    }

    /** Where the reader that is reading notes the arguments of a request, until it has it or has to wait for the rest. */
    int[] args() {
        return args;
    }

    /** For the number that is being read. */
    Slice digits() {
        return digits;
    }

    /** Whether {@link #take} will find room. */
    public boolean hasRoom(int length) {
        return length <= BYTES - used;
    }

    /** The offset of {@code length} free bytes, which are taken now; -1 where there are not so many. */
    int take(int length) {
        if (!hasRoom(length)) {
            return -1;
        }
        int offset = used;
        used += length;
        return offset;
    }

    /** The turn is over, and every reader was told so: all is free again. */
    public void clear() {
        used = 0;
    }
}

package dev.miniredis.resp;

/**
 * Holds what the connections of one event loop have read in this turn, one after the other in one array. An idle
 * connection needs no buffer of its own. For the loop's thread only.
 *
 * <pre>
 *   | connection 7's | 12's | 3's | free … |
 * </pre>
 */
public final class TurnBuffer {
    /** How many bytes a turn can read before its requests are run. */
    public static final int BYTES = 256 * 1024;

    private static final int ARGS = 64;

    private final byte[] bytes = new byte[BYTES];
    private final int[] args = new int[ARGS];
    private final Slice digits = new Slice();
    private int used;

    byte[] bytes() {
        return bytes;
    }

    /**
     * Where the current reader stores the arguments of a request until the request is complete, or the reader must
     * wait.
     */
    int[] args() {
        return args;
    }

    /** Scratch slice for the number being parsed. */
    Slice digits() {
        return digits;
    }

    /** Whether {@link #take} would succeed. */
    public boolean hasRoom(int length) {
        return length <= BYTES - used;
    }

    /** Takes {@code length} free bytes. @return their offset; -1 if there are not enough */
    int take(int length) {
        if (!hasRoom(length)) {
            return -1;
        }
        int offset = used;
        used += length;
        return offset;
    }

    /** Frees everything at the end of a turn, after {@link RequestReader#endTurn} of every reader. */
    public void clear() {
        used = 0;
    }
}

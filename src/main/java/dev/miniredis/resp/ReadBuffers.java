package dev.miniredis.resp;

/**
 * The spare buffer that the connections of one event loop read into, one after the other: a connection that waits for
 * nothing owns none, so an idle one costs no buffer. Used by its loop's thread only.
 */
public final class ReadBuffers {
    /** The size of the spare buffer; what a socket is read in. */
    public static final int SPARE_BYTES = 64 * 1024;

    private byte[] spare = new byte[SPARE_BYTES];

    /** A buffer of at least {@code bytes}, the spare one where it is free and large enough. */
    byte[] take(int bytes) {
        if (bytes > SPARE_BYTES || spare == null) {
            return new byte[bytes];
        }
        byte[] taken = spare;
        spare = null;
        return taken;
    }

    void giveBack(byte[] buffer) {
        if (buffer.length == SPARE_BYTES) {
            spare = buffer;
        }
    }
}

package dev.miniredis.resp;

/** How long requests may be: for all connections of an event loop, changed by its thread only. */
public final class RequestLimits {
    /** What a bulk string may have unless somebody says otherwise, Redis's {@code proto-max-bulk-len}. */
    public static final int DEFAULT_BULK_BYTES = 512 * 1024 * 1024;
    /** No request may be longer, whatever limit is set: it has to fit into one array. */
    public static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    private int bulkBytes = DEFAULT_BULK_BYTES;
    private int requestBytes = MAX_REQUEST_BYTES;

    /** The longest bulk string. */
    public int bulkBytes() {
        return bulkBytes;
    }

    /** Sets the longest bulk string; with more than {@link #MAX_REQUEST_BYTES}, to that. */
    public void bulkBytes(long bytes) {
        bulkBytes = (int) Math.min(bytes, MAX_REQUEST_BYTES);
    }

    /** What may be held of a request that is not complete. */
    public int requestBytes() {
        return requestBytes;
    }

    /** Sets what may be held of a request; with more than {@link #MAX_REQUEST_BYTES}, to that. */
    public void requestBytes(long bytes) {
        requestBytes = (int) Math.min(bytes, MAX_REQUEST_BYTES);
    }
}

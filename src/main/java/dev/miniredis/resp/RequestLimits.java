package dev.miniredis.resp;

/** Limits of the size of requests, for all connections of an event loop; changed by the loop's thread only. */
public final class RequestLimits {
    /** The default limit of a bulk string, Redis's {@code proto-max-bulk-len}. */
    public static final int DEFAULT_BULK_BYTES = 512 * 1024 * 1024;
    /** The upper limit of all settings: a request must fit into one array. */
    public static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    private int bulkBytes = DEFAULT_BULK_BYTES;
    private int requestBytes = MAX_REQUEST_BYTES;

    /** The maximum length of a bulk string. */
    public int bulkBytes() {
        return bulkBytes;
    }

    /** Sets the maximum length of a bulk string, at most {@link #MAX_REQUEST_BYTES}. */
    public void bulkBytes(long bytes) {
        bulkBytes = (int) Math.min(bytes, MAX_REQUEST_BYTES);
    }

    /** The maximum size of an incomplete request. */
    public int requestBytes() {
        return requestBytes;
    }

    /** Sets the maximum size of an incomplete request, at most {@link #MAX_REQUEST_BYTES}. */
    public void requestBytes(long bytes) {
        requestBytes = (int) Math.min(bytes, MAX_REQUEST_BYTES);
    }
}

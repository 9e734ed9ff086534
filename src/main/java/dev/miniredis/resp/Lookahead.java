package dev.miniredis.resp;

/**
 * The next requests of some connections, read before the first of them runs, so that their keys can be prefetched from
 * main memory together.
 */
public final class Lookahead {
    /** A larger number does not help: a core has a limited number of memory reads in flight. */
    public static final int MAX_REQUESTS = 32;

    private final Request[] requests = new Request[MAX_REQUESTS];
    private int count;

    public Lookahead() {
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new Request();
        }
    }

    /** Discards the requests, and their references to the readers' buffers. */
    public void clear() {
        while (count > 0) {
            requests[--count].release();
        }
    }

    public boolean isFull() {
        return count == MAX_REQUESTS;
    }

    /**
     * Reads one more request; only while not {@link #isFull}. It is valid until its reader is used for anything else.
     *
     * @return false when its reader needs more bytes
     * @throws ProtocolException as {@link RequestReader#next}
     */
    public boolean read(RequestReader reader) throws ProtocolException {
        boolean whole = reader.next(requests[count]);
        count += whole ? 1 : 0;
        return whole;
    }

    /** How many were read. */
    public int count() {
        return count;
    }

    public Request request(int index) {
        return requests[index];
    }
}

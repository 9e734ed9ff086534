package dev.miniredis.resp;

/**
 * The next requests of some connections, cut out before the first of them runs: so whoever runs them can fetch what all
 * of them will look at from main memory at the same time.
 */
public final class Lookahead {
    /** More than this many at a time bring nothing: a core has only so many reads of memory under way. */
    public static final int MAX_REQUESTS = 32;

    private final Request[] requests = new Request[MAX_REQUESTS];
    private int count;

    public Lookahead() {
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new Request();
        }
    }

    /** Forgets the requests, and with them the buffers of their readers. */
    public void clear() {
        while (count > 0) {
            requests[--count].release();
        }
    }

    public boolean isFull() {
        return count == MAX_REQUESTS;
    }

    /**
     * Reads one more request, where there is room for it. It is valid until its reader is used for anything else.
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

package dev.miniredis.session;

import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.List;

/** The requests of a client between {@code MULTI} and {@code EXEC}. */
public final class Transaction {
    private final List<Request> requests = new ArrayList<>();
    private long bytes;
    private long heldBytes;
    private boolean write;
    private boolean takesMemory;
    private boolean refused;

    /**
     * Keeps a copy of a request.
     *
     * @param isWrite whether it may change data
     * @param mayTakeMemory whether it is refused where there is none
     */
    void queue(Request request, boolean isWrite, boolean mayTakeMemory) {
        int length = 0;
        for (int i = 0; i < request.size(); i++) {
            length += request.arg(i).length();
        }
        requests.add(request.copy());
        bytes += length;
        heldBytes += length + ClientMemory.QUEUED_REQUEST_BYTES + (long) request.size() * ClientMemory.ARGUMENT_BYTES;
        write |= isWrite;
        takesMemory |= mayTakeMemory;
    }

    public List<Request> requests() {
        return requests;
    }

    /** What the arguments of the requests take. */
    public long bytes() {
        return bytes;
    }

    /** What the requests take in all. */
    long heldBytes() {
        return heldBytes;
    }

    /** Whether one of the requests may change data. */
    public boolean isWrite() {
        return write;
    }

    /** Whether one of the requests is refused where there is no memory. */
    public boolean takesMemory() {
        return takesMemory;
    }

    /** A request could not be queued, so none of them will run. */
    public void refuse() {
        refused = true;
    }

    public boolean isRefused() {
        return refused;
    }
}

package dev.miniredis.session;

import java.util.function.LongSupplier;

/**
 * What the clients make the server keep, in bytes: counted where it changes, so that to ask costs nothing. Most lies in
 * the heap: requests that are not complete, queued transactions, subscriptions, watched keys, the connections
 * themselves, and the {@link TrackingTable}. What waits to be sent lies outside of it.
 *
 * <p>The objects are counted by what they take of a JVM with compact headers, for one client alone: what several share,
 * such as a channel, is counted for each of them.
 */
public final class ClientMemory {
    /** A connection that does nothing, with its session. */
    static final int SESSION_BYTES = 2400;
    /** A name in the two maps of {@link Channels}. */
    public static final int SUBSCRIPTION_BYTES = 256;
    /** A key in the two maps of {@link Watches}. */
    public static final int WATCH_BYTES = 256;
    /** A prefix in {@link Tracking} and its {@link TrackingTable}. */
    public static final int PREFIX_BYTES = 320;
    /** A key in the {@link TrackingTable}, with the first client that has read it. */
    static final int TRACKED_KEY_BYTES = 200;
    /** One more client of such a key. */
    static final int TRACKING_CLIENT_BYTES = 40;
    /** A request of a {@link Transaction}. */
    public static final int QUEUED_REQUEST_BYTES = 64;
    /** An argument of any request, besides its bytes. */
    public static final int ARGUMENT_BYTES = 36;
    /** A piece of output, besides its bytes. */
    public static final int OUTPUT_BYTES = 200;

    /** The table forgets keys when it has this part of what all may take. */
    private static final int TABLE_PART = 2;

    private LongSupplier heapLimit = () -> Long.MAX_VALUE;
    private LongSupplier totalLimit = () -> Long.MAX_VALUE;
    private long sessionBytes;
    private long tableBytes;
    private long outputBytes;
    private boolean grown;

    /**
     * Sets how much it may be.
     *
     * @param heap what may lie in the heap
     * @param total that, and what waits to be sent
     */
    public void limits(LongSupplier heap, LongSupplier total) {
        heapLimit = heap;
        totalLimit = total;
    }

    void addSession(long more) {
        sessionBytes += more;
        grown |= more > 0;
    }

    void addOutput(long more) {
        outputBytes += more;
        grown |= more > 0;
    }

    void addTable(long more) {
        tableBytes += more;
    }

    /** What lies in the heap. */
    public long heapBytes() {
        return sessionBytes + tableBytes;
    }

    /** What waits to be sent. */
    public long outputBytes() {
        return outputBytes;
    }

    /** What belongs to clients that are connected, output included: Redis's {@code mem_clients_normal}. */
    public long clientBytes() {
        return sessionBytes + outputBytes;
    }

    /** All of it. */
    public long totalBytes() {
        return heapBytes() + outputBytes;
    }

    /** What may lie in the heap. */
    public long heapLimit() {
        return heapLimit.getAsLong();
    }

    /** How much there may be, output included, unless the heap ends before; Redis's {@code maxmemory-clients}. */
    public long totalLimit() {
        return totalLimit.getAsLong();
    }

    /** Whether it has grown since this was asked last. */
    public boolean hasGrown() {
        boolean before = grown;
        grown = false;
        return before;
    }

    /** Whether it is more than it may be. */
    public boolean isOver() {
        return isOverHeap() || clientBytes() > totalLimit();
    }

    /** Whether it is more than the heap has room for. */
    public boolean isOverHeap() {
        return heapBytes() > heapLimit();
    }

    /** Whether one client may have so much in the heap; all others may have to go then. */
    public boolean mayBeOfOne(long bytes) {
        return bytes <= Math.min(heapLimit(), totalLimit());
    }

    boolean isTableFull() {
        return tableBytes > heapLimit() / TABLE_PART;
    }
}

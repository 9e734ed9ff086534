package dev.miniredis.keyspace;

/** What the data of all databases takes of the heap, in bytes, by the sizes of its objects. */
public final class MemoryAccount {
    private static final int ALIGNMENT = 8;
    /** A reference to an object, in a heap below 32 GB. */
    static final int REFERENCE_BYTES = 4;
    /** A segment object, without its arrays. */
    private static final int SEGMENT_BYTES = 48;

    private final int arrayHeaderBytes;
    private long regionBytes = Long.MAX_VALUE;
    private long bytes;
    private long peakBytes;
    private long startupBytes;

    /** @param arrayHeaderBytes how many bytes this JVM puts before the elements of an array */
    public MemoryAccount(int arrayHeaderBytes) {
        this.arrayHeaderBytes = arrayHeaderBytes;
    }

    /**
     * Says that the collector gives an object that is larger than half a region whole regions of its own, as G1 does: a
     * string of 600 KiB takes 1 MiB of a small heap.
     */
    public void regions(long newRegionBytes) {
        regionBytes = newRegionBytes;
    }

    public long bytes() {
        return bytes;
    }

    /** The most it has been. */
    public long peakBytes() {
        return peakBytes;
    }

    /** Says what others take at the moment: the peak is that of both together. */
    public void besides(long otherBytes) {
        peakBytes = Math.max(peakBytes, bytes + otherBytes);
    }

    /** What it was before there was any key. */
    public long startupBytes() {
        return startupBytes;
    }

    /** Says that all databases are there, and no key. */
    public void started() {
        startupBytes = bytes;
    }

    void add(long more) {
        bytes += more;
        if (bytes > peakBytes) {
            peakBytes = bytes;
        }
    }

    long arrayBytes(long elementBytes) {
        long object = arrayHeaderBytes + elementBytes + ALIGNMENT - 1 & -ALIGNMENT;
        return object <= regionBytes / 2 ? object : Math.ceilDiv(object, regionBytes) * regionBytes;
    }

    long entryBytes(byte[] entry) {
        return arrayBytes(entry.length);
    }

    /** @param hasObjects whether some of its values are not strings */
    long segmentBytes(int slots, boolean hasObjects) {
        long references = arrayBytes((long) slots * REFERENCE_BYTES);
        return SEGMENT_BYTES + arrayBytes(slots) + (hasObjects ? 2 * references : references);
    }

    long directoryBytes(int length) {
        return arrayBytes((long) length * REFERENCE_BYTES);
    }
}

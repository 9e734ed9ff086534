package dev.miniredis.keyspace;

/**
 * Keys that will soon be looked for. {@link #fetch} brings what those searches read into the processor's cache. Each
 * step of a search waits for main memory; the same step of many searches, one after the other, waits little more than
 * once (the idea of Valkey 8's prefetching; Java has no such instruction, so this really reads).
 */
public final class Prefetch {
    private final TableSegment[] segments;
    private final long[] hashes;
    private final int[] slots;
    private int count;

    @SuppressWarnings("unused") // keeps the compiler from leaving out the reads that only fetch
    private int read;

    public Prefetch(int maxKeys) {
        segments = new TableSegment[maxKeys];
        hashes = new long[maxKeys];
        slots = new int[maxKeys];
    }

    /** Only as often as was said at the beginning, before {@link #fetch}. */
    void add(TableSegment segment, long hash) {
        segments[count] = segment;
        hashes[count] = hash;
        count++;
    }

    /** Reads what the searches for the keys added will read, and forgets the keys. */
    public void fetch() {
        int searches = count;
        count = 0;
        for (int i = 0; i < searches; i++) {
            slots[i] = segments[i].firstMatch(hashes[i]);
        }
        int sum = 0;
        for (int i = 0; i < searches; i++) {
            byte[] entry = slots[i] < 0 ? null : segments[i].entry(slots[i]);
            sum += entry == null ? 0 : entry[entry.length - 1];
        }
        read = sum;
    }
}

package dev.miniredis.keyspace;

/**
 * What has been changed in memory and is not on disk yet: for each key changed by an entry of the log that may still be
 * lost, the number (lsn) of the last such entry. Every change passes {@link #change} and every look at a key passes
 * {@link #look}, so that after a command {@link #shown} tells what the disk must hold before its reply may leave.
 *
 * <p>An open-addressing table of key hashes. An entry that is durable is as good as an empty place to a writer, but not
 * to a search, which goes on over it: of two places with the same hash, the one found first is the newer. The table is
 * rebuilt with what is still pending when half of it is used, so it stays as large as the disk is slow. Two keys with
 * the same hash share a number; that only makes a reader wait for both.
 */
public final class PendingWrites {
    private static final int INITIAL_SLOTS = 1024;

    private long[] hashes = new long[INITIAL_SLOTS];
    private long[] lsns = new long[INITIAL_SLOTS]; // 0: empty
    private int used; // places that are not empty
    private long newestLsn;
    private long durableLsn;
    private long currentLsn;
    private long shown;
    private boolean changed;
    private long changes;

    /** Everything up to this lsn is on disk; during recovery, everything is: {@link Long#MAX_VALUE}. */
    public void durable(long lsn) {
        durableLsn = lsn;
    }

    /** Begins a unit of work, whose changes the log will number {@code lsn}. */
    public void begin(long lsn) {
        currentLsn = lsn;
        shown = 0;
        changed = false;
    }

    /** The newest pending entry whose effect this unit of work has seen or made; 0 when there is none. */
    public long shown() {
        return shown;
    }

    /** Whether this unit of work has changed anything, so that the log must have it. */
    public boolean hasChanged() {
        return changed;
    }

    /** How many changes there have been, of all units of work. */
    public long changes() {
        return changes;
    }

    /** Says that something last changed at {@code lsn} has been looked at. */
    void look(long lsn) {
        if (lsn > durableLsn && lsn > shown) {
            shown = lsn;
        }
    }

    /**
     * Says that something is changed by the unit of work under way.
     *
     * @return its lsn, for {@link #look}
     */
    long change() {
        changed = true;
        changes++;
        look(currentLsn);
        return currentLsn;
    }

    /** Says that the key of this hash has been looked at. */
    void lookAt(long hash) {
        if (newestLsn <= durableLsn || shown >= newestLsn) {
            return;
        }
        int mask = lsns.length - 1;
        for (int at = place(hash, mask); lsns[at] != 0; at = at + 1 & mask) {
            if (hashes[at] == hash) {
                look(lsns[at]);
                return;
            }
        }
    }

    /**
     * Says that the key of this hash is changed by the unit of work under way.
     *
     * @return as {@link #change}
     */
    long change(long hash) {
        if (currentLsn > durableLsn) {
            keep(hash);
        }
        return change();
    }

    /** Makes room for one more {@link #change(long)}, which then needs no memory. */
    void prepare() {
        prepare(1);
    }

    /** As {@link #prepare()}, for a few changes. */
    void prepare(int changes) {
        if (used + changes - 1 > lsns.length >> 1) {
            rebuild();
        }
    }

    private void keep(long hash) {
        prepare();
        newestLsn = currentLsn;
        insert(hash, currentLsn);
    }

    private void insert(long hash, long lsn) {
        int mask = lsns.length - 1;
        int at = place(hash, mask);
        while (lsns[at] > durableLsn && hashes[at] != hash) {
            at = at + 1 & mask;
        }
        used += lsns[at] == 0 ? 1 : 0;
        hashes[at] = hash;
        lsns[at] = lsn;
    }

    private void rebuild() {
        int live = 0;
        for (long lsn : lsns) {
            live += lsn > durableLsn ? 1 : 0;
        }
        long[] oldHashes = hashes;
        long[] oldLsns = lsns;
        int slots = Math.max(INITIAL_SLOTS, Integer.highestOneBit(live + 1) * 8);
        hashes = new long[slots];
        lsns = new long[slots];
        used = 0;
        for (int i = 0; i < oldLsns.length; i++) {
            if (oldLsns[i] > durableLsn) {
                insertNewest(oldHashes[i], oldLsns[i]);
            }
        }
    }

    /** As {@link #insert}, for places that come in no order: the newest of one hash stays. */
    private void insertNewest(long hash, long lsn) {
        int mask = lsns.length - 1;
        int at = place(hash, mask);
        while (lsns[at] != 0 && hashes[at] != hash) {
            at = at + 1 & mask;
        }
        used += lsns[at] == 0 ? 1 : 0;
        hashes[at] = hash;
        lsns[at] = Math.max(lsns[at], lsn);
    }

    private static int place(long hash, int mask) {
        return (int) (hash >>> 20) & mask;
    }
}

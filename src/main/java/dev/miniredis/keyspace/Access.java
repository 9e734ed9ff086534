package dev.miniredis.keyspace;

import java.util.random.RandomGenerator;

/**
 * How recently or how often a key was used, in the 24 bits that an entry keeps of it while the eviction policy asks for
 * them. Meaning and arithmetic are those of Redis's {@code evict.c}:
 *
 * <pre>
 *   LRU   [ seconds of the last use, modulo 2^24 (194 days)       ]
 *   LFU   [ minutes of the last decay, modulo 2^16 ][ 8 bits: the logarithm of how often it was used ]
 * </pre>
 *
 * <p>An entry that is older than the policy has no such bits; it counts as used when the policy began.
 */
public final class Access {
    /** What is kept of a use. */
    public enum Policy {
        NONE,
        LRU,
        LFU
    }

    /** What the bits take in an entry. */
    static final int BYTES = 3;

    /** The bits of an entry that has none. */
    static final int UNKNOWN = -1;

    private static final int LRU_MASK = (1 << 24) - 1;
    private static final int MINUTES_MASK = (1 << 16) - 1;
    private static final int MAX_COUNTER = 255;
    /** A new key's counter, so that it is not the first to go. */
    private static final int INITIAL_COUNTER = 5;

    private final RandomGenerator random;
    private Policy kind = Policy.NONE;
    private int logFactor = 10;
    private int decayMinutes = 1;
    private int seconds;
    private int minutes;
    private int beginning;

    /** @param random decides whether a use counts */
    public Access(RandomGenerator random) {
        this.random = random;
    }

    /** Sets what is kept from now on. */
    public void keep(Policy newKind) {
        if (kind != newKind) {
            kind = newKind;
            beginning = fresh();
        }
    }

    public Policy kind() {
        return kind;
    }

    /** Redis's {@code lfu-log-factor}: the larger, the more uses a counter stands for. */
    public void logFactor(int factor) {
        logFactor = factor;
    }

    /** Redis's {@code lfu-decay-time}: in so many minutes without use a counter loses one; 0 is never. */
    public void decayMinutes(int newMinutes) {
        decayMinutes = newMinutes;
    }

    /** Sets the time. */
    public void tick(long nowMillis) {
        seconds = (int) (nowMillis / 1000) & LRU_MASK;
        minutes = (int) (nowMillis / 60_000) & MINUTES_MASK;
    }

    boolean isKept() {
        return kind != Policy.NONE;
    }

    /** The bits of a new key. */
    int fresh() {
        return kind == Policy.LFU ? minutes << 8 | INITIAL_COUNTER : seconds;
    }

    /** The bits after one more use. */
    int used(int bits) {
        return kind == Policy.LFU ? minutes << 8 | incremented(frequency(bits)) : seconds;
    }

    private int incremented(int counter) {
        if (counter == MAX_COUNTER) {
            return counter;
        }
        int above = Math.max(0, counter - INITIAL_COUNTER);
        return random.nextDouble() < 1.0 / ((double) above * logFactor + 1) ? counter + 1 : counter;
    }

    /**
     * The bits of a key whose use is stated, by RESTORE; what is not stated, or not kept, stays as it was.
     *
     * @param idleSeconds negative where it is not stated
     * @param frequency negative where it is not stated
     */
    int stated(int bits, long idleSeconds, int frequency) {
        if (kind == Policy.LFU) {
            return frequency < 0 ? bits : minutes << 8 | frequency;
        }
        return idleSeconds < 0 ? bits : seconds - (int) Math.min(idleSeconds, LRU_MASK) & LRU_MASK;
    }

    /** How many seconds the key was not used; with LRU only. */
    int idleSeconds(int bits) {
        return seconds - known(bits) & LRU_MASK;
    }

    /** The counter, from 0 to 255, less what it has lost since; with LFU only. */
    int frequency(int bits) {
        int counter = known(bits) & 0xff;
        if (decayMinutes == 0) {
            return counter;
        }
        int elapsed = minutes - (known(bits) >>> 8) & MINUTES_MASK;
        return Math.max(0, counter - elapsed / decayMinutes);
    }

    private int known(int bits) {
        return bits == UNKNOWN ? beginning : bits;
    }
}

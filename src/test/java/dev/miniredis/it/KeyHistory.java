package dev.miniredis.it;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one writer did to one key during a run, and what it was told. Operations are numbered; operation n sets the key
 * to n or, for some n, deletes it. So every state that the key can be in has a number:
 *
 * <pre>
 *   base      base + 1   …   acknowledged   …   sent
 *   as found  └── must have happened ───┘   └─ may have happened ─┘
 * </pre>
 *
 * <p>What was seen of the key, by a writer's acknowledgement or a reader's reply, raises the number that it can never
 * fall below again, whatever happens to the server.
 */
public final class KeyHistory {
    private static final int DELETE_EVERY = 5;

    private final String key;
    private final long base;
    private final String found;
    private final AtomicLong sent;
    private final AtomicLong acknowledged;
    private final AtomicLongArray seen;

    /**
     * @param found the value that the key has now; null when it is not there
     * @param base a number larger than all that were used before
     * @param readers how many readers there are
     */
    public KeyHistory(String key, String found, long base, int readers) {
        this.key = key;
        this.base = base;
        this.found = found;
        this.sent = new AtomicLong(base);
        this.acknowledged = new AtomicLong(base);
        this.seen = new AtomicLongArray(readers);
        for (int i = 0; i < readers; i++) {
            seen.set(i, base);
        }
    }

    public String key() {
        return key;
    }

    private static boolean isDelete(long number) {
        return (number * 0x9E3779B97F4A7C15L >>> 33) % DELETE_EVERY == 0;
    }

    /** What a GET answers in the state of this number; null for nothing. */
    private String stateAt(long number) {
        if (number == base) {
            return found;
        }
        return isDelete(number) ? null : Long.toString(number);
    }

    /** The next operation, which counts as sent from now on; only its one writer asks. */
    public long next() {
        return sent.incrementAndGet();
    }

    public String[] command(long number) {
        String value = stateAt(number);
        return value == null ? new String[] {"DEL", key} : new String[] {"SET", key, value};
    }

    public void acknowledge(long number) {
        acknowledged.set(number);
    }

    public long acknowledged() {
        return acknowledged.get();
    }

    /**
     * A reader was told the key's value.
     *
     * @param atLeast what had been acknowledged before it asked
     * @param value null for nothing
     */
    public void sawValue(int reader, long atLeast, String value) {
        saw(reader, first(Math.max(atLeast, seen.get(reader)), value), value);
    }

    /** A reader was told whether the key exists. */
    public void sawExistence(int reader, long atLeast, boolean exists) {
        long number = Math.max(atLeast, seen.get(reader));
        while (number <= sent.get() && (stateAt(number) != null) != exists) {
            number++;
        }
        saw(reader, number, exists ? "anything" : null);
    }

    private void saw(int reader, long number, String what) {
        if (number > sent.get()) {
            throw new AssertionError("a reader saw " + what + " at " + describe());
        }
        seen.set(reader, number);
    }

    /** The first number from {@code from} on whose state is this value; more than what was sent when there is none. */
    private long first(long from, String value) {
        long last = sent.get();
        long number = value == null || value.equals(stateAt(from)) ? from : Math.max(from, Long.parseLong(value));
        while (number <= last && !java.util.Objects.equals(stateAt(number), value)) {
            number++;
        }
        return number;
    }

    /**
     * Checks what the server knows after it was started again.
     *
     * @param value null for nothing
     * @throws AssertionError something acknowledged is lost, or something seen was taken back
     */
    public void check(String value) {
        long atLeast = acknowledged.get();
        for (int i = 0; i < seen.length(); i++) {
            atLeast = Math.max(atLeast, seen.get(i));
        }
        if (first(atLeast, value) > sent.get()) {
            throw new AssertionError("after the restart there is " + value + " at " + describe());
        }
    }

    private String describe() {
        return key + ", as found " + base + " = " + found + ", acknowledged " + acknowledged + ", sent " + sent
                + ", seen " + seen;
    }
}

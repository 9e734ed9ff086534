package dev.miniredis.torture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of keys that several connections write to at once. Which of two writes came later is known only where
 * one was answered before the other was sent; so a value is wrong when a write happened that was sent after the value's
 * own was answered.
 */
final class Contest {
    /** A write of a value that no other writes; null deletes, which several do. */
    static final class Write {
        private final String value;
        private final long sent;
        private long answered = NEVER;

        private Write(String value, long sent) {
            this.value = value;
            this.sent = sent;
        }
    }

    private static final class Key {
        private final List<Write> writes = new ArrayList<>();
        private long latestSent; // of those that have happened

        void beginWith(String found, long now) {
            Write first = new Write(found, now);
            first.answered = now;
            writes.clear();
            writes.add(first);
            latestSent = now;
        }

        /** The earliest sending of a write that may have made this the value; {@link #NEVER} where there is none. */
        long mayBe(String value, long since) {
            return writes.stream()
                    .filter(write -> Objects.equals(write.value, value) && write.answered >= since)
                    .mapToLong(write -> write.sent)
                    .min()
                    .orElse(NEVER);
        }
    }

    private static final long NEVER = Long.MAX_VALUE;

    private long clock; // the order of all that is told to this object
    private final Map<String, Key> keys = new HashMap<>();

    Contest(List<String> names) {
        for (String name : names) {
            Key key = new Key();
            key.beginWith(null, clock++);
            keys.put(name, key);
        }
    }

    /** A write is about to be sent. */
    synchronized Write sends(String key, String value) {
        Write write = new Write(value, clock++);
        keys.get(key).writes.add(write);
        return write;
    }

    synchronized void answered(String key, Write write) {
        write.answered = clock++;
        Key contested = keys.get(key);
        contested.latestSent = Math.max(contested.latestSent, write.sent);
    }

    /** What is known now, to be asked before a key is read. */
    synchronized long known(String key) {
        return keys.get(key).latestSent;
    }

    /**
     * A connection was told the value of a key.
     *
     * @param known what was {@link #known} before it asked
     */
    synchronized void saw(String key, String value, long known) {
        Key contested = keys.get(key);
        long sent = contested.mayBe(value, known);
        if (sent == NEVER) {
            throw new AssertionError(key + " has the value " + value + ", which was overwritten, or never written");
        }
        contested.latestSent = Math.max(contested.latestSent, sent);
    }

    /** Compares with what a new server knows, and goes on from there. */
    synchronized void check(Map<String, String> found) {
        keys.forEach((name, key) -> {
            saw(name, found.get(name), key.latestSent);
            key.beginWith(found.get(name), clock++);
        });
    }
}

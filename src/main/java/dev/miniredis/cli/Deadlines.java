package dev.miniredis.cli;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * When keys expire, followed through the entries of a log. Each entry is in the log because it took effect: a SET with
 * NX or XX did set. Only keys that expire are remembered.
 */
final class Deadlines {
    /** The key does not expire. */
    static final long NEVER = Long.MAX_VALUE;

    private final Map<Key, Long> deadlines = new HashMap<>();

    private record Key(int database, String bytes) {
        static Key of(int database, Slice key) {
            return new Key(database, new String(key.bytes(), key.offset(), key.length(), StandardCharsets.ISO_8859_1));
        }
    }

    static String name(Request command) {
        return command.arg(0).toString().toUpperCase(Locale.ROOT);
    }

    /** Whether a command sets a key to a string. */
    static boolean isSet(Request command) {
        return name(command).equals("SET") && command.size() >= 3;
    }

    /**
     * Takes in a command.
     *
     * @return of a SET, the deadline that it gave its key, in milliseconds since 1970
     */
    long apply(int database, Request command, long atMillis) {
        switch (name(command)) {
            case "SET" -> {
                return command.size() < 3 ? NEVER : set(database, command, atMillis);
            }
            case "DEL" -> {
                for (int i = 1; i < command.size(); i++) {
                    deadlines.remove(Key.of(database, command.arg(i)));
                }
            }
            case "FLUSHDB" -> deadlines.keySet().removeIf(key -> key.database() == database);
            case "FLUSHALL" -> deadlines.clear();
            default -> {}
        }
        return NEVER;
    }

    private long set(int database, Request command, long atMillis) {
        Key key = Key.of(database, command.arg(1));
        long deadline = NEVER;
        for (int i = 3; i < command.size(); i++) {
            boolean hasValue = i + 1 < command.size() && command.arg(i + 1).isLong();
            switch (command.arg(i).toString().toUpperCase(Locale.ROOT)) {
                case "EX" -> deadline = hasValue ? plus(atMillis, 1000, command.arg(++i)) : deadline;
                case "PX" -> deadline = hasValue ? plus(atMillis, 1, command.arg(++i)) : deadline;
                case "EXAT" -> deadline = hasValue ? plus(0, 1000, command.arg(++i)) : deadline;
                case "PXAT" -> deadline = hasValue ? plus(0, 1, command.arg(++i)) : deadline;
                case "KEEPTTL" -> deadline = deadlineAt(key, atMillis);
                default -> {}
            }
        }
        if (deadline == NEVER) {
            deadlines.remove(key);
        } else {
            deadlines.put(key, deadline);
        }
        return deadline;
    }

    private long deadlineAt(Key key, long atMillis) {
        long deadline = deadlines.getOrDefault(key, NEVER);
        return deadline <= atMillis ? NEVER : deadline; // one that has expired left nothing to keep
    }

    /** The server has checked that it fits. */
    private static long plus(long atMillis, int unitMillis, Slice value) {
        return atMillis + value.toLong() * unitMillis;
    }
}

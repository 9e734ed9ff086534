package dev.miniredis.stats;

import java.util.Map;
import java.util.TreeMap;

/**
 * How often each error was answered, by its code: {@code errorstats}, as Redis's {@code afterErrorReply} counts.
 * Scripts may make codes of their own, so the number of codes is limited; beyond the limit they are no longer counted
 * apart.
 */
public final class ErrorCounts {
    private static final int MAX_CODES = 128;
    private static final int MAX_CODE_LENGTH = 30;
    private static final String OTHER = "ERR";
    private static final String DISABLED = "ERRORSTATS_DISABLED";

    private final Map<String, Long> counts = new TreeMap<>();
    private long total;

    /**
     * Counts an error that was answered.
     *
     * @param message code and text, without the minus
     */
    public void count(String message) {
        total++;
        if (counts.containsKey(DISABLED)) {
            return;
        }
        counts.merge(code(message), 1L, Long::sum);
        if (counts.size() > MAX_CODES) {
            counts.clear();
            counts.put(DISABLED, 1L);
        }
    }

    private static String code(String message) {
        int end = message.indexOf(' ');
        return end < 0 || end > MAX_CODE_LENGTH ? OTHER : message.substring(0, end);
    }

    /** How many errors were answered since the start. */
    public long total() {
        return total;
    }

    /** The count of each code since the last reset. */
    public Map<String, Long> byCode() {
        return counts;
    }

    void reset() {
        counts.clear();
    }
}

package dev.miniredis.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code log-retention}: how much of the log before a base is kept, so that the past can be rebuilt.
 *
 * @param millis as a time; 0 where it is a size
 * @param bytes as a size; 0 where it is a time
 */
public record LogRetention(long millis, long bytes) {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(s|min|h|d)");
    private static final long SECOND = 1000;
    private static final Map<String, Long> UNITS =
            Map.of("s", SECOND, "min", 60 * SECOND, "h", 3600 * SECOND, "d", 24 * 3600 * SECOND);

    /**
     * Parses a value.
     *
     * @throws IllegalArgumentException it is neither a time nor a size
     */
    static LogRetention parse(String text) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            return new LogRetention(Long.parseLong(time.group(1)) * UNITS.get(time.group(2)), 0);
        }
        try {
            return new LogRetention(0, MemorySize.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "argument must be a time (90s, 30min, 36h, 7d) or a memory value (10gb)", e);
        }
    }

    @Override
    public String toString() {
        return millis > 0 ? millis / SECOND + "s" : Long.toString(bytes);
    }
}

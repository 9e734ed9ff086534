package dev.miniredis.config;

import java.util.Locale;

/**
 * Sizes in bytes with a unit, as Redis's {@code memtoull} reads them: {@code 100}, {@code 1k} (1000), {@code 1kb}
 * (1024).
 */
public final class MemorySize {
    private MemorySize() {}

    /**
     * A size in bytes.
     *
     * @throws IllegalArgumentException with Redis's words
     */
    public static long parse(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long unit = unit(text.substring(digits).toLowerCase(Locale.ROOT));
        try {
            if (unit > 0) { // C reads no digits as zero
                return digits == 0 ? 0 : Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // too large
        }
        throw new IllegalArgumentException("argument must be a memory value");
    }

    /** A size as Redis's {@code bytesToHuman} writes it. */
    public static String human(long bytes) {
        String units = "BKMGT";
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%c", value, units.charAt(unit));
    }

    /** A size in the largest unit that it is a multiple of, as Redis's {@code rewriteConfigFormatMemory} writes it. */
    static String exact(long bytes) {
        for (String unit : new String[] {"gb", "mb", "kb"}) {
            if (bytes != 0 && bytes % unit(unit) == 0) {
                return bytes / unit(unit) + unit;
            }
        }
        return Long.toString(bytes);
    }

    /** Bytes in a unit; 0 for an unknown one. */
    private static long unit(String name) {
        return switch (name) {
            case "", "b" -> 1;
            case "k" -> 1000;
            case "kb" -> 1024;
            case "m" -> 1000 * 1000;
            case "mb" -> 1024 * 1024;
            case "g" -> 1000L * 1000 * 1000;
            case "gb" -> 1024L * 1024 * 1024;
            default -> 0;
        };
    }
}

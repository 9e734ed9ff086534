package dev.miniredis.commands;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number at the start of a text, as C's {@code strtod} reads it; the rest is ignored. */
final class LeadingNumber {
    private static final Pattern NUMBER =
            Pattern.compile("\\s*([-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?).*", Pattern.DOTALL);

    private LeadingNumber() {}

    /** The number; 0 where it begins with none. */
    static double of(String text) {
        Matcher number = NUMBER.matcher(text);
        return number.matches() ? Double.parseDouble(number.group(1)) : 0;
    }
}

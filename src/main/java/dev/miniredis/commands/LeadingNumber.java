package dev.miniredis.commands;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the number at the start of a text and ignores the rest, as C's {@code strtod}. */
final class LeadingNumber {
    private static final Pattern NUMBER =
            Pattern.compile("\\s*([-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?).*", Pattern.DOTALL);

    private LeadingNumber() {}

    /** The number; 0 if the text does not begin with a number. */
    static double of(String text) {
        Matcher number = NUMBER.matcher(text);
        return number.matches() ? Double.parseDouble(number.group(1)) : 0;
    }
}

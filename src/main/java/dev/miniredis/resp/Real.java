package dev.miniredis.resp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Formats doubles as C's {@code printf("%.17g")} and Redis do; 17 digits identify a double. Parses them as C does. */
public final class Real {
    private static final Pattern DECIMAL = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[-+]?0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)([pP][-+]?[0-9]+)?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?inf(inity)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern ZERO = Pattern.compile("[-+]?(0[xX])?[0.]+([eEpP].*)?");

    private static final int DIGITS = 17;
    private static final MathContext ROUNDED = new MathContext(DIGITS, RoundingMode.HALF_EVEN);
    /**
     * Numbers below ten to this power, and from ten to the power of {@link #DIGITS} on, are written with an exponent.
     */
    private static final int LEAST_PLAIN_EXPONENT = -4;

    private Real() {}

    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(ROUNDED).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= LEAST_PLAIN_EXPONENT && exponent < DIGITS) {
            return rounded.toPlainString();
        }
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return rounded.movePointLeft(exponent).toPlainString() + (exponent < 0 ? "e-" : "e+") + size;
    }

    /**
     * The number that all of a text is, as C's {@code strtod} reads it; NaN where it is none, or beyond what a double
     * can hold.
     */
    public static double parse(String text) {
        if (INFINITE.matcher(text).matches()) {
            return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        boolean hexadecimal = HEXADECIMAL.matcher(text).matches();
        if (!hexadecimal && !DECIMAL.matcher(text).matches()) {
            return Double.NaN;
        }
        boolean lacksExponent = hexadecimal && text.toLowerCase(Locale.ROOT).indexOf('p') < 0; // which Java wants
        double value = Double.parseDouble(lacksExponent ? text + "p0" : text);
        boolean isTooSmall = value == 0 && !ZERO.matcher(text).matches();
        return Double.isInfinite(value) || isTooSmall ? Double.NaN : value;
    }
}

package dev.miniredis.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as the {@code long double} of x86 holds it, 64 bits of mantissa: what Redis counts with in {@code
 * INCRBYFLOAT}, so that a sum has the same digits here. Each operation is carried out exactly and rounded once, to the
 * nearest, ties to even.
 */
public final class LongDouble {
    public static final LongDouble ZERO = new LongDouble(BigDecimal.ZERO);

    private static final int MANTISSA_BITS = 64;
    private static final BigInteger MANTISSA_END = BigInteger.ONE.shiftLeft(MANTISSA_BITS);
    /** No number is as large: 2 to the power of 16384. */
    private static final BigDecimal LIMIT = new BigDecimal(BigInteger.ONE.shiftLeft(16_384));
    /** The smallest number but 0 is 2 to the power of minus this. */
    private static final int SMALLEST_BITS = 16_445;
    /** Beyond it a decimal exponent is infinite or 0 whatever the digits, of which there are fewer than so many. */
    private static final int MAX_EXPONENT = 100_000;
    /** As Redis's {@code MAX_LONG_DOUBLE_CHARS}. */
    private static final int MAX_CHARS = 5 * 1024;

    private static final int SHOWN_DECIMALS = 17;
    private static final Pattern DECIMAL = Pattern.compile("([-+]?)([0-9]*)(?:\\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("([-+]?)0[xX]([0-9a-fA-F]*)(?:\\.([0-9a-fA-F]*))?(?:[pP]([-+]?[0-9]+))?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?inf(inity)?", Pattern.CASE_INSENSITIVE);

    private final BigDecimal value; // null for what is not finite

    private LongDouble(BigDecimal value) {
        this.value = value;
    }

    /** As Redis's {@code string2ld} reads a text, all of it, with C's {@code strtold}; null where it is no number. */
    public static LongDouble parse(String text) {
        if (text.isEmpty() || text.length() >= MAX_CHARS) {
            return null;
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return parse(hexadecimal, 16);
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            return parse(decimal, 10);
        }
        return INFINITE.matcher(text).matches() ? new LongDouble(null) : null;
    }

    private static LongDouble parse(Matcher parts, int radix) {
        String whole = parts.group(2);
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        if (whole.isEmpty() && fraction.isEmpty()) {
            return null;
        }
        BigInteger digits = new BigInteger(whole + fraction, radix);
        if (digits.signum() == 0) {
            return ZERO;
        }
        BigInteger exponent = parts.group(4) == null ? BigInteger.ZERO : new BigInteger(parts.group(4));
        if (exponent.bitLength() > 31 || Math.abs(exponent.intValue()) > MAX_EXPONENT) {
            return null; // too large or too small
        }
        BigDecimal exact = radix == 10
                ? new BigDecimal(digits, fraction.length() - exponent.intValue())
                : shifted(digits, exponent.intValue() - 4 * fraction.length());
        BigDecimal rounded = round(parts.group(1).equals("-") ? exact.negate() : exact);
        return rounded == null || rounded.signum() == 0 ? null : new LongDouble(rounded);
    }

    /** The sum; not finite where it is too large, or one of the two is not. */
    public LongDouble plus(LongDouble other) {
        return new LongDouble(value == null || other.value == null ? null : round(value.add(other.value)));
    }

    public boolean isFinite() {
        return value != null;
    }

    /** The nearest number that can be held; null where it is too large. */
    private static BigDecimal round(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal size = exact.abs();
        int bits = exponent(size) - MANTISSA_BITS; // the weight of the last bit is 2 to the power of this
        BigInteger mantissa = scaled(size, bits);
        if (mantissa.compareTo(MANTISSA_END) > 0) {
            mantissa = scaled(size, ++bits);
        }
        if (bits < -SMALLEST_BITS) {
            bits = -SMALLEST_BITS;
            mantissa = scaled(size, bits);
        }
        BigDecimal rounded = shifted(mantissa, bits);
        if (rounded.compareTo(LIMIT) >= 0) {
            return null;
        }
        return exact.signum() < 0 ? rounded.negate() : rounded;
    }

    /** A power of 2 above the number, or by one below. */
    private static int exponent(BigDecimal size) {
        BigInteger whole = size.toBigInteger();
        if (whole.signum() > 0) {
            return whole.bitLength();
        }
        BigInteger inverse = BigDecimal.ONE
                .divide(size, new MathContext(5, RoundingMode.HALF_EVEN))
                .toBigInteger();
        return 1 - inverse.bitLength();
    }

    /** The number divided by a power of 2, to the nearest integer, ties to even. */
    private static BigInteger scaled(BigDecimal size, int bits) {
        BigDecimal scaled = size.multiply(shifted(BigInteger.ONE, -bits));
        return scaled.setScale(0, RoundingMode.HALF_EVEN).unscaledValue();
    }

    private static BigDecimal shifted(BigInteger number, int bits) {
        if (bits >= 0) {
            return new BigDecimal(number.shiftLeft(bits));
        }
        return new BigDecimal(number.multiply(BigInteger.valueOf(5).pow(-bits)), -bits);
    }

    /** As Redis's {@code ld2string} shows it to people: with up to 17 decimals, without zeros at their end. */
    @Override
    public String toString() {
        if (value == null) {
            return "inf";
        }
        BigDecimal shown = value.setScale(SHOWN_DECIMALS, RoundingMode.HALF_EVEN);
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }
}

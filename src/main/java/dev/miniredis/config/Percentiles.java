package dev.miniredis.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The value of {@code latency-tracking-info-percentiles}. */
public record Percentiles(List<Double> values) {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d++)?|[+]?inf");

    /**
     * Reads numbers from 0 to 100, with a single space between them.
     *
     * @throws IllegalArgumentException with Redis's words
     */
    static Percentiles parse(String text) {
        List<Double> values = new ArrayList<>();
        for (String word : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            double value = number(word);
            if (value < 0 || value > 100) {
                throw new IllegalArgumentException(
                        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
            }
            values.add(value);
        }
        return new Percentiles(List.copyOf(values));
    }

    private static double number(String word) {
        if (!NUMBER.matcher(word).matches()) {
            throw new IllegalArgumentException("Invalid latency-tracking-info-percentiles parameters");
        }
        return word.endsWith("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(word);
    }

    /** A percentile as {@code INFO} names it: {@code 99.9}. */
    public static String name(double percentile) {
        return BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return values.stream().map(Percentiles::name).collect(Collectors.joining(" "));
    }
}

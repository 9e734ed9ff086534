package dev.miniredis.figures;

import java.util.List;

/**
 * One series of a metric at a moment.
 *
 * @param labels the values of the labels, in their order
 * @param value of a distribution: the sum of all its values
 * @param distribution null if it is a single value
 */
public record Sample(List<String> labels, double value, Distribution distribution) {
    /**
     * How often values occurred.
     *
     * @param bounds ascending
     * @param counts how many values lie between each bound and the one before; the last counts those above all bounds
     */
    public record Distribution(List<Double> bounds, List<Long> counts) {}
}

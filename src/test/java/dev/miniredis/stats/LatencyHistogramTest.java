package dev.miniredis.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected numbers are what a real server answered. */
class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    private Map<Long, Long> levels() {
        Map<Long, Long> levels = new LinkedHashMap<>();
        histogram.forEachLevel(levels::put);
        return levels;
    }

    @Test
    void a_coarser_distribution_has_every_duration_once() {
        long[] nanos = {90, 100, 450, 2_000, 2_100, 700_000, 980_000_000, 5_000_000_000L};
        LatencyHistogram other = new LatencyHistogram();
        for (int i = 0; i < nanos.length; i++) {
            (i % 2 == 0 ? histogram : other).record(nanos[i]);
        }
        histogram.add(other);
        assertThat(histogram.total()).isEqualTo(nanos.length);

        long[] counts = new long[5];
        histogram.addTo(new long[] {100, 500, 2_050, 1_000_000_000}, counts);
        assertThat(counts).containsExactly(2, 1, 1, 3, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "127, 127",
        "128, 128",
        "255, 255",
        "256, 257",
        "8000, 8031",
        "19000, 19071",
        "109000, 109055",
        "179000, 179199",
        "1000000000, 1002438655",
        "9223372036854775807, 1002438655"
    })
    void a_duration_is_told_as_the_longest_that_counts_as_the_same(long nanos, long told) {
        histogram.record(nanos);
        assertThat(histogram.percentile(50)).isEqualTo(told);
        assertThat(histogram.percentile(100)).isEqualTo(told);
    }

    @Test
    void percentile_0_is_the_shortest_that_counts_as_the_least() {
        histogram.record(19_000);
        histogram.record(500_000);
        assertThat(histogram.percentile(0)).isEqualTo(18_944);
        assertThat(histogram.percentile(50)).isEqualTo(19_071);
        assertThat(histogram.percentile(99)).isEqualTo(501_759);
    }

    @Test
    void levels_double_and_those_that_add_nothing_are_left_out() {
        for (long micros : new long[] {0, 1, 1, 7, 8, 9, 120, 250, 250_000}) {
            histogram.record(micros * 1000);
        }
        assertThat(levels())
                .containsExactly(
                        Map.entry(1L, 3L),
                        Map.entry(8L, 5L),
                        Map.entry(16L, 6L),
                        Map.entry(132L, 7L),
                        Map.entry(264L, 8L),
                        Map.entry(270_532L, 9L));
    }

    @Test
    void the_longest_duration_is_in_the_last_level() {
        histogram.record(1_000_000_000);
        assertThat(levels()).containsExactly(Map.entry(1_073_741L, 1L));
    }

    @Test
    void of_nothing_there_is_no_level() {
        assertThat(levels()).isEmpty();
        assertThat(histogram.percentile(99)).isZero();
    }
}

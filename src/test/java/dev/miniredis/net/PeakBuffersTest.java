package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is remembered of the last seconds. */
class PeakBuffersTest {
    private final PeakBuffers peaks = new PeakBuffers();

    @Test
    void the_largest_of_the_last_eight_seconds_is_told() {
        peaks.note(1000, 10, 1);
        peaks.note(1000, 5, 2);
        peaks.note(1003, 7, 0);
        assertThat(peaks.input(1003)).isEqualTo(10);
        assertThat(peaks.output(1003)).isEqualTo(2);
        assertThat(peaks.input(1007)).isEqualTo(10);
        assertThat(peaks.input(1008)).isEqualTo(7);
        assertThat(peaks.output(1008)).isZero();
        assertThat(peaks.input(1011)).isZero();
    }

    @Test
    void after_a_long_time_nothing_is_left() {
        peaks.note(1000, 10, 1);
        assertThat(peaks.input(1_000_000)).isZero();
        peaks.note(1_000_000, 3, 4);
        assertThat(peaks.output(1_000_000)).isEqualTo(4);
    }
}

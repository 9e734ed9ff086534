package dev.miniredis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PercentilesTest {
    @Test
    void numbers_are_read_in_every_form() {
        assertThat(Percentiles.parse("50 99.9 +1. .5 1e1 1.5E+1 0").values())
                .containsExactly(50.0, 99.9, 1.0, 0.5, 10.0, 15.0, 0.0);
        assertThat(Percentiles.parse("").values()).isEmpty();
        for (String none : new String[] {"x", "1x", ".", "1e", "1 ", "-", "0x1p3"}) {
            assertThatThrownBy(() -> Percentiles.parse(none)).as(none).hasMessageContaining("Invalid");
        }
    }

    /** In quadratic time, this would hold up all clients for minutes. */
    @Test
    @Timeout(10)
    void what_is_long_and_no_number_is_refused_at_once() {
        String digits = "1".repeat(1_000_000);
        assertThatThrownBy(() -> Percentiles.parse(digits + "x")).hasMessageContaining("Invalid");
        assertThatThrownBy(() -> Percentiles.parse("1e" + digits + "x")).hasMessageContaining("Invalid");
    }
}

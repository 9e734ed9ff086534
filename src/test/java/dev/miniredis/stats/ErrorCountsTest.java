package dev.miniredis.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorCountsTest {
    private final ErrorCounts errors = new ErrorCounts();

    @Test
    void an_error_is_counted_by_its_first_word() {
        errors.count("WRONGTYPE Operation against a key");
        errors.count("ERR syntax error");
        errors.count("ERR other");
        assertThat(errors.byCode()).containsExactly(Map.entry("ERR", 2L), Map.entry("WRONGTYPE", 1L));
    }

    @Test
    void what_has_no_code_is_an_err() {
        errors.count("nospace");
        errors.count("x".repeat(31) + " too long");
        errors.count("y".repeat(30) + " just fits");
        assertThat(errors.byCode()).containsExactly(Map.entry("ERR", 2L), Map.entry("y".repeat(30), 1L));
    }

    @Test
    void too_many_codes_are_not_told_apart_until_the_counts_are_reset() {
        for (int i = 0; i < 128; i++) {
            errors.count("CODE" + i + " x");
        }
        assertThat(errors.byCode()).hasSize(128);
        errors.count("ONEMORE x");
        errors.count("ERR x");
        assertThat(errors.byCode()).containsExactly(Map.entry("ERRORSTATS_DISABLED", 1L));
        assertThat(errors.total()).isEqualTo(130);
        errors.reset();
        errors.count("ERR x");
        assertThat(errors.byCode()).containsExactly(Map.entry("ERR", 1L));
    }
}

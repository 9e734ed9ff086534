package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealTest {
    /** The right sides are what C's printf("%.17g") prints. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-1.5, -1.5",
        "0.1, 0.10000000000000001",
        "99.822471618652344, 99.822471618652344",
        "100, 100",
        "1e15, 1000000000000000",
        "12345678901234567, 12345678901234568",
        "1e16, 10000000000000000",
        "1e17, 1e+17",
        "1.5e300, 1.5000000000000001e+300",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "4.9e-324, 4.9406564584124654e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "3.0e-5, 3.0000000000000001e-05",
        "NaN, nan",
        "Infinity, inf",
        "-Infinity, -inf"
    })
    void doubles_are_written_as_c_does(double value, String text) {
        assertThat(Real.text(value)).isEqualTo(text);
    }

    @Property
    void the_digits_bring_the_same_double_back(@ForAll double value) {
        assertThat(Double.parseDouble(Real.text(value))).isEqualTo(value);
    }

    @Test
    void a_reply_has_it_as_a_bulk_string_or_a_double() {
        Reply reply = new Reply();
        reply.real(2.5);
        reply.protocol(3).real(2.5);
        assertThat(new String(reply.bytes(), 0, reply.size(), StandardCharsets.US_ASCII))
                .isEqualTo("$3\r\n2.5\r\n,2.5\r\n");
    }
}

package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceTest {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /** The slice of a text, in the middle of other bytes. */
    private static Slice slice(String text) {
        byte[] bytes = ("9" + text + "9").getBytes(StandardCharsets.ISO_8859_1);
        return new Slice().wrap(bytes, 1, bytes.length - 2);
    }

    private static void assertAgrees(String text) {
        Slice slice = slice(text);
        boolean digits = text.matches("0|-?[1-9][0-9]{0,30}");
        BigInteger value = digits ? new BigInteger(text) : BigInteger.ZERO;
        boolean isLong = digits && value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
        assertThat(slice.isLong()).as(text).isEqualTo(isLong);
        if (isLong) {
            assertThat(slice.toLong()).as(text).isEqualTo(Long.parseLong(text));
        }
    }

    @Property
    void reads_every_long(@ForAll long value) {
        assertThat(slice(Long.toString(value)).isLong()).isTrue();
        assertThat(slice(Long.toString(value)).toLong()).isEqualTo(value);
    }

    @Property(tries = 5000)
    void takes_for_a_number_what_redis_does(@ForAll("almostNumbers") String text) {
        assertAgrees(text);
    }

    @Provide
    Arbitrary<String> almostNumbers() {
        Arbitrary<String> mixed =
                Arbitraries.strings().withChars("0123456789-+. x").ofMaxLength(22);
        Arbitrary<String> digits =
                Arbitraries.strings().withCharRange('0', '9').ofMinLength(17).ofMaxLength(21);
        return Arbitraries.oneOf(mixed, digits, digits.map(text -> "-" + text));
    }

    @Property
    void agrees_around_the_edges_of_64_bits(@ForAll("near") BigInteger value) {
        assertAgrees(value.toString());
    }

    @Provide
    Arbitrary<BigInteger> near() {
        Arbitrary<BigInteger> edges = Arbitraries.of(
                MIN, MAX, BigInteger.TWO.pow(64), BigInteger.TWO.pow(64).negate());
        return edges.flatMap(edge ->
                Arbitraries.integers().between(-3000, 3000).map(distance -> edge.add(BigInteger.valueOf(distance))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "--1",
                "-0",
                "+1",
                "01",
                "-01",
                "00",
                " 1",
                "1 ",
                "1.0",
                "1e3",
                "0x1",
                "1_000",
                "٣",
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "99999999999999999999",
                "-99999999999999999999",
                "10000000000000000000"
            })
    void is_no_number(String text) {
        assertThat(new Slice(text.getBytes(StandardCharsets.UTF_8)).isLong()).isFalse();
    }

    @Example
    void a_copy_is_of_the_bytes_here() {
        Slice slice = slice("hello");
        byte[] target = new byte[7];
        slice.copyTo(target, 1);

        assertThat(slice.copy()).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        assertThat(target).asString(StandardCharsets.US_ASCII).isEqualTo("\0hello\0");
        assertThat(slice.length()).isEqualTo(5);
        assertThat(slice.byteAt(4)).isEqualTo((byte) 'o');
        assertThat(slice).hasToString("hello");
        assertThat(slice.contentEquals("hello".getBytes(StandardCharsets.US_ASCII)))
                .isTrue();
        assertThat(slice.contentEquals("hell".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(slice.contentEquals("Hello".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(new Slice().length()).isZero();
        assertThat(Slice.of("é").length()).isEqualTo(2);
    }

    @Property
    void case_is_ignored_of_ascii_letters_only(@ForAll byte one, @ForAll byte other) {
        Slice slice = new Slice(new byte[] {one, 'x'});
        boolean lower = one >= 'a' && one <= 'z';
        boolean same = (lower ? (byte) (one - 32) : one) == other;
        assertThat(slice.equalsIgnoreCase(new byte[] {other, 'X'})).isEqualTo(same);
        assertThat(slice.equalsIgnoreCase(new byte[] {other})).isFalse();
    }
}

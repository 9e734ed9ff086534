package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ByteTextTest {
    /** Beginnings, ends and halves of characters, which make more of a mess together than any bytes. */
    private static final byte[][] PIECES = Stream.of(
                    "\u00ef\u00bf\u00bd", "\u00ed\u00b2\u0080", "\u00f0\u009f\u0098\u0080")
            .map(ByteTextTest::latin1)
            .toArray(byte[][]::new);

    @Property
    void no_byte_is_lost(@ForAll byte[] bytes) {
        assertThat(ByteText.bytes(ByteText.of(bytes))).isEqualTo(bytes);
    }

    @Property
    void no_byte_of_half_characters_is_lost(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(12)];
        for (int i = 0; i < bytes.length; i++) {
            byte[] piece = PIECES[random.nextInt(PIECES.length)];
            bytes[i] = piece[random.nextInt(piece.length)];
        }
        assertThat(ByteText.bytes(ByteText.of(bytes))).isEqualTo(bytes);
    }

    @Property
    void what_is_utf_8_is_the_text_that_it_means(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8); // a lone surrogate becomes a question mark

        assertThat(ByteText.of(bytes)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void what_is_no_utf_8_stands_as_a_lone_surrogate_for_each_byte() {
        assertThat(ByteText.of(latin1("a\u00ff\u00c3"))).isEqualTo("a\udcff\udcc3");
        assertThat(ByteText.of(latin1("\u00ed\u00b3\u00bf"))).isEqualTo("\udced\udcb3\udcbf");
        assertThat(ByteText.of(latin1("\u00ef\u00bf\u00bd\u00ff"))).isEqualTo("\ufffd\udcff");
        assertThat(ByteText.of(latin1("\u00f0\u009f\u0098\u0080\u0080"))).isEqualTo("\ud83d\ude00\udc80");
    }

    @Test
    void names_are_in_the_order_of_their_bytes() {
        String emoji = "\ud83d\ude00"; // F0 9F 98 80, but as Java compares it, before U+FFFD
        assertThat(Stream.of("\udcff", emoji, "\ufffd", "b", "\u00e9", "a").sorted(ByteText.BYTE_ORDER))
                .containsExactly("a", "b", "\u00e9", "\ufffd", emoji, "\udcff");
    }

    @Test
    void only_ascii_letters_have_a_case() {
        assertThat(ByteText.lowerCase("AbZ\u00c4\u212a")).isEqualTo("abz\u00c4\u212a");
        assertThat(ByteText.equalsIgnoreCase("KEYS", "keys")).isTrue();
        assertThat(ByteText.equalsIgnoreCase("\u212aEYS", "keys")).isFalse();
    }

    @Test
    void a_password_is_the_first_line() {
        assertThat(Stream.of("pw", "pw\n", "pw\r\nmore", " p\rw \n", "\r", "\n", "")
                        .map(file -> ByteText.firstLine(latin1(file))))
                .isEqualTo(Arrays.asList("pw", "pw", "pw", " p\rw ", "\r", "", ""));
    }

    @Test
    void what_is_cut_is_counted_in_bytes() {
        assertThat(ByteText.cut("abc", 3)).isEqualTo("abc");
        assertThat(ByteText.cut("abcd", 3)).isEqualTo("abc... (1 more bytes)");
        assertThat(ByteText.cut("\u00e9\u00e9", 4)).isEqualTo("\u00e9\u00e9");
        assertThat(ByteText.bytes(ByteText.cut("\u00e9\u00e9", 3)))
                .as("half a character is a byte")
                .isEqualTo(latin1("\u00c3\u00a9\u00c3... (1 more bytes)"));
        assertThat(ByteText.cut("", 0)).isEmpty();
    }

    private static byte[] latin1(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }
}

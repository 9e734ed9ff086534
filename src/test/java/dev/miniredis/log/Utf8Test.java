package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static boolean isValidForJava(byte[] bytes, int offset, int length) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static void agree(byte[] bytes, int offset, int length) {
        if (Utf8.isValid(bytes, offset, length) != isValidForJava(bytes, offset, length)) {
            assertThat(Utf8.isValid(bytes, offset, length))
                    .as("%s", java.util.HexFormat.of().formatHex(bytes, offset, offset + length))
                    .isEqualTo(isValidForJava(bytes, offset, length));
        }
    }

    @Test
    void all_sequences_of_one_and_two_bytes_are_judged_as_java_does() {
        byte[] bytes = new byte[2];
        for (int pair = 0; pair < 1 << 16; pair++) {
            bytes[0] = (byte) (pair >> 8);
            bytes[1] = (byte) pair;
            agree(bytes, 0, 1);
            agree(bytes, 0, 2);
        }
    }

    @Test
    void sequences_of_three_and_four_bytes_are_judged_as_java_does() {
        byte[] bytes = new byte[4];
        int[] others = {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
        for (int lead = 0xdf; lead < 0xf8; lead++) {
            for (int second = 0; second < 0x100; second++) {
                bytes[0] = (byte) lead;
                bytes[1] = (byte) second;
                for (int third : others) {
                    bytes[2] = (byte) third;
                    agree(bytes, 0, 3);
                    for (int fourth : others) {
                        bytes[3] = (byte) fourth;
                        agree(bytes, 0, 4);
                    }
                }
            }
        }
    }

    @Property
    void any_text_is_valid(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8); // what is no text becomes '?'
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
    }

    @Property
    void any_bytes_are_judged_as_java_does(@ForAll @Size(max = 12) byte[] bytes, @ForAll boolean whole) {
        int from = whole ? 0 : bytes.length / 3;
        agree(bytes, from, bytes.length - from);
    }

    @Test
    void nothing_is_valid() {
        assertThat(Utf8.isValid(new byte[] {(byte) 0xff}, 1, 0)).isTrue();
    }
}

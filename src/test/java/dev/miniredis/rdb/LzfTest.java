package dev.miniredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LzfTest {
    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void literals_stand_for_themselves_and_copies_for_what_came_before() {
        assertThat(Lzf.unpack(bytes(2, 'a', 'b', 'c', 0x20, 2), 6)).asString().isEqualTo("abcabc");
    }

    @Test
    void a_copy_may_overlap_its_own_result_and_have_a_long_length() {
        assertThat(Lzf.unpack(bytes(0, 'x', 0xe0, 91, 0), 101)).asString().isEqualTo("x".repeat(101));
    }

    @Test
    void what_cannot_be_unpacked_is_null() {
        assertThat(Lzf.unpack(bytes(2, 'a', 'b'), 3)).as("literals missing").isNull();
        assertThat(Lzf.unpack(bytes(2, 'a', 'b', 'c'), 2))
                .as("too many literals")
                .isNull();
        assertThat(Lzf.unpack(bytes(0, 'a', 0x20, 1), 4))
                .as("before the beginning")
                .isNull();
        assertThat(Lzf.unpack(bytes(0, 'a', 0x20, 0), 3)).as("a copy too long").isNull();
        assertThat(Lzf.unpack(bytes(0, 'a', 0xe0, 0), 10)).as("no offset").isNull();
        assertThat(Lzf.unpack(bytes(0, 'a', 0x20), 4)).as("no offset").isNull();
        assertThat(Lzf.unpack(bytes(0, 'a'), 2)).as("too short").isNull();
    }
}

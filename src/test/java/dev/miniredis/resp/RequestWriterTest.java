package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestWriterTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String written(Request request) {
        return new String(RequestWriter.bytes(request), StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_request_is_an_array_of_bulk_strings() {
        assertThat(written(Request.of(ascii("SET"), ascii("key"), ascii(""))))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n");
    }

    @Test
    void an_argument_is_any_part_of_an_array_and_any_bytes() {
        Request request = new Request();
        request.add(new byte[] {'x', 0, (byte) 0xff, '\r', '\n', 'y'}, 1, 4);
        assertThat(written(request)).isEqualTo("*1\r\n$4\r\n\0\u00ff\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 99, 100, 12_345})
    void lengths_have_as_many_digits_as_they_need(int length) {
        String argument = "v".repeat(length);
        assertThat(written(Request.of(ascii(argument)))).isEqualTo("*1\r\n$" + length + "\r\n" + argument + "\r\n");
    }

    @Test
    void many_arguments_are_counted() {
        byte[][] words = new byte[1000][];
        Arrays.fill(words, ascii("w"));
        assertThat(written(Request.of(words))).isEqualTo("*1000\r\n" + "$1\r\nw\r\n".repeat(1000));
    }
}

package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineBytesTest {
    private static final List<byte[]> FALLBACK = List.of(new byte[] {1});

    @Test
    void words_that_the_locale_could_not_read_come_from_the_process() {
        List<byte[]> words = original(List.of("SET", "k", "\ufffd"), "java\0-jar\0x.jar\0client\0SET\0k\0\u00ff\0");

        assertThat(words).containsExactly(latin1("SET"), latin1("k"), latin1("\u00ff"));
    }

    @Test
    void empty_words_are_words() {
        assertThat(original(List.of("", "?", ""), "x\0\0?\0\0")).containsExactly(latin1(""), latin1("?"), latin1(""));
    }

    @Test
    void another_process_s_command_line_is_not_believed() {
        assertThat(original(List.of("SET", "?"), "java\0GET\0?\0")).isSameAs(FALLBACK);
        assertThat(original(List.of("SET", "?"), "?\0")).isSameAs(FALLBACK);
        assertThat(original(List.of("SET", "?"), "")).isSameAs(FALLBACK);
    }

    @Test
    void words_are_utf_8() {
        assertThat(CommandLineBytes.of(List.of("\u00e9", "what?")))
                .containsExactly("\u00e9".getBytes(StandardCharsets.UTF_8), latin1("what?"));
    }

    private static List<byte[]> original(List<String> words, String commandLine) {
        return CommandLineBytes.original(words, FALLBACK, latin1(commandLine));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

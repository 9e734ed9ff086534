package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessTextTest {
    @Test
    void words_that_the_locale_could_not_read_come_from_the_process() {
        assertThat(original(List.of("SET", "k", "\ufffd"), "java\0-jar\0x.jar\0client\0SET\0k\0\u00ff\0"))
                .containsExactly("SET", "k", "\udcff");
    }

    @Test
    void empty_words_are_words() {
        assertThat(original(List.of("", "?", ""), "x\0\0?\0\0")).containsExactly("", "?", "");
    }

    @Test
    void another_process_s_command_line_is_not_believed() {
        for (String other : List.of("java\0GET\0?\0", "?\0", "")) {
            assertThat(original(List.of("SET", "?"), other)).containsExactly("SET", "?");
        }
    }

    @Test
    void words_of_a_test_stay_as_they_are() {
        assertThat(ProcessText.arguments("\u00e9", "what?")).containsExactly("\u00e9", "what?");
    }

    @Test
    void variables_keep_every_byte() {
        assertThat(ProcessText.variables(latin1("A=\u00c3\u00a4=\0B=\u00ff\0A=second\0C=\0no variable\0")))
                .isEqualTo(Map.of("A", "\u00e4=", "B", "\udcff", "C", ""));
    }

    private static List<String> original(List<String> words, String commandLine) {
        return ProcessText.original(words, latin1(commandLine));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

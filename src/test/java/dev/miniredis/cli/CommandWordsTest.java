package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.resp.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {
    /** Lines, and the words that redis-cli 7.0 sends for them, a character a byte. */
    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t ", List.of()),
                Arguments.of("SET user:1 John", List.of("SET", "user:1", "John")),
                Arguments.of("  GET \t k  \r", List.of("GET", "k")),
                Arguments.of("SET user:1 \"John Doe\"", List.of("SET", "user:1", "John Doe")),
                Arguments.of("SET k \"\"", List.of("SET", "k", "")),
                Arguments.of("\"\\x41\\xfF\\x0\"", List.of("A\u00ffx0")),
                Arguments.of("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"", List.of("\n\r\t\b\u0007\\\"q")),
                Arguments.of("'a\\'b\\n \"c\"'", List.of("a'b\\n \"c\"")),
                Arguments.of("a\"b c\"", List.of("ab c")),
                Arguments.of("a'b c'", List.of("ab c")),
                Arguments.of("a\\nb \\x41", List.of("a\\nb", "\\x41")),
                Arguments.of("\"it's\" 'say \"hi\"'", List.of("it's", "say \"hi\"")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void a_line_is_split_as_redis_cli_splits_it(String line, List<String> expected) throws Exception {
        assertThat(split(line).bytes())
                .extracting(word -> new String(word, StandardCharsets.ISO_8859_1))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a", "'a", "\"a\"b", "'a'b", "\"a\"\"b\"", "GET \"", "SET k 'v", "\"a\\"})
    void unbalanced_quotes_are_refused(String line) {
        assertThatThrownBy(() -> split(line)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void typed_letters_are_sent_as_utf_8() throws Exception {
        assertThat(split("SET k h\u00e9\u20ac").bytes().get(2))
                .isEqualTo("h\u00e9\u20ac".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void names_are_compared_in_small_letters() throws Exception {
        CommandWords words = split("Config GET x");

        assertThat(words.name(0)).isEqualTo("config");
        assertThat(words.name(1)).isEqualTo("get");
        assertThat(words.name(9)).isEmpty();
        assertThat(words.from(2).text(0)).isEqualTo("x");
    }

    @Test
    void a_number_before_a_command_repeats_it() throws Exception {
        assertThat(split("5 PING").repeat()).isEqualTo(5);
        assertThat(split("PING 5").repeat()).isEqualTo(1);
        assertThat(split("5").repeat()).isEqualTo(1);
        assertThat(split("0 PING").repeat()).isZero();
        assertThat(split("-1 PING").repeat()).isZero();
        assertThat(split("99999999999999999999 PING").repeat()).isZero();
        assertThat(split("5x PING").hasRepeat()).isFalse();
        assertThat(split("").repeat()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AUTH secret",
                "auth user secret",
                "3 AUTH secret",
                "ACL SETUSER u >secret",
                "\"auth\" secret",
                "HELLO 3 AUTH user secret",
                "hello 3 setname x auth user secret",
                "CONFIG SET requirepass secret",
                "config set maxmemory 1 masterauth secret",
                "MIGRATE h 1 k 0 9 AUTH secret",
                "MIGRATE h 1 k 0 9 COPY AUTH2 u secret",
                "AUTH \"secret",
                " AUTH 'sec\"ret",
                "5 AUTH \"secret"
            })
    void a_line_with_a_password_is_secret(String line) {
        assertThat(CommandWords.isSecret(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET auth",
                "SET k \"AUTH",
                "HELLO 3",
                "HELLO 3 SETNAME x",
                "CONFIG GET requirepass",
                "CONFIG SET save 1",
                "ACL LIST",
                "",
                "'"
            })
    void other_lines_are_not(String line) {
        assertThat(CommandWords.isSecret(line)).isFalse();
    }

    private static CommandWords split(String line) throws ProtocolException {
        return CommandWords.split(line.getBytes(StandardCharsets.UTF_8));
    }
}

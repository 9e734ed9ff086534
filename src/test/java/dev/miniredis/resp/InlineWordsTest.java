package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InlineWordsTest {
    @Property(tries = 5000)
    void splits_as_the_rules_say(@ForAll("lines") String line) {
        assertThat(split(line)).isEqualTo(reference(line));
    }

    /** Lines of what the rules are about: quotes, backslashes, white space, digits. */
    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.strings()
                .withChars("\"'\\\\ \t\r\n\u000b\fxabnrt04fF\u0000\u00ff")
                .ofMaxLength(14);
    }

    @Property(tries = 1000)
    void a_word_with_every_byte_escaped_is_read_back(@ForAll("bytes") String word) {
        StringBuilder line = new StringBuilder("A \"");
        for (int i = 0; i < word.length(); i++) {
            line.append(String.format("\\x%02x", (int) word.charAt(i)));
        }
        assertThat(split(line + "\" B")).containsExactly("A", word, "B");
    }

    @Provide
    Arbitrary<String> bytes() {
        return Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(20);
    }

    @Test
    void the_request_is_cleared_first() throws ProtocolException {
        Request request = Request.of(new byte[3], new byte[2]);
        InlineWords.split(new byte[0], 0, 0, request);
        assertThat(request.size()).isZero();
    }

    @Test
    void only_the_part_asked_for_is_read() throws ProtocolException {
        Request request = new Request();
        byte[] line = "\"GET key\"".getBytes(StandardCharsets.US_ASCII);
        InlineWords.split(line, 1, 7, request);
        assertThat(request.size()).isEqualTo(2);
        assertThat(request.arg(1).toString()).isEqualTo("ke");
    }

    @Test
    void quotes_that_do_not_close_are_an_error() {
        byte[] line = "GET \"k".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> InlineWords.split(line, 0, line.length, new Request()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("unbalanced quotes in request");
    }

    /** The words; null where quotes are unbalanced. */
    private static List<String> split(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        Request request = new Request();
        try {
            InlineWords.split(bytes, 0, bytes.length, request);
        } catch (ProtocolException e) {
            return null;
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < request.size(); i++) {
            words.add(new String(request.arg(i).copy(), StandardCharsets.ISO_8859_1));
        }
        return words;
    }

    /** The same, letter by letter with what is expected next: plain and slow. */
    private static List<String> reference(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null; // null between words
        char quote = 0; // the quote that is open
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            boolean space = letter == ' ' || letter >= 9 && letter <= 13;
            if (quote == 0) {
                if (space) {
                    if (word != null) {
                        words.add(word.toString());
                    }
                    word = null;
                    continue;
                }
                word = word == null ? new StringBuilder() : word;
                if (letter == '"' || letter == '\'') {
                    quote = letter;
                } else {
                    word.append(letter);
                }
            } else if (letter == quote) {
                if (i + 1 < line.length() && " \t\n\u000b\f\r".indexOf(line.charAt(i + 1)) < 0) {
                    return null;
                }
                quote = 0;
            } else if (letter == '\\' && quote == '\'' && line.startsWith("\\'", i)) {
                word.append('\'');
                i++;
            } else if (letter == '\\' && quote == '"' && i + 1 < line.length()) {
                String rest = line.substring(i + 1);
                if (rest.matches("(?s)x[0-9a-fA-F]{2}.*")) {
                    word.append((char) Integer.parseInt(rest.substring(1, 3), 16));
                    i += 3;
                } else {
                    int known = "nrtba".indexOf(rest.charAt(0));
                    word.append(known < 0 ? rest.charAt(0) : "\n\r\t\b\u0007".charAt(known));
                    i++;
                }
            } else {
                word.append(letter);
            }
        }
        if (quote != 0) {
            return null;
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}

package dev.miniredis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Redis itself matches is recorded in the transcript of KEYS. */
class GlobTest {
    private static boolean matches(String pattern, String text) {
        byte[] around = (">" + text + "<").getBytes(StandardCharsets.ISO_8859_1);
        return Glob.of(new Slice(pattern.getBytes(StandardCharsets.ISO_8859_1))).matches(around, 1, around.length - 2);
    }

    @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
    void matches_what_the_rules_match(@ForAll("patterns") String pattern, @ForAll("texts") String text) {
        assertThat(matches(pattern, text)).isEqualTo(reference(pattern, text));
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> anything =
                Arbitraries.strings().withChars("ab*?[]^-\\c\u00ff").ofMaxLength(8);
        Arbitrary<String> stars = Arbitraries.strings().withChars("ab**?").ofMaxLength(8);
        Arbitrary<String> classes = Arbitraries.of(
                        "[ab]", "[^a]", "[a-c]", "[c-a]", "*", "?", "a", "\\*", "[\\]]", "[a")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(anything, stars, classes);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("abc").ofMaxLength(8),
                Arbitraries.strings().withChars("abc*?[]^-\\\u00ff").ofMaxLength(6));
    }

    /** Redis's rules, each star tried with every length. */
    private static boolean reference(String pattern, String text) {
        if (pattern.isEmpty() || text.isEmpty()) {
            // Redis looks at no pattern when nothing of the text is left, but for stars that follow what matched last
            return pattern.isEmpty() && text.isEmpty();
        }
        char first = pattern.charAt(0);
        String rest = pattern.substring(1);
        return switch (first) {
            case '*' -> {
                String next = pattern.replaceFirst("^\\*+", "");
                yield next.isEmpty()
                        || IntStream.range(0, text.length()).anyMatch(i -> reference(next, text.substring(i)));
            }
            case '?' -> referenceRest(rest, text);
            case '[' -> referenceClass(rest, text);
            default -> {
                boolean escape = first == '\\' && !rest.isEmpty();
                char letter = escape ? rest.charAt(0) : first;
                yield letter == text.charAt(0) && referenceRest(escape ? rest.substring(1) : rest, text);
            }
        };
    }

    /** The first letter of the text has matched. */
    private static boolean referenceRest(String pattern, String text) {
        String left = text.substring(1);
        return reference(left.isEmpty() ? pattern.replaceFirst("^\\*+", "") : pattern, left);
    }

    private static boolean referenceClass(String afterBracket, String text) {
        char letter = text.charAt(0);
        boolean not = afterBracket.startsWith("^");
        String left = not ? afterBracket.substring(1) : afterBracket;
        boolean match = false;
        while (!left.isEmpty() && left.charAt(0) != ']') {
            if (left.charAt(0) == '\\' && left.length() > 1) {
                match |= left.charAt(1) == letter;
                left = left.substring(2);
            } else if (left.length() > 2 && left.charAt(1) == '-') {
                char low = (char) Math.min(left.charAt(0), left.charAt(2));
                char high = (char) Math.max(left.charAt(0), left.charAt(2));
                match |= letter >= low && letter <= high;
                left = left.substring(3);
            } else {
                match |= left.charAt(0) == letter;
                left = left.substring(1);
            }
        }
        return match != not && referenceRest(left.isEmpty() ? "" : left.substring(1), text);
    }

    @ParameterizedTest
    @CsvSource({
        "h?llo, hello, true", "h?llo, hllo, false", "h*llo, hllo, true", "h[ae]llo, hallo, true",
                "h[ae]llo, hillo, false",
        "h[^e]llo, hallo, true", "h[^e]llo, hello, false", "h[a-b]llo, hbllo, true", "*, anything, true",
                "a*b*c, aXbYc, true",
        "a*b*c, aXbYcZ, false", "*a, ba, true", "A, a, false", "'', a, false", "'', '', true"
    })
    void matches_as_the_documentation_of_keys_says(String pattern, String text, boolean expected) {
        assertThat(matches(pattern, text)).isEqualTo(expected);
    }

    @Test
    void many_stars_take_no_longer_than_pattern_times_text() {
        String text = "a".repeat(10_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThat(matches("a*".repeat(1000) + "b", text)).isFalse();
            assertThat(matches("*a".repeat(1000) + "*", text)).isTrue();
            assertThat(matches("*".repeat(10_000) + "b", text)).isFalse();
            assertThat(matches("*?".repeat(5000), text)).isTrue();
            assertThat(matches("[a-z]*".repeat(1000) + "b", text)).isFalse();
        });
    }

    @Test
    void only_a_lone_star_matches_all_without_a_look() {
        assertThat(Glob.of(Slice.of("*")).matchesAll()).isTrue();
        assertThat(Glob.of(Slice.of("**")).matchesAll()).isFalse();
        assertThat(Glob.of(Slice.of("a")).matchesAll()).isFalse();
        assertThat(Glob.of(Slice.of("")).matchesAll()).isFalse();
    }

    @Test
    void a_pattern_outlives_its_slice() {
        byte[] bytes = "a*".getBytes(StandardCharsets.US_ASCII);
        Glob glob = Glob.of(new Slice(bytes));
        bytes[0] = 'b';
        assertThat(glob.matches("abc")).isTrue();
    }
}

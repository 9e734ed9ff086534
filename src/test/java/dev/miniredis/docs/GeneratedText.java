package dev.miniredis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document that follows from the code: what stands between {@code <!-- name -->} and {@code <!-- /name
 * -->}. The test that knows what belongs there compares it; {@code ./mvnw test -Dtest='*Doc*Test' -Ddocs.update} writes
 * it.
 */
public record GeneratedText(Path file, String name) {
    private static final String UPDATE = "docs.update";

    public static GeneratedText in(String file, String name) {
        return new GeneratedText(Path.of(file), name);
    }

    /** Compares the part with what belongs there, or makes it so. */
    public void assertIs(String expected) throws IOException {
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- /" + name + " -->";
        String text = Files.readString(file);
        assertThat(text).as(file.toString()).contains(begin, end);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        if (System.getProperty(UPDATE) != null) {
            Files.writeString(file, text.substring(0, from) + expected + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("what belongs between %s and %s of %s; -D%s writes it", begin.strip(), end, file, UPDATE)
                .isEqualTo(expected);
    }
}

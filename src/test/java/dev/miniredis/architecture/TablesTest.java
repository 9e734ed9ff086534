package dev.miniredis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of commands are tables of contents: a row in two lines, the methods below in the order of the rows. */
class TablesTest {
    private static final Path COMMANDS = Path.of("src/main/java/dev/miniredis/commands");
    private static final Pattern TABLE = Pattern.compile("// spotless:off\n(.*?)// spotless:on\n", Pattern.DOTALL);
    private static final Pattern USAGE = Pattern.compile(" {12}\\.row\\(\".*\\)");
    private static final Pattern BODY = Pattern.compile(" {16}\\.(read|write|other|container)\\(.*\\);?");
    private static final Pattern METHOD = Pattern.compile("\\b(\\w+)::(\\w+)|-> (\\w+)\\(call|\\b(\\w+)\\(call\\b");
    private static final Pattern DEFINITION =
            Pattern.compile("(?m)^    (?:private |static |public )*[\\w<>.]+ (\\w+)\\(");

    static List<Path> tables() throws IOException {
        try (Stream<Path> files = Files.list(COMMANDS)) {
            return files.filter(TablesTest::hasTable).sorted().toList();
        }
    }

    private static boolean hasTable(Path file) {
        return source(file).contains(".row(");
    }

    private static String source(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void a_row_reads_in_two_lines(Path file) {
        Matcher table = TABLE.matcher(source(file));
        assertThat(table.find()).isTrue();
        do {
            List<String> rows = table.group(1)
                    .lines()
                    .filter(line -> line.startsWith(" ".repeat(12)))
                    .toList();
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i)).matches(i % 2 == 0 ? USAGE : BODY);
            }
        } while (table.find());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void the_methods_follow_in_the_order_of_the_rows(Path file) {
        String source = source(file);
        Set<String> named = new LinkedHashSet<>();
        Matcher table = TABLE.matcher(source);
        int end = 0;
        while (table.find()) {
            for (Matcher method = METHOD.matcher(table.group(1)); method.find(); ) {
                named.add(Stream.of(method.group(2), method.group(3), method.group(4))
                        .filter(name -> name != null)
                        .findFirst()
                        .orElseThrow());
            }
            end = table.end();
        }
        Set<String> defined = new LinkedHashSet<>();
        for (Matcher definition = DEFINITION.matcher(source.substring(end)); definition.find(); ) {
            defined.add(definition.group(1));
        }
        defined.retainAll(named);
        named.retainAll(defined);
        assertThat(defined).containsExactlyElementsOf(named);
    }
}

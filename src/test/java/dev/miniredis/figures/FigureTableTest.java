package dev.miniredis.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.docs.GeneratedText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Metrics are named as Prometheus wants them, fields of INFO come once, and docs/metrics.md has the table. */
class FigureTableTest {
    private static final List<Figure> METRICS = FigureTable.create().metrics();

    @Test
    void the_documented_table_is_made_from_the_one_in_the_code() throws IOException {
        GeneratedText.in("docs/metrics.md", "metrics").assertIs(table());
    }

    private static String table() {
        return METRICS.stream()
                .map(metric -> "| `%s` | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                metric.metric(),
                                metric.type().name().toLowerCase(Locale.ROOT),
                                unit(metric),
                                code(String.join(", ", metric.labels())),
                                metric.help(),
                                code(metric.field())))
                .collect(Collectors.joining(
                        "",
                        "| metric | type | unit | labels | meaning | in `INFO` |\n|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String unit(Figure metric) {
        return metric.metric().matches(".*_seconds(_.*)?")
                ? "seconds"
                : metric.metric().contains("_bytes") ? "bytes" : "";
    }

    private static String code(String words) {
        return words.isEmpty() ? "" : "`" + words.replace(", ", "`, `") + "`";
    }

    @Test
    void names_follow_the_conventions_of_prometheus() {
        assertThat(METRICS).allSatisfy(metric -> {
            assertThat(metric.metric())
                    .matches("mini_redis(_[a-z]+)+")
                    .doesNotContainPattern("_(gauge|counter|histogram|millis|ms|micros|usec|nanos|kb|mb|percent)(_|$)");
            assertThat(metric.metric().endsWith("_total")).isEqualTo(metric.type() == Figure.Type.COUNTER);
            assertThat(metric.metric().endsWith("_info")).isEqualTo(metric.type() == Figure.Type.INFO);
            assertThat(metric.help()).matches("[A-Z1].*\\.");
        });
        assertThat(METRICS.stream().map(Figure::metric)).doesNotHaveDuplicates();
    }

    @Test
    void a_field_of_info_is_printed_by_one_row() {
        assertThat(FigureTable.create().figures().stream()
                        .filter(figure -> figure.text() != null)
                        .map(Figure::field))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field).matches("[a-z0-9_]+"))
                .doesNotHaveDuplicates();
    }

    @Test
    void the_documented_fields_of_a_metric_are_fields_of_info() {
        Set<String> fields = FigureTable.create().figures().stream()
                .filter(figure -> figure.text() != null)
                .map(Figure::field)
                .collect(Collectors.toSet());
        assertThat(METRICS.stream().flatMap(metric -> Stream.of(metric.field().split(", "))))
                .allSatisfy(field -> assertThat(
                                field.isEmpty() || field.equals("dbN") || field.endsWith("*") || fields.contains(field))
                        .as(field)
                        .isTrue());
    }
}

package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.docs.GeneratedText;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of metrics is named as Prometheus wants it, and docs/metrics.md tells it. */
class MetricTableTest {
    @Test
    void the_documented_table_is_made_from_the_one_in_the_code() throws IOException {
        GeneratedText.in("docs/metrics.md", "metrics").assertIs(table());
    }

    private static String table() {
        return MetricTable.ALL.stream()
                .map(metric -> "| `%s` | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                metric.name(),
                                metric.type().name().toLowerCase(Locale.ROOT),
                                unit(metric),
                                code(String.join(", ", metric.labels())),
                                metric.help(),
                                code(metric.info())))
                .collect(Collectors.joining(
                        "",
                        "| metric | type | unit | labels | meaning | in `INFO` |\n|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String unit(Metric metric) {
        return metric.name().matches(".*_seconds(_.*)?")
                ? "seconds"
                : metric.name().contains("_bytes") ? "bytes" : "";
    }

    private static String code(String words) {
        return words.isEmpty() ? "" : "`" + words.replace(", ", "`, `") + "`";
    }

    @Test
    void names_follow_the_conventions_of_prometheus() {
        assertThat(MetricTable.ALL).allSatisfy(metric -> {
            assertThat(metric.name())
                    .matches("mini_redis(_[a-z]+)+")
                    .doesNotContainPattern("_(gauge|counter|histogram|millis|ms|micros|usec|nanos|kb|mb|percent)(_|$)");
            assertThat(metric.name().endsWith("_total")).isEqualTo(metric.type() == Metric.Type.COUNTER);
            assertThat(metric.name().endsWith("_info")).isEqualTo(metric.type() == Metric.Type.INFO);
            assertThat(metric.help()).matches("[A-Z1].*\\.");
        });
        assertThat(MetricTable.ALL.stream().map(Metric::name)).doesNotHaveDuplicates();
    }
}

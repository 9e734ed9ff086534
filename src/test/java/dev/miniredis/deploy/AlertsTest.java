package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.miniredis.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The alerts fire when they should and not otherwise, and each tells whoever is woken by it what to do. */
final class AlertsTest {
    private static final Path TESTS = Path.of("src/test/prometheus/alerts-test.yaml");
    private static final Path RUNBOOK = Path.of("docs/runbook.md");

    @TempDir
    private Path scratch;

    private static List<JsonNode> alerts() throws IOException {
        return Monitoring.alerts();
    }

    private static String name(JsonNode alert) {
        return alert.get("alert").asText();
    }

    @Test
    void they_fire_when_they_should_and_say_what_is_wrong() throws IOException {
        Program.assumeInstalled("promtool");
        Monitoring.writeRules(scratch.resolve("rules.yaml"));
        Files.copy(TESTS, scratch.resolve("tests.yaml"));

        Program check = Program.in(scratch, "promtool", "check", "rules", "rules.yaml");
        assertThat(check.exitCode()).as(check.output()).isZero();
        assertThat(check.output()).contains("SUCCESS: " + alerts().size() + " rules found");

        Program test = Program.in(scratch, "promtool", "test", "rules", "tests.yaml");
        assertThat(test.exitCode()).as(test.output()).isZero();
    }

    @Test
    void each_is_tried_firing_and_silent() throws IOException {
        JsonNode tests = Manifests.parse(Files.readString(TESTS)).get("tests");
        List<JsonNode> checks = StreamSupport.stream(tests.spliterator(), false)
                .flatMap(
                        test -> StreamSupport.stream(test.get("alert_rule_test").spliterator(), false))
                .toList();
        assertThat(names(checks, false)).isEqualTo(names(checks, true)).isEqualTo(allNames());
    }

    private static Set<String> names(List<JsonNode> checks, boolean isSilent) {
        return checks.stream()
                .filter(check -> check.get("exp_alerts").isEmpty() == isSilent)
                .map(check -> check.get("alertname").asText())
                .collect(Collectors.toSet());
    }

    private static Set<String> allNames() throws IOException {
        return alerts().stream().map(AlertsTest::name).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void each_has_a_severity_words_and_a_section_of_the_runbook(JsonNode alert) throws IOException {
        assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
        assertThat(alert.at("/annotations/summary").asText()).endsWith(".");
        assertThat(alert.at("/annotations/description").asText()).endsWith(".");
        assertThat(alert.at("/annotations/runbook").asText())
                .isEqualTo(RUNBOOK + "#" + name(alert).toLowerCase(Locale.ROOT));

        String section = section(name(alert));
        assertThat(section).contains("**What it means.**", "**Look at.**", "**Do.**", "\n```sh\n");
    }

    private static String section(String alert) throws IOException {
        String runbook = Files.readString(RUNBOOK);
        String heading = "\n## " + alert + "\n";
        assertThat(runbook).containsOnlyOnce(heading);
        String rest = runbook.substring(runbook.indexOf(heading) + heading.length());
        return rest.substring(0, rest.contains("\n## ") ? rest.indexOf("\n## ") : rest.length());
    }

    @Test
    void the_runbook_has_no_section_of_an_alert_that_there_is_not() throws IOException {
        assertThat(Files.readAllLines(RUNBOOK).stream()
                        .filter(line -> line.startsWith("## MiniRedis"))
                        .map(line -> line.substring("## ".length())))
                .containsExactlyInAnyOrderElementsOf(allNames());
    }
}

package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dashboard is one that Grafana shows as it is meant: Grafana itself would leave out silently what it does not
 * understand.
 */
final class DashboardTest {
    private static final int COLUMNS = 24;

    private static List<JsonNode> panels() throws IOException {
        return StreamSupport.stream(Monitoring.dashboard().get("panels").spliterator(), false)
                .toList();
    }

    private static List<JsonNode> charts() throws IOException {
        return panels().stream()
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();
    }

    @Test
    void it_can_be_found_and_chosen_from() throws IOException {
        JsonNode dashboard = Monitoring.dashboard();

        assertThat(dashboard.get("uid").asText()).isEqualTo("mini-redis");
        assertThat(dashboard.get("title").asText()).isEqualTo("Mini Redis");
        assertThat(dashboard.get("schemaVersion").asInt()).isBetween(36, 41);
        assertThat(dashboard.at("/templating/list"))
                .extracting(variable -> variable.get("name").asText())
                .containsExactly("datasource", "namespace", "pod");
    }

    @Test
    void the_numbers_of_its_panels_are_unique() throws IOException {
        assertThat(panels())
                .hasSizeGreaterThan(30)
                .extracting(panel -> panel.get("id").asInt())
                .doesNotHaveDuplicates();
        assertThat(charts()).extracting(panel -> panel.get("title").asText()).doesNotHaveDuplicates();
    }

    @Test
    void no_two_panels_lie_on_each_other() throws IOException {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : panels()) {
            JsonNode place = panel.get("gridPos");
            int left = place.get("x").asInt();
            int top = place.get("y").asInt();
            assertThat(left + place.get("w").asInt())
                    .as(panel.get("title").asText())
                    .isLessThanOrEqualTo(COLUMNS);
            for (int x = left; x < left + place.get("w").asInt(); x++) {
                for (int y = top; y < top + place.get("h").asInt(); y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as(panel.get("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("charts")
    void a_panel_says_what_it_shows_in_which_unit_and_of_which_server(JsonNode panel) {
        assertThat(panel.get("type").asText()).isIn("stat", "timeseries", "heatmap");
        assertThat(panel.get("description").asText()).endsWith(".");
        assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                .isIn("short", "none", "s", "ops", "bytes", "Bps", "percentunit");

        List<String> references = new ArrayList<>();
        for (JsonNode target : panel.get("targets")) {
            references.add(target.get("refId").asText());
            assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(target.get("legendFormat").asText()).isNotEmpty();
            assertThat(target.get("expr").asText())
                    .contains("{job=\"mini-redis\",namespace=\"$namespace\",pod=\"$pod\"}")
                    .doesNotContain("{}");
        }
        assertThat(references).isNotEmpty().doesNotHaveDuplicates();
    }
}

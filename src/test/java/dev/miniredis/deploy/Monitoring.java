package dev.miniredis.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The alerts and the dashboard, as what Prometheus and Grafana read. */
public final class Monitoring {
    private static final String COMPONENT = "components/monitoring/";
    private static final String DASHBOARD = COMPONENT + "mini-redis-dashboard.json";

    /** The variables that Grafana puts in, and what a reader might have chosen. */
    private static final List<List<String>> VARIABLES =
            List.of(List.of("$namespace", "cache"), List.of("$pod", "mini-redis-0"), List.of("$__rate_interval", "1m"));

    private Monitoring() {}

    /**
     * Something that Prometheus is asked.
     *
     * @param where which alert, or which panel of the dashboard
     */
    public record Expression(String where, String text) {}

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(Manifests.DEPLOY.resolve(DASHBOARD).toFile());
    }

    private static JsonNode groups() throws IOException {
        return Manifests.read(COMPONENT + "prometheusrule.yaml").get("spec");
    }

    /** Writes the alerts as Prometheus itself reads them. */
    public static void writeRules(Path file) throws IOException {
        new YAMLMapper().writeValue(file.toFile(), groups());
    }

    static List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        for (JsonNode group : groups().get("groups")) {
            group.get("rules").forEach(alerts::add);
        }
        return alerts;
    }

    /** What the alerts ask. */
    public static List<Expression> alertExpressions() throws IOException {
        return alerts().stream()
                .map(alert -> new Expression(
                        alert.get("alert").asText(), alert.get("expr").asText()))
                .toList();
    }

    /** What the dashboard asks, for the server that its reader has chosen: pod mini-redis-0 of the namespace cache. */
    public static List<Expression> dashboardExpressions() throws IOException {
        List<Expression> expressions = new ArrayList<>();
        JsonNode dashboard = dashboard();
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.get("title").asText();
            for (JsonNode target : panel.path("targets")) {
                String where = title + ", " + target.get("legendFormat").asText();
                expressions.add(new Expression(where, chosen(target.get("expr").asText())));
            }
        }
        for (JsonNode annotation : dashboard.at("/annotations/list")) {
            expressions.add(new Expression(
                    annotation.get("name").asText(),
                    chosen(annotation.get("expr").asText())));
        }
        return expressions;
    }

    private static String chosen(String expression) {
        String chosen = expression;
        for (List<String> variable : VARIABLES) {
            chosen = chosen.replace(variable.getFirst(), variable.getLast());
        }
        return chosen;
    }
}

package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A Prometheus of this machine, on loopback, that knows our alerts and scrapes one server every second, as the
 * ServiceMonitor has it scraped: with the labels job, namespace and pod.
 */
final class PrometheusProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PrometheusProcess start(Path folder, int scrapedPort) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("prometheus.yml"), configuration(scrapedPort));
        Monitoring.writeRules(folder.resolve("rules.yaml"));
        int port = ServerProcess.freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        PrometheusProcess started = new PrometheusProcess(process, port);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(e -> e.getCause() instanceof ConnectException)
                .until(() -> started.get("/-/ready").statusCode() == 200);
        return started;
    }

    private static String configuration(int scrapedPort) {
        return """
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files:
              - rules.yaml
            scrape_configs:
              - job_name: mini-redis
                metrics_path: /q/metrics
                static_configs:
                  - targets: ['127.0.0.1:%d']
                    labels: {namespace: cache, pod: mini-redis-0}
            """.formatted(scrapedPort);
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonNode data(String path) {
        String answer = get("/api/v1/" + path).body();
        try {
            JsonNode json = JSON.readTree(answer);
            assertThat(json.path("status").asText()).as(answer).isEqualTo("success");
            return json.get("data");
        } catch (IOException e) {
            throw new UncheckedIOException(answer, e);
        }
    }

    /**
     * What an expression comes to now.
     *
     * @throws AssertionError it is no expression
     */
    JsonNode query(String expression) {
        return data("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .get("result");
    }

    int loadedAlerts() {
        int alerts = 0;
        for (JsonNode group : data("rules").get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                assertThat(rule.get("health").asText()).as(rule.toString()).isIn("ok", "unknown");
                alerts++;
            }
        }
        return alerts;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

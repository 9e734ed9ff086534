package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What alerts and dashboard ask for, a server has; and a real Prometheus that scrapes it answers what they ask. */
@Timeout(180)
class MonitoringIT {
    /** Of Prometheus itself, and of kube-state-metrics. */
    private static final Set<String> OTHERS =
            Set.of("up", "kube_cronjob_created", "kube_cronjob_status_last_successful_time");

    private static final Pattern METRIC = Pattern.compile("([a-z_]+)\\{");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)[{ ]");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static int httpPort;

    @BeforeAll
    static void start_server() throws IOException {
        httpPort = ServerProcess.freePort();
        server = ServerProcess.in(folder.resolve("data"))
                .httpPort(httpPort)
                .java("-Xmx64m -XX:TieredStopAtLevel=1") // so little that it has to be collected
                .options("--maxmemory", "8mb", "--maxmemory-policy", "allkeys-lru")
                .start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static String get(int port, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A little of everything: hits and misses, errors, deadlines, evictions, garbage, a base. */
    private static void use(RespSocket socket) throws IOException {
        StringBuilder commands = new StringBuilder();
        int replies = 0;
        for (int i = 0; i < 300; i++) {
            commands.append("SET k")
                    .append(i)
                    .append(' ')
                    .append("v".repeat(1000))
                    .append("\r\n");
            commands.append("SET e").append(i).append(" v PX 1\r\n");
            commands.append("GET k").append(i).append("\r\nGET none\r\nINCR k1\r\nGET\r\n");
            replies += 6;
        }
        commands.append("BGREWRITEAOF\r\n");
        socket.send(commands.toString().getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i <= replies; i++) {
            socket.readValue();
        }
    }

    private static Set<String> names(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_metric_that_is_asked_for_is_one_of_a_server_in_use() throws IOException {
        Set<String> asked = Stream.concat(
                        Monitoring.alertExpressions().stream(), Monitoring.dashboardExpressions().stream())
                .flatMap(expression -> names(METRIC, expression.text()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).hasSizeGreaterThan(40);
        asked.removeAll(OTHERS);
        try (RespSocket socket = new RespSocket(server.port())) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                use(socket);
                assertThat(asked).isSubsetOf(names(SAMPLE, get(httpPort, "/q/metrics")));
            });
        }
    }

    @Test
    void prometheus_answers_what_dashboard_and_alerts_ask() throws IOException {
        Program.assumeInstalled("prometheus");
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("prometheus"), httpPort);
                RespSocket socket = new RespSocket(server.port())) {
            List<Monitoring.Expression> expressions = Monitoring.dashboardExpressions();
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> {
                        use(socket);
                        assertThat(expressions)
                                .filteredOn(expression -> !isForRareTimes(expression))
                                .filteredOn(expression ->
                                        prometheus.query(expression.text()).isEmpty())
                                .isEmpty();
                    });
            assertThat(expressions).allSatisfy(expression -> prometheus.query(expression.text()));
            assertThat(Monitoring.alertExpressions()).allSatisfy(alert -> prometheus.query(alert.text()));
            assertThat(prometheus.loadedAlerts())
                    .isEqualTo(Monitoring.alertExpressions().size());
        }
    }

    /** What has an answer only when something happens that does not happen here. */
    private static boolean isForRareTimes(Monitoring.Expression expression) {
        return Set.of("Errors, {{command}} refused", "Restarts", "Replay, loaded")
                .contains(expression.where());
    }
}

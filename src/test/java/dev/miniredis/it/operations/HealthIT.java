package dev.miniredis.it.operations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health and metrics, as an orchestrator and a scraper ask for them. */
class HealthIT {
    @TempDir
    private static Path dataDir;

    private static ServerProcess server;
    private static int httpPort;

    @BeforeAll
    static void start_server() throws IOException {
        httpPort = ServerProcess.freePort();
        server = ServerProcess.in(dataDir).httpPort(httpPort).start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static ValidatableResponse get(String path) {
        return get(httpPort, path);
    }

    private static ValidatableResponse get(int port, String path) {
        return given().baseUri("http://127.0.0.1").port(port).get("/q/" + path).then();
    }

    private static String ask(String... words) throws IOException {
        try (RespSocket socket = new RespSocket(server.port())) {
            return socket.ask(words);
        }
    }

    @Test
    void it_lives() {
        get("health/live")
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.name", hasItem("engine"))
                .body("checks.find { it.name == 'engine' }.status", equalTo("UP"));
    }

    @Test
    void it_is_ready() {
        get("health/ready")
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.find { it.name == 'log' }.status", equalTo("UP"))
                .body("checks.find { it.name == 'log' }.data.state", equalTo("ready"))
                .body("checks.find { it.name == 'log' }.data.problem", equalTo("none"));
    }

    @Test
    void it_has_started() {
        get("health/started")
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.find { it.name == 'replay' }.status", equalTo("UP"));
        get("health").statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void metrics_count_commands() throws IOException {
        assertThat(ask("SET", "counted", "0")).isEqualTo("OK"); // only what has run has series
        assertThat(ask("GET", "counted")).isEqualTo("0");
        double sets = metric("mini_redis_commands_total{command=\"set\"}");
        double gets = metric("mini_redis_commands_total{command=\"get\"}");
        double failed = metric("mini_redis_commands_failed_total{command=\"set\"}");
        double rejected = metric("mini_redis_commands_rejected_total{command=\"get\"}");
        double connections = metric("mini_redis_connections_received_total");

        assertThat(ask("SET", "counted", "1")).isEqualTo("OK");
        assertThat(ask("SET", "counted", "2")).isEqualTo("OK");
        assertThat(ask("GET", "counted")).isEqualTo("2");
        assertThat(ask("SET", "counted", "1", "EX", "0")).startsWith("-ERR invalid expire");

        assertThat(metric("mini_redis_commands_total{command=\"set\"}")).isEqualTo(sets + 3);
        assertThat(metric("mini_redis_commands_total{command=\"get\"}")).isEqualTo(gets + 1);
        assertThat(metric("mini_redis_commands_failed_total{command=\"set\"}")).isEqualTo(failed + 1);
        assertThat(metric("mini_redis_commands_rejected_total{command=\"get\"}"))
                .isEqualTo(rejected);
        assertThat(metric("mini_redis_connections_received_total")).isEqualTo(connections + 4);
    }

    @Test
    void metrics_tell_of_keys_memory_and_clients() throws IOException {
        assertThat(ask("SELECT", "5")).isEqualTo("OK");
        double keys = metric("mini_redis_keys{db=\"0\"}");
        double memory = metric("mini_redis_memory_used_bytes");

        try (RespSocket socket = new RespSocket(server.port())) {
            for (int i = 0; i < 1000; i++) {
                assertThat(socket.ask("SET", "measured:" + i, "v".repeat(100))).isEqualTo("OK");
            }
            await().untilAsserted(() -> {
                assertThat(metric("mini_redis_keys{db=\"0\"}")).isEqualTo(keys + 1000);
                assertThat(metric("mini_redis_memory_used_bytes")).isGreaterThan(memory + 100_000);
                assertThat(metric("mini_redis_connected_clients")).isEqualTo(1);
            });
        }
        await().untilAsserted(
                        () -> assertThat(metric("mini_redis_connected_clients")).isZero());
    }

    @Test
    void metrics_tell_of_the_log() throws IOException {
        double bytes = metric("mini_redis_log_size_bytes");
        double lsn = metric("mini_redis_log_synced_lsn");
        double syncs = metric("mini_redis_log_sync_seconds_count");

        assertThat(ask("SET", "logged", "v".repeat(1000))).isEqualTo("OK");

        await().untilAsserted(
                        () -> assertThat(metric("mini_redis_log_size_bytes")).isGreaterThan(bytes + 1000));
        assertThat(metric("mini_redis_log_synced_lsn")).isEqualTo(lsn + 1);
        assertThat(metric("mini_redis_log_reserved_bytes")).isGreaterThan(metric("mini_redis_log_size_bytes"));
        assertThat(metric("mini_redis_log_sync_seconds_count")).isGreaterThan(syncs);
        assertThat(metric("mini_redis_log_sync_seconds_bucket{le=\"+Inf\"}")).isGreaterThan(syncs);
        assertThat(metric("mini_redis_log_writable")).isEqualTo(1);
        assertThat(metric("mini_redis_log_delayed_syncs_total")).isGreaterThanOrEqualTo(0);
        assertThat(metric("mini_redis_log_sync_running_seconds")).isBetween(0.0, 60.0);
        assertThat(metric("mini_redis_gate_waiting_clients")).isZero();
        assertThat(metrics().lines().filter(line -> line.startsWith("mini_redis_log_sync_seconds_bucket")))
                .hasSizeGreaterThan(20);
    }

    @Test
    void metrics_tell_of_the_jvm() {
        await().untilAsserted(
                        () -> assertThat(metrics()).contains("jvm_memory_used_bytes", "process_cpu_usage", "jvm_gc_"));
    }

    private static String metrics() {
        return get("metrics").statusCode(200).extract().asString();
    }

    /** The value of a metric; the order of its labels is the server's. */
    private static double metric(String name) {
        String metrics = metrics();
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in\n"
                        + metrics.lines()
                                .filter(line -> line.startsWith("mini_redis"))
                                .collect(Collectors.joining("\n"))));
    }

    @Test
    void a_browser_that_comes_to_the_port_of_redis_is_sent_away_without_a_word() throws IOException {
        try (RespSocket socket = new RespSocket(server.port())) {
            socket.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.in().readAllBytes()).isEmpty();
        }
        await().untilAsserted(() -> assertThat(server.output()).contains("speaks HTTP"));
        assertThat(ask("PING")).isEqualTo("PONG");
    }

    /** Redis's commands are all that the first port serves, and there is no other HTTP port. */
    @Test
    void there_is_no_http_besides_the_port_of_health_and_metrics() {
        get("info").statusCode(404);
        given().baseUri("http://127.0.0.1").port(httpPort).get("/info").then().statusCode(404);
        assertThat(server.output()).doesNotContain("http://");
    }
}

package dev.miniredis.it.clients;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exporter that many use to watch Redis with Prometheus, {@code redis_exporter}, finds here what it looks for. */
class RedisExporterIT {
    private static final String EXPORTER = "prometheus-redis-exporter";

    @TempDir
    private Path folder;

    @Test
    void it_scrapes_without_an_error() throws IOException {
        Program.assumeInstalled(EXPORTER);
        int port = ServerProcess.freePort();
        Path messages = folder.resolve("exporter.log");
        try (ServerProcess server = ServerProcess.in(folder.resolve("data")).start();
                RespSocket client = new RespSocket(server.port())) {
            client.ask("SET", "k", "v", "EX", "100");
            client.ask("SET", "l", "v");
            client.ask("GET", "none");
            client.ask("NOPE");
            Process exporter = new ProcessBuilder(
                            EXPORTER,
                            "-redis.addr=redis://" + server.address(),
                            "-web.listen-address=127.0.0.1:" + port,
                            "-include-system-metrics",
                            "-export-client-list",
                            "-check-keys=db0=*")
                    .redirectErrorStream(true)
                    .redirectOutput(messages.toFile())
                    .start();
            try {
                String address = "http://127.0.0.1:" + port + "/metrics";
                await().ignoreExceptions().until(() -> get(address).statusCode() == 200);
                String metrics = get(address).asString();

                assertThat(metrics.lines())
                        .contains("redis_up 1")
                        .contains("redis_exporter_last_scrape_error{err=\"\"} 0")
                        .contains("redis_commands_total{cmd=\"set\"} 2")
                        .contains("redis_db_keys{db=\"db0\"} 2")
                        .contains("redis_db_keys_expiring{db=\"db0\"} 1")
                        .contains("redis_keyspace_misses_total 1")
                        .contains(
                                "redis_config_maxclients 10000", "redis_aof_enabled 1", "redis_aof_last_write_status 1")
                        .contains("redis_key_size{db=\"db0\",key=\"k\"} 1");
                assertThat(metrics)
                        .contains("redis_mode=\"standalone\"")
                        .contains("role=\"master\"")
                        .contains(
                                "redis_connected_clients ",
                                "redis_memory_used_bytes ",
                                "redis_commands_duration_seconds_total{cmd=\"set\"} ",
                                "redis_latency_percentiles_usec",
                                "redis_slowlog_length ",
                                "redis_errors_total{err=\"ERR\"} ",
                                "redis_connected_clients_details{");
                assertThat(Files.readString(messages, StandardCharsets.UTF_8))
                        .doesNotContain("level=err", "level=warn");
                assertThat(server.output()).doesNotContain(" ERROR ", " WARN ");
            } finally {
                exporter.destroy();
                exporter.onExit().join();
            }
        }
    }
}

package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import dev.miniredis.it.faults.PreloadLibrary;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The probes of the manifest, asked as a kubelet asks them, of a server whose replay takes long, and of one whose disk
 * hangs.
 */
class ProbesIT {
    private static final int ENTRIES = 100_000;
    private static final int BATCH = 1000;
    /** So much faster than a kubelet: then even this replay is longer than the patience of a probe. */
    private static final int FASTER = 60;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dataDir;

    @TempDir
    private Path libraries;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    private record Answer(int status, JsonNode body) {
        boolean isGood() {
            return status >= 200 && status < 400;
        }
    }

    private static Container container() throws IOException {
        StatefulSet set = (StatefulSet) Manifests.bind(Manifests.read("base/statefulset.yaml"));
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private Answer ask(Probe probe) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + probe.getHttpGet().getPath());
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(Duration.ofSeconds(probe.getTimeoutSeconds()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
        } catch (java.net.ConnectException notYet) {
            return new Answer(0, JSON.nullNode());
        }
    }

    private void writeLog() throws IOException {
        try (ServerProcess writer = ServerProcess.in(dataDir)
                        .options("--auto-aof-rewrite-percentage", "0")
                        .start();
                RespSocket socket = new RespSocket(writer.port())) {
            for (int from = 0; from < ENTRIES; from += BATCH) {
                StringBuilder commands = new StringBuilder();
                for (int i = from; i < from + BATCH; i++) {
                    commands.append("SET key:").append(i).append(" value\r\n");
                }
                socket.send(commands.toString().getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < BATCH; i++) {
                    socket.readValue();
                }
            }
        }
    }

    @Test
    void a_server_that_replays_for_long_is_not_killed_and_gets_no_clients() throws Exception {
        writeLog();
        Container container = container();
        port = ServerProcess.freePort();
        try (ServerProcess server =
                ServerProcess.in(dataDir).httpPort(port).java("-Xmx512m -Xint").begin()) { // interpreted only: slow
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> ask(container.getStartupProbe()).isGood());
            List<Double> percents = new ArrayList<>();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(
                            Duration.ofSeconds(container.getLivenessProbe().getPeriodSeconds())
                                    .dividedBy(FASTER))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        assertThat(ask(container.getLivenessProbe()).isGood()).isTrue();
                        Answer ready = ask(container.getReadinessProbe());
                        JsonNode data = ready.body().at("/checks/0/data");
                        assertThat(data.path("state").asText()).isEqualTo(ready.isGood() ? "ready" : "replaying");
                        if (!ready.isGood()) {
                            percents.add(data.path("loaded_percent").asDouble());
                        }
                        return ready.isGood();
                    });
            assertThat(percents)
                    .as("how far it was each time, more often than a probe may fail")
                    .hasSizeGreaterThan(container.getLivenessProbe().getFailureThreshold())
                    .isSorted();
            assertThat(percents.getLast()).isGreaterThan(percents.getFirst());
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void a_server_whose_disk_hangs_is_not_killed() throws Exception {
        Program.assumeInstalled("gcc");
        Path hanging = dataDir.resolveSibling(dataDir.getFileName() + ".hangs");
        Probe liveness = container().getLivenessProbe();
        port = ServerProcess.freePort();
        try (ServerProcess server = ServerProcess.in(dataDir)
                        .httpPort(port)
                        .environment(
                                "LD_PRELOAD",
                                PreloadLibrary.compile("slowsync", libraries).toString())
                        .environment("SLOWSYNC", hanging.toString())
                        .start();
                RespSocket writer = new RespSocket(server.port());
                RespSocket reader = new RespSocket(server.port())) {
            assertThat(writer.ask("SET", "before", "it hangs")).isEqualTo("OK");
            Files.createFile(hanging);
            try {
                writer.send("SET while hangs\r\n".getBytes(StandardCharsets.US_ASCII));
                await().untilAsserted(() ->
                        assertThat(reader.ask("INFO", "persistence")).contains("aof_pending_bio_fsync:1"));
                for (int i = 0; i <= liveness.getFailureThreshold(); i++) {
                    assertThat(ask(liveness).isGood()).isTrue();
                }
                assertThat(reader.ask("GET", "before")).isEqualTo("it hangs");
            } finally {
                Files.delete(hanging);
            }
            writer.readValue(); // SET's
            assertThat(writer.ask("GET", "while")).isEqualTo("hangs");
            assertThat(ask(container().getReadinessProbe()).isGood()).isTrue();
        }
    }
}

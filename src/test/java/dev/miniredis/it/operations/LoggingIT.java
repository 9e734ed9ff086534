package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells of itself as JSON: each line of its own has a name and its figures. */
class LoggingIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dataDir;

    private ServerProcess.Launch server() {
        return ServerProcess.in(dataDir).environment("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
    }

    /** All lines, each of which has to be an object. */
    private static List<JsonNode> lines(ServerProcess server) {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : server.out()) {
            try {
                JsonNode object = JSON.readTree(line);
                assertThat(object.isObject()).as(line).isTrue();
                lines.add(object);
            } catch (IOException e) {
                throw new UncheckedIOException(line, e);
            }
        }
        return lines;
    }

    private static JsonNode event(ServerProcess server, String name) {
        List<JsonNode> found = lines(server).stream()
                .filter(line -> line.path("event").asText().equals(name))
                .toList();
        assertThat(found).as("%s in%n%s", name, server.output()).hasSize(1);
        return found.getFirst();
    }

    private static boolean hasTold(ServerProcess server, String name) {
        return lines(server).stream()
                .anyMatch(line -> line.path("event").asText().equals(name));
    }

    @Test
    void a_life_of_a_server_is_told_in_events() throws IOException {
        try (ServerProcess server = server().start()) {
            JsonNode ready = event(server, "server.ready");
            assertThat(ready.path("level").asText()).isEqualTo("INFO");
            assertThat(ready.path("loggerName").asText()).isEqualTo("dev.miniredis.server");
            assertThat(ready.path("message").asText())
                    .startsWith("Mini Redis ")
                    .contains(" is ready on 127.0.0.1:" + server.port());
            assertThat(ready.path("port").isInt()).isTrue();
            assertThat(ready.path("port").asInt()).isEqualTo(server.port());
            assertThat(ready.path("keys").asInt(-1)).isZero();
            assertThat(ready.path("millis").isNumber()).isTrue();

            try (RespSocket socket = new RespSocket(server.port())) {
                assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
                assertThat(socket.ask("SET", "l", "v")).isEqualTo("OK");
                socket.ask("BGREWRITEAOF");
                await().until(() -> hasTold(server, "compaction.done"));
                assertThat(socket.ask("SET", "m", "v")).isEqualTo("OK");
                socket.send("POST / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> hasTold(server, "client.speaks-http"));
            }
            JsonNode base = event(server, "compaction.done");
            assertThat(base.path("keys").asInt()).isEqualTo(2);
            assertThat(base.path("lsn").asInt()).isEqualTo(2);
            assertThat(base.path("bytes").asInt()).isPositive();
            assertThat(base.path("message").asText()).startsWith("A base of 2 keys, ");
            assertThat(event(server, "client.speaks-http").path("client").asText())
                    .startsWith("default@127.0.0.1:");
            server.kill();
        }
        tearTheEnd();
        try (ServerProcess server = server().start()) {
            JsonNode torn = event(server, "log.torn-end");
            assertThat(torn.path("level").asText()).isEqualTo("WARN");
            assertThat(torn.path("lsn").asInt()).isEqualTo(3);
            assertThat(torn.path("what").asText())
                    .contains("The log ends after entry 3;")
                    .isEqualTo(torn.path("message").asText());
            assertThat(event(server, "server.ready").path("keys").asInt()).isEqualTo(3);

            assertThat(server.stop()).isZero();
            event(server, "server.stopped");
            assertThat(lines(server)).allMatch(line -> line.has("event"));
        }
    }

    /** As a power failure leaves it: with half a line. */
    private void tearTheEnd() throws IOException {
        Path log = dataDir.resolve("mini-redis.log");
        Files.writeString(log, Files.readString(log).stripTrailing() + "\n{\"lsn\":4,\"at\":17");
    }

    @Test
    void why_it_does_not_start_is_told_in_an_event_too() throws IOException {
        Files.writeString(Files.createDirectories(dataDir).resolve("mini-redis.log"), "this is no log\n");
        try (ServerProcess server = server().begin()) {
            assertThat(server.awaitExit()).isEqualTo(1);
            JsonNode failed = event(server, "server.failed");
            assertThat(failed.path("level").asText()).isEqualTo("ERROR");
            assertThat(failed.path("reason").asText()).contains("mini-redis.log");
            assertThat(server.err()).isEmpty();
        }
    }

    @Test
    void without_json_the_sentence_is_all_there_is() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start()) {
            assertThat(server.out())
                    .last()
                    .asString()
                    .matches("[\\d:.]+ INFO  \\[server] Mini Redis .* is ready on .* ms\\.");
        }
    }
}

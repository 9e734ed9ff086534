package dev.miniredis.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.LogStorage;
import dev.miniredis.net.RespListener;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The beans as Quarkus wires them: the start event alone makes a server of them. */
@QuarkusTest
@TestProfile(OwnDataDirectory.class)
class QuarkusServerTest {
    @Inject
    RespListener listener;

    @Inject
    Lifecycle lifecycle;

    @Inject
    Settings settings;

    @Inject
    Engine engine;

    @Inject
    LogStorage log;

    @TestHTTPResource(value = "health/ready", management = true)
    String ready;

    @TestHTTPResource(value = "health/live", management = true)
    String live;

    @TestHTTPResource(value = "metrics", management = true)
    String metrics;

    @BeforeEach
    void await_the_end_of_the_replay() {
        await().until(() -> lifecycle.state() == MiniRedis.State.READY);
    }

    private String ask(String request, int replyLength) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(replyLength), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void it_listens_where_the_settings_say() throws IOException {
        assertThat(listener.port()).isEqualTo(Integer.getInteger(OwnDataDirectory.PORT));
        assertThat(settings.port()).isEqualTo(listener.port());
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(ask("PING\r\n", 7)).isEqualTo("+PONG\r\n");
    }

    @Test
    void what_is_set_is_in_the_engine_and_in_the_log() throws IOException {
        assertThat(ask("SET wired yes\r\nGET wired\r\nDBSIZE\r\n", 18)).isEqualTo("+OK\r\n$3\r\nyes\r\n:1\r\n");
        assertThat(engine.data().keys()).isEqualTo(1);

        Path log = settings.dataDir().resolve("mini-redis.log");
        assertThat(Files.readString(log)).contains("\"cmd\":[\"SET\",\"wired\",\"yes\"]");
    }

    @Test
    void its_data_are_where_the_settings_say() {
        assertThat(log.figures().description()).contains("in " + settings.dataDir() + " (");
        assertThat(settings.dataDir()).isNotEqualTo(Path.of("data"));
    }

    @Test
    void health_and_metrics_are_on_the_management_interface() {
        given().get(ready).then().statusCode(200).body("status", equalTo("UP"));
        given().get(live).then().statusCode(200).body("status", equalTo("UP"));
        assertThat(given().get(metrics).then().statusCode(200).extract().asString())
                .contains("mini_redis_connected_clients", "mini_redis_keys");
    }
}

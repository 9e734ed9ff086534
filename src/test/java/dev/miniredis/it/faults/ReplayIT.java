package dev.miniredis.it.faults;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is reading its log: long enough a log that this can be watched. */
class ReplayIT {
    private static final int ENTRIES = 700_000;

    @TempDir
    private static Path dataDir;

    private int port;
    private int httpPort;

    @BeforeAll
    static void write_the_log() throws IOException {
        int httpPort = ServerProcess.freePort();
        try (ServerProcess writer = ServerProcess.in(dataDir)
                .httpPort(httpPort)
                .options("--auto-aof-rewrite-percentage", "0")
                .start()) {
            fill(writer.port(), ENTRIES);
            assertThat(get(httpPort, "ready").statusCode()).isEqualTo(200);
        }
    }

    @BeforeEach
    void choose_ports() throws IOException {
        port = ServerProcess.freePort();
        httpPort = ServerProcess.freePort();
    }

    private ServerProcess begin() throws IOException {
        return begin(0);
    }

    private ServerProcess begin(int replyThreshold) throws IOException {
        return launch(replyThreshold).begin();
    }

    /** One that is long at it: nothing is compiled. */
    private ServerProcess beginSlowly() throws IOException {
        return launch(0).java("-Xint").begin();
    }

    private ServerProcess.Launch launch(int replyThreshold) {
        return ServerProcess.in(dataDir)
                .port(port)
                .httpPort(httpPort)
                .options("--loading-reply-threshold", Integer.toString(replyThreshold));
    }

    private static ExtractableResponse<Response> get(int httpPort, String what) {
        return given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .get("/q/health/" + what)
                .then()
                .extract();
    }

    @Test
    void until_it_has_read_all_it_says_so() throws IOException {
        Set<String> seen = new LinkedHashSet<>();
        try (ServerProcess replaying = beginSlowly()) {
            try (RespSocket socket = connectSoon(port)) {
                watch(socket, seen);
                assertThat(socket.ask("DBSIZE")).isEqualTo(":" + ENTRIES / 10);
            }
            replaying.awaitReady();
            assertThat(get(httpPort, "started").statusCode()).isEqualTo(200);
        }
        assertThat(seen)
                .contains(
                        "GET: -LOADING Redis is loading the dataset in memory",
                        "SET: -LOADING Redis is loading the dataset in memory",
                        "PING: -LOADING Redis is loading the dataset in memory",
                        "INFO: loading:1",
                        "ready: 503 replaying",
                        "started: 503",
                        "live: 200",
                        "page: replaying, progress shown",
                        "metrics: mini_redis_replay_running 1.0",
                        "ready: 200 ready");
    }

    @Test
    void who_can_wait_notices_nothing() throws IOException {
        try (ServerProcess replaying = begin(60_000);
                RespSocket socket = connectSoon(port)) {
            assertThat(loadingLine(socket.ask("INFO"))).isEqualTo("loading:1");
            socket.send("SET", "key:1", "value:9");
            socket.send("GET", "key:1");
            socket.send("INFO");
            assertThat(socket.read()).isEqualTo("OK");
            assertThat(socket.read()).isEqualTo("value:9");
            assertThat(loadingLine(socket.read())).isEqualTo("loading:0");
            replaying.awaitReady();
        }
    }

    @Test
    void who_waits_too_long_is_told() throws IOException {
        try (ServerProcess replaying = begin(20);
                RespSocket socket = connectSoon(port)) {
            assertThat(socket.ask("GET", "key:1")).startsWith("-LOADING");
            replaying.awaitReady();
        }
    }

    @Test
    void told_to_stop_it_drops_requests_that_wait() throws IOException {
        try (ServerProcess replaying = begin(60_000)) {
            try (RespSocket socket = connectSoon(port)) {
                socket.send("SET", "key:0", "nobody has seen this");
                try (RespSocket other = new RespSocket(port)) {
                    assertThat(loadingLine(other.ask("INFO"))).isEqualTo("loading:1");
                }
                replaying.terminate();
                assertThatThrownBy(socket::read).isInstanceOf(IOException.class);
                assertThat(replaying.awaitExit()).as(replaying.output()).isZero();
            }
            assertThat(replaying.err()).isEmpty();
        }
        try (ServerProcess next = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("GET", "key:0")).isEqualTo("value:9");
        }
    }

    @Test
    void told_to_stop_meanwhile_it_ends_without_complaint() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (ServerProcess replaying = begin()) {
                try (RespSocket socket = connectSoon(port)) {
                    assertThat(socket.ask("PING")).startsWith("-LOADING");
                    replaying.terminate();
                    assertThat(replaying.awaitExit()).as(replaying.output()).isZero();
                }
                assertThat(replaying.err()).isEmpty();
            }
        }
        assertAllIsThere();
    }

    @Test
    void killed_meanwhile_it_begins_anew() throws IOException {
        try (ServerProcess replaying = begin();
                RespSocket socket = connectSoon(port)) {
            assertThat(socket.ask("PING")).startsWith("-LOADING");
            replaying.kill();
        }
        assertAllIsThere();
    }

    private static void assertAllIsThere() throws IOException {
        try (ServerProcess next = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":" + ENTRIES / 10);
            assertThat(next.err()).isEmpty();
        }
    }

    private static void fill(int port, int entries) throws IOException {
        int batch = 5000;
        try (RespSocket socket = new RespSocket(port)) {
            for (int from = 0; from < entries; from += batch) {
                ByteArrayOutputStream commands = new ByteArrayOutputStream();
                for (int i = from; i < from + batch; i++) {
                    RespSocket.append(commands, "SET", "key:" + i / 10, "value:" + i);
                }
                socket.send(commands.toByteArray());
                for (int i = 0; i < batch; i++) {
                    socket.readValue();
                }
            }
        }
    }

    private static RespSocket connectSoon(int port) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(30))
                .ignoreException(ConnectException.class)
                .until(() -> {
                    try (Socket probe = new Socket()) {
                        probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                        return true;
                    }
                });
        try {
            return new RespSocket(port);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void watch(RespSocket socket, Set<String> seen) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .ignoreException(ConnectException.class)
                .until(() -> {
                    seen.add("GET: " + socket.ask("GET", "key:1"));
                    seen.add("SET: " + socket.ask("SET", "key:1", "value:9"));
                    seen.add("PING: " + socket.ask("PING"));
                    seen.add("INFO: " + loadingLine(socket.ask("INFO")));
                    var ready = get(httpPort, "ready");
                    seen.add("ready: " + ready.statusCode() + " " + ready.path("checks[0].data.state"));
                    seen.add("started: " + get(httpPort, "started").statusCode());
                    seen.add("live: " + get(httpPort, "live").statusCode());
                    seen.add("page: " + page());
                    seen.add("metrics: " + replayMetric());
                    return ready.statusCode() == 200;
                });
    }

    /** What the status page gets to show. */
    private String page() {
        JsonPath status = given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .get("/status.json")
                .jsonPath();
        boolean isShown = status.get("figures.mini_redis_replay_loaded_bytes") instanceof Number loaded
                && status.getDouble("figures.mini_redis_replay_running") == 1
                && loaded.doubleValue() <= status.getDouble("figures.mini_redis_replay_size_bytes");
        return status.getString("state") + (isShown ? ", progress shown" : "");
    }

    private String replayMetric() {
        return given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("mini_redis_replay_running "))
                .findFirst()
                .orElse("none");
    }

    private static String loadingLine(String info) {
        return info.lines()
                .filter(line -> line.startsWith("loading:"))
                .findFirst()
                .orElse("none");
    }
}

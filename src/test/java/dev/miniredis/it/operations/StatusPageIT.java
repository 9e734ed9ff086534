package dev.miniredis.it.operations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at {@code /} of the management port. */
class StatusPageIT {
    private static final String SECRET = "a-password-that-nobody-may-see";

    @TempDir
    private static Path dataDir;

    @TempDir
    private static Path otherDir;

    private static ServerProcess server;
    private static int httpPort;

    @BeforeAll
    static void start_server() throws IOException {
        httpPort = ServerProcess.freePort();
        server = ServerProcess.in(dataDir)
                .httpPort(httpPort)
                .options("--requirepass", SECRET)
                .start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static ValidatableResponse get(int port, String path) {
        return given().baseUri("http://127.0.0.1").port(port).get(path).then();
    }

    private static RespSocket client() throws IOException {
        RespSocket socket = new RespSocket(server.port());
        assertThat(socket.ask("AUTH", SECRET)).isEqualTo("OK");
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status.js", "/status.css", "/status.json"})
    void nothing_from_elsewhere_gets_in_and_nothing_is_kept(String path) {
        get(httpPort, path)
                .statusCode(200)
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store");
    }

    @Test
    void the_page_is_small_and_needs_nothing_from_outside() {
        int bytes = 0;
        for (String path : new String[] {"/", "/status.js", "/status.css"}) {
            String text = get(httpPort, path).extract().asString();
            assertThat(text.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://", "//cdn");
            bytes += text.length();
        }
        assertThat(bytes).isLessThan(20_000);
        get(httpPort, "/").contentType("text/html; charset=utf-8").body(containsString("<title>Mini Redis</title>"));
    }

    @Test
    void nobody_can_change_anything() {
        given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .post("/status.json")
                .then()
                .statusCode(405);
    }

    @Test
    void its_figures_are_those_of_the_server() throws IOException {
        JsonPath before = get(httpPort, "/status.json").extract().jsonPath();
        try (RespSocket socket = client()) {
            for (int i = 0; i < 100; i++) {
                assertThat(socket.ask("SET", "figure:" + i, "v")).isEqualTo("OK");
            }
            assertThat(socket.ask("GET", "none")).isEqualTo("(nil)");
            get(httpPort, "/status.json")
                    .body("figures.mini_redis_keys", equalTo(before.getFloat("figures.mini_redis_keys") + 100))
                    .body("figures.mini_redis_connected_clients", equalTo(1f));
        }
        String commands = "figures.mini_redis_commands_processed_total";
        String misses = "figures.mini_redis_keyspace_misses_total";
        String lsn = "figures.mini_redis_log_last_lsn";
        String size = "figures.mini_redis_log_size_bytes";
        String used = "figures.mini_redis_memory_used_bytes";
        get(httpPort, "/status.json")
                .contentType("application/json")
                .body("state", equalTo("ready"))
                .body("figures.mini_redis_replay_running", equalTo(0f))
                .body(commands, equalTo(before.getFloat(commands) + 102))
                .body(misses, equalTo(before.getFloat(misses) + 1))
                .body(lsn, equalTo(before.getFloat(lsn) + 100))
                .body("figures.mini_redis_log_synced_lsn", equalTo(before.getFloat(lsn) + 100))
                .body("log.problem", nullValue())
                .body(size, greaterThan(before.getFloat(size) + 5000))
                .body("log.syncs.counts[-1]", greaterThan(before.getInt("log.syncs.counts[-1]")))
                .body(used, greaterThan(before.getFloat(used)));
        JsonPath after = get(httpPort, "/status.json").extract().jsonPath();
        assertThat(after.getList("log.syncs.counts", Long.class))
                .hasSameSizeAs(after.getList("log.syncs.seconds"))
                .isSorted();
    }

    @Test
    void the_promise_is_the_one_that_holds_now() throws IOException {
        get(httpPort, "/status.json").body("log.description", equalTo("OK means on disk"));
        try (RespSocket socket = client()) {
            assertThat(socket.ask("CONFIG", "SET", "appendfsync", "everysec")).isEqualTo("OK");
            get(httpPort, "/status.json").body("log.description", equalTo("on disk within a second"));
            assertThat(socket.ask("CONFIG", "SET", "appendfsync", "always")).isEqualTo("OK");
        }
    }

    @Test
    void it_shows_neither_keys_nor_passwords_nor_clients() throws IOException {
        try (RespSocket socket = client()) {
            assertThat(socket.ask("SET", "the-secret-key", "the-secret-value")).isEqualTo("OK");
            assertThat(get(httpPort, "/status.json").extract().asString())
                    .doesNotContain("secret", SECRET, "127.0.0.1", dataDir.toString());
        }
    }

    @Test
    void a_setting_switches_it_off() throws IOException {
        int port = ServerProcess.freePort();
        try (ServerProcess without = ServerProcess.in(otherDir)
                .httpPort(port)
                .environment("MINI_REDIS_STATUS_PAGE", "no")
                .start()) {
            assertThat(without.isAlive()).isTrue();
            for (String path : new String[] {"/", "/status.js", "/status.css", "/status.json"}) {
                get(port, path).statusCode(404);
            }
            get(port, "/q/health").statusCode(200);
        }
    }
}

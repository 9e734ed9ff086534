package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.ServerProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Vert.x client, on which Quarkus's is built. */
class VertxRedisIT {
    @TempDir
    private static Path dataDir;

    private static Vertx vertx;
    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).start();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop_server() {
        result(vertx.close());
        server.close();
    }

    @BeforeEach
    void empty_the_databases() {
        Redis redis = client(ProtocolVersion.RESP2, "");
        result(redis.send(Request.cmd(Command.FLUSHALL)));
        redis.close();
    }

    /** @param path of the URI, {@code /3} for a database */
    private static Redis client(ProtocolVersion protocol, String path) {
        RedisOptions options = new RedisOptions()
                .setConnectionString("redis://" + server.address() + path)
                .setPreferredProtocolVersion(protocol);
        return Redis.createClient(vertx, options);
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e.getCause());
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void strings_and_keys(ProtocolVersion protocol) {
        Redis client = client(protocol, "/3");
        RedisAPI redis = RedisAPI.api(client);
        assertThat(result(redis.set(List.of("k", "wört", "EX", "100")))).hasToString("OK");
        assertThat(result(redis.get("k"))).hasToString("wört");
        assertThat(result(redis.get("none"))).isNull();
        assertThat(result(redis.ttl("k")).toLong()).isBetween(90L, 100L);
        assertThat(result(redis.mset(List.of("a", "1", "b", "2")))).hasToString("OK");
        assertThat(result(redis.mget(List.of("a", "none", "b")))).hasSize(3);
        assertThat(result(redis.incrby("a", "41")).toInteger()).isEqualTo(42);
        assertThat(result(redis.incrbyfloat("a", "0.5")).toDouble()).isEqualTo(42.5);
        assertThat(result(redis.append("s", "Hello")).toInteger()).isEqualTo(5);
        assertThat(result(redis.getrange("s", "-4", "-1"))).hasToString("ello");
        assertThat(result(redis.expire(List.of("s", "100", "NX"))).toInteger()).isEqualTo(1);
        assertThat(result(redis.copy(List.of("s", "t"))).toInteger()).isEqualTo(1);
        assertThat(result(redis.pfadd(List.of("seen", "x", "y"))).toInteger()).isEqualTo(1);
        assertThat(result(redis.setbit("bits", "7", "1")).toInteger()).isZero();
        assertThat(result(redis.scan(List.of("0", "MATCH", "*", "COUNT", "1000")))
                        .get(1))
                .hasSize(7);
        assertThat(result(redis.client(List.of("INFO"))).toString())
                .contains(" db=3 ")
                .contains(" resp=" + protocol.getValue() + " ");
        assertThatThrownBy(() -> result(redis.incr("s"))).hasMessageContaining("ERR value is not an integer");
        client.close();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void batches_and_transactions(ProtocolVersion protocol) {
        Redis client = client(protocol, "");
        List<Request> batch = new ArrayList<>();
        IntStream.range(0, 1000)
                .forEach(i -> batch.add(Request.cmd(Command.INCR).arg("counter")));
        assertThat(result(client.batch(batch)).stream().map(Response::toInteger))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 1000).boxed().toList());

        RedisConnection connection = result(client.connect());
        result(connection.send(Request.cmd(Command.WATCH).arg("t")));
        result(connection.send(Request.cmd(Command.MULTI)));
        assertThat(result(connection.send(Request.cmd(Command.SET).arg("t").arg("1"))))
                .hasToString("QUEUED");
        result(connection.send(Request.cmd(Command.INCR).arg("t")));
        assertThat(result(connection.send(Request.cmd(Command.EXEC))).get(1).toInteger())
                .isEqualTo(2);
        result(connection.send(Request.cmd(Command.WATCH).arg("t")));
        result(client.send(Request.cmd(Command.SET).arg("t").arg("changed")));
        result(connection.send(Request.cmd(Command.MULTI)));
        result(connection.send(Request.cmd(Command.GET).arg("t")));
        assertThat(result(connection.send(Request.cmd(Command.EXEC)))).isNull();
        result(connection.close());
        client.close();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void messages(ProtocolVersion protocol) {
        Redis client = client(protocol, "");
        RedisConnection subscriber = result(client.connect());
        List<String> heard = new CopyOnWriteArrayList<>();
        subscriber.handler(push -> heard.add(push.toString()));
        result(subscriber.send(Request.cmd(Command.SUBSCRIBE).arg("news")));
        result(subscriber.send(Request.cmd(Command.PSUBSCRIBE).arg("n*")));
        assertThat(result(client.send(Request.cmd(Command.PUBLISH).arg("news").arg("hello")))
                        .toInteger())
                .isEqualTo(2);
        await().untilAsserted(() ->
                assertThat(heard).contains("[message, news, hello]").contains("[pmessage, n*, news, hello]"));
        result(subscriber.close());
        client.close();
    }
}

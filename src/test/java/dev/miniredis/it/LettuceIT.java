package dev.miniredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lettuce as the client. */
class LettuceIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int CONNECTIONS = 20;
    private static final int COMMANDS_EACH = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;
    private static RedisClient client;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).java("-Xmx2g").start();
        client = RedisClient.create();
    }

    @AfterAll
    static void stop_server() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        server.close();
    }

    @BeforeEach
    void empty_the_databases() {
        try (var connection = connect(ProtocolVersion.RESP2)) {
            connection.sync().flushall();
        }
    }

    private static RedisURI address(int port) {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withClientName("tester")
                .withTimeout(PATIENCE)
                .build();
    }

    private static StatefulRedisConnection<String, String> connect(ProtocolVersion protocol) {
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        return client.connect(address(server.port()));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_introduces_itself(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            String resp = protocol == ProtocolVersion.RESP3 ? "3" : "2";
            await().untilAsserted(() -> assertThat(connection.sync().clientInfo())
                    .contains(" name=tester ", " lib-name=Lettuce", " resp=" + resp)
                    .containsPattern("lib-ver=\\d+\\.\\d+"));
            assertThat(connection.sync().clientGetname()).isEqualTo("tester");
            assertThat(connection.sync().clientId()).isPositive();
            assertThat(connection.sync().clientList()).contains("name=tester");
        }
    }

    @Test
    void it_connects_with_its_own_defaults() {
        RedisClient plain = RedisClient.create("redis://127.0.0.1:" + server.port());
        try (var connection = plain.connect()) {
            assertThat(connection.sync().ping()).isEqualTo("PONG");
        } finally {
            plain.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_sets_and_gets(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            RedisCommands<String, String> redis = connection.sync();
            assertThat(redis.echo("hello")).isEqualTo("hello");
            assertThat(redis.set("user:1", "John Doe")).isEqualTo("OK");
            assertThat(redis.get("user:1")).isEqualTo("John Doe");
            assertThat(redis.setGet("user:1", "Jane")).isEqualTo("John Doe");
            assertThat(redis.get("nobody")).isNull();
            assertThat(redis.set("user:1", "no", SetArgs.Builder.nx())).isNull();
            assertThat(redis.set("user:2", "no", SetArgs.Builder.xx())).isNull();
            assertThat(redis.set("user:2", "Max", SetArgs.Builder.nx().px(100_000)))
                    .isEqualTo("OK");
            assertThat(redis.ttl("user:2")).isBetween(90L, 100L);
            assertThat(redis.ttl("user:1")).isEqualTo(-1);
            assertThat(redis.ttl("nobody")).isEqualTo(-2);
            assertThat(redis.type("user:1")).isEqualTo("string");
            assertThat(redis.exists("user:1", "user:2", "nobody")).isEqualTo(2);
            assertThat(redis.keys("user:*")).containsExactlyInAnyOrder("user:1", "user:2");
            assertThat(redis.dbsize()).isEqualTo(2);
            assertThat(redis.del("user:1", "nobody")).isEqualTo(1);
            assertThat(redis.flushdb()).isEqualTo("OK");
            assertThat(redis.dbsize()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_asks_about_the_server(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            RedisCommands<String, String> redis = connection.sync();
            assertThat(redis.info()).contains("redis_mode:standalone", "total_operations:", "uptime_seconds:");
            assertThat(redis.info("keyspace")).startsWith("# Keyspace");
            assertThat(redis.configGet("appendonly")).containsEntry("appendonly", "yes");
            assertThat(redis.commandCount()).isPositive();
            assertThat(redis.command()).hasSize(redis.commandCount().intValue());
            assertThat(redis.commandInfo("get", "set")).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void many_asynchronous_commands_are_answered_in_order(ProtocolVersion protocol) throws Exception {
        try (var connection = connect(protocol)) {
            RedisAsyncCommands<String, String> redis = connection.async();
            List<RedisFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                redis.set("k" + i % 100, "v" + i);
                answers.add(redis.get("k" + i % 100));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("v" + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void commands_that_are_flushed_together_are_answered(ProtocolVersion protocol) throws Exception {
        try (var connection = connect(protocol)) {
            connection.setAutoFlushCommands(false);
            List<RedisFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                answers.add(connection.async().set("k" + i, "v" + i));
            }
            connection.flushCommands();

            assertThat(LettuceFutures.awaitAll(PATIENCE, answers.toArray(RedisFuture<?>[]::new)))
                    .isTrue();
            assertThat(answers.getLast().get()).isEqualTo("OK");
            connection.setAutoFlushCommands(true);
            assertThat(connection.sync().dbsize()).isEqualTo(5000);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void the_reactive_way_works(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            var redis = connection.reactive();
            assertThat(redis.set("k", "v").then(redis.get("k")).block(PATIENCE)).isEqualTo("v");
            assertThat(redis.get("nobody").blockOptional(PATIENCE)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void errors_are_execution_exceptions_and_the_connection_lives_on(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            RedisCommands<String, String> redis = connection.sync();
            assertThatThrownBy(() -> redis.dispatch(CommandType.GET, new StatusOutput<>(StringCodec.UTF8)))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessage("ERR wrong number of arguments for 'get' command");
            assertThatThrownBy(() -> redis.set("k", "v", SetArgs.Builder.ex(0)))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessage("ERR invalid expire time in 'set' command");
            assertThatThrownBy(() -> redis.dispatch(
                            CommandType.LPUSH,
                            new StatusOutput<>(StringCodec.UTF8),
                            new CommandArgs<>(StringCodec.UTF8).addKey("k").addValue("v")))
                    .isInstanceOf(RedisCommandExecutionException.class);
            assertThatThrownBy(() -> redis.select(16))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessage("ERR DB index is out of range");
            assertThat(redis.ping()).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void each_connection_has_its_own_database(ProtocolVersion protocol) {
        try (var one = connect(protocol);
                var other = connect(protocol)) {
            one.sync().select(1);
            one.sync().set("k", "in 1");
            assertThat(other.sync().get("k")).isNull();
            other.sync().set("k", "in 0");
            assertThat(one.sync().get("k")).isEqualTo("in 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void twenty_connections_work_at_once(ProtocolVersion protocol) throws Exception {
        List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
        try {
            List<RedisFuture<String>> last = new ArrayList<>();
            for (int user = 0; user < CONNECTIONS; user++) {
                connections.add(connect(protocol));
            }
            for (int i = 0; i < COMMANDS_EACH; i++) {
                for (int user = 0; user < CONNECTIONS; user++) {
                    RedisAsyncCommands<String, String> redis =
                            connections.get(user).async();
                    redis.set("user:" + user, "v" + i);
                    if (i == COMMANDS_EACH - 1) {
                        last.add(redis.get("user:" + user));
                    }
                }
            }
            for (RedisFuture<String> answer : last) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("v" + (COMMANDS_EACH - 1));
            }
        } finally {
            connections.forEach(StatefulRedisConnection::close);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void keys_and_values_are_any_bytes(ProtocolVersion protocol) {
        byte[] all = new byte[256];
        IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        try (var connection = client.connect(ByteArrayCodec.INSTANCE, address(server.port()))) {
            connection.sync().set(all, all);
            assertThat(connection.sync().get(all)).isEqualTo(all);
            assertThat(connection.sync().keys("*".getBytes(StandardCharsets.US_ASCII)))
                    .hasSize(1)
                    .first()
                    .isEqualTo(all);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_value_may_have_a_megabyte(ProtocolVersion protocol) {
        largeValue(protocol, MEGABYTE);
    }

    @Test
    void a_value_may_have_thirty_megabytes() {
        largeValue(ProtocolVersion.RESP3, 30 * MEGABYTE);
    }

    private static void largeValue(ProtocolVersion protocol, int bytes) {
        byte[] key = {'k'};
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        try (var connection = client.connect(ByteArrayCodec.INSTANCE, address(server.port()))) {
            assertThat(connection.sync().set(key, value)).isEqualTo("OK");
            assertThat(Arrays.equals(connection.sync().get(key), value)).isTrue();
            assertThat(connection.sync().del(key)).isEqualTo(1);
        }
    }

    @Test
    void it_reconnects_when_the_server_has_been_restarted(@TempDir Path ownDir) throws IOException {
        client.setOptions(ClientOptions.create());
        int port = ServerProcess.freePort();
        ServerProcess first = ServerProcess.in(ownDir).port(port).start();
        try (var connection = client.connect(address(port))) {
            connection.sync().select(2);
            connection.sync().set("k", "before");
            first.kill();
            try (ServerProcess second = ServerProcess.in(ownDir).port(port).start()) {
                assertThat(connection.sync().get("k")).isEqualTo("before");
                connection.sync().set("k", "after");
                assertThat(connection.sync().clientInfo()).contains(" db=2 ", " name=tester ");
                assertThat(second.stop()).isZero();
            }
        } finally {
            first.kill();
        }
    }
}

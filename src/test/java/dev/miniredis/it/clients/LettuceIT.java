package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.ServerProcess;
import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.BitFieldArgs;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ExpireArgs;
import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void keys_bits_and_counts(ProtocolVersion protocol) {
        try (var connection = connect(protocol)) {
            RedisCommands<String, String> redis = connection.sync();
            for (int i = 0; i < 500; i++) {
                redis.set("key:" + i, "" + i);
            }
            Set<String> seen = new HashSet<>();
            KeyScanCursor<String> cursor =
                    redis.scan(KeyScanArgs.Builder.matches("key:*").limit(50));
            seen.addAll(cursor.getKeys());
            while (!cursor.isFinished()) {
                cursor = redis.scan(cursor, KeyScanArgs.Builder.matches("key:*").limit(50));
                seen.addAll(cursor.getKeys());
            }
            assertThat(seen).hasSize(500);
            assertThat(redis.expire("key:1", 100, ExpireArgs.Builder.nx())).isTrue();
            assertThat(redis.expiretime("key:1")).isGreaterThan(System.currentTimeMillis() / 1000);
            assertThat(redis.persist("key:1")).isTrue();
            assertThat(redis.copy("key:1", "copied")).isTrue();
            assertThat(redis.renamenx("copied", "key:2")).isFalse();
            assertThat(redis.move("copied", 3)).isTrue();
            assertThat(redis.objectEncoding("key:1")).isEqualTo("int");
            assertThat(redis.restore("restored", 0, redis.dump("key:7"))).isEqualTo("OK");
            assertThat(redis.get("restored")).isEqualTo("7");
            assertThat(redis.mget("key:1", "none").get(1).hasValue()).isFalse();
            assertThat(redis.setbit("bits", 7, 1)).isZero();
            assertThat(redis.bitcount("bits")).isEqualTo(1);
            assertThat(redis.bitfield("field", new BitFieldArgs().set(BitFieldArgs.unsigned(8), 0, 255)))
                    .containsExactly(0L);
            assertThat(redis.pfadd("seen", "a", "b")).isEqualTo(1);
            assertThat(redis.pfcount("seen")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_transaction_is_all_or_nothing(ProtocolVersion protocol) {
        try (var connection = connect(protocol);
                var other = connect(protocol)) {
            RedisCommands<String, String> redis = connection.sync();
            redis.multi();
            redis.set("t", "1");
            redis.incr("t");
            assertThat(redis.exec().<Object>get(1)).isEqualTo(2L);

            redis.watch("t");
            other.sync().set("t", "changed");
            redis.multi();
            redis.set("t", "lost");
            assertThat(redis.exec().wasDiscarded()).isTrue();
            assertThat(redis.get("t")).isEqualTo("changed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void messages_reach_subscribers(ProtocolVersion protocol) {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (var connection = connect(protocol);
                var subscriber = client.connectPubSub(address(server.port()))) {
            subscriber.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(channel + " " + message);
                }

                @Override
                public void message(String pattern, String channel, String message) {
                    heard.add(pattern + " " + channel + " " + message);
                }
            });
            subscriber.sync().subscribe("news");
            subscriber.sync().psubscribe("n*");
            assertThat(connection.sync().publish("news", "hello")).isEqualTo(2);
            await().untilAsserted(() -> assertThat(heard).containsExactly("news hello", "n* news hello"));
            assertThat(connection.sync().pubsubChannels()).containsExactly("news");
            subscriber.sync().unsubscribe("news");
            subscriber.sync().punsubscribe("n*");
            await().untilAsserted(() ->
                    assertThat(connection.sync().publish("news", "nobody")).isZero());
        }
    }

    @Test
    void what_it_caches_is_forgotten_when_it_changes() {
        try (var connection = connect(ProtocolVersion.RESP3);
                var other = connect(ProtocolVersion.RESP2)) {
            Map<String, String> cache = new ConcurrentHashMap<>();
            CacheFrontend<String, String> frontend =
                    ClientSideCaching.enable(CacheAccessor.forMap(cache), connection, TrackingArgs.Builder.enabled());
            other.sync().set("cached", "old");
            assertThat(frontend.get("cached")).isEqualTo("old");
            assertThat(cache).containsEntry("cached", "old");
            other.sync().set("cached", "new");
            await().until(() -> frontend.get("cached").equals("new"));
        }
    }

    @Test
    void a_user_does_what_it_may() {
        try (var connection = connect(ProtocolVersion.RESP3)) {
            connection
                    .sync()
                    .aclSetuser(
                            "ann",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("secret")
                                    .keyPattern("ann:*")
                                    .addCategory(AclCategory.READ)
                                    .addCategory(AclCategory.CONNECTION));
            RedisURI asAnn = address(server.port());
            asAnn.setCredentialsProvider(RedisCredentialsProvider.from(() -> RedisCredentials.just("ann", "secret")));
            try (var ann = client.connect(asAnn)) {
                assertThat(ann.sync().get("ann:1")).isNull();
                assertThatThrownBy(() -> ann.sync().get("bob:1")).hasMessageStartingWith("NOPERM ");
                assertThatThrownBy(() -> ann.sync().set("ann:1", "x")).hasMessageStartingWith("NOPERM ");
            }
            assertThat(connection.sync().aclDeluser("ann")).isEqualTo(1);
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

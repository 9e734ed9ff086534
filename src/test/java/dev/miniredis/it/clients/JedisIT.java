package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.BitCountOption;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.LCSParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** Jedis as the client. */
class JedisIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int CONNECTIONS = 20;
    private static final int COMMANDS_EACH = 500;

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).java("-Xmx2g").start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    @BeforeEach
    void empty_the_databases() {
        try (Jedis jedis = connect(RedisProtocol.RESP2)) {
            jedis.flushAll();
        }
    }

    private static HostAndPort address() {
        return new HostAndPort("127.0.0.1", server.port());
    }

    private static JedisClientConfig config(RedisProtocol protocol) {
        return DefaultJedisClientConfig.builder()
                .protocol(protocol)
                .clientName("tester")
                .timeoutMillis(60_000)
                .build();
    }

    private static Jedis connect(RedisProtocol protocol) {
        return new Jedis(address(), config(protocol));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_introduces_itself(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            assertThat(jedis.clientInfo())
                    .contains(" name=tester ", " db=0 ", " lib-name=jedis", " resp=" + protocol.version());
            assertThat(jedis.clientInfo()).containsPattern("lib-ver=\\d+\\.\\d+");
            assertThat(jedis.clientGetname()).isEqualTo("tester");
            assertThat(jedis.clientSetname("other")).isEqualTo("OK");
            assertThat(jedis.clientList(jedis.clientId())).contains("name=other");
        }
    }

    @Test
    void it_connects_with_its_own_defaults() {
        try (RedisClient client = RedisClient.create(address())) {
            assertThat(client.ping()).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_sets_and_gets(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            assertThat(jedis.ping()).isEqualTo("PONG");
            assertThat(jedis.ping("h\u00e9")).isEqualTo("h\u00e9");
            assertThat(jedis.echo("hello")).isEqualTo("hello");
            assertThat(jedis.set("user:1", "John Doe")).isEqualTo("OK");
            assertThat(jedis.get("user:1")).isEqualTo("John Doe");
            assertThat(jedis.setGet("user:1", "Jane")).isEqualTo("John Doe");
            assertThat(jedis.get("nobody")).isNull();
            assertThat(jedis.set("user:1", "no", SetParams.setParams().nx())).isNull();
            assertThat(jedis.set("user:2", "no", SetParams.setParams().xx())).isNull();
            assertThat(jedis.set("user:2", "Max", SetParams.setParams().nx().ex(100)))
                    .isEqualTo("OK");
            assertThat(jedis.ttl("user:2")).isBetween(90L, 100L);
            assertThat(jedis.set("user:2", "Moritz", SetParams.setParams().keepTtl()))
                    .isEqualTo("OK");
            assertThat(jedis.ttl("user:2")).isBetween(90L, 100L);
            assertThat(jedis.ttl("user:1")).isEqualTo(-1);
            assertThat(jedis.ttl("nobody")).isEqualTo(-2);
            assertThat(jedis.type("user:1")).isEqualTo("string");
            assertThat(jedis.type("nobody")).isEqualTo("none");
            assertThat(jedis.exists("user:1")).isTrue();
            assertThat(jedis.exists("user:1", "user:2", "nobody", "user:1")).isEqualTo(3);
            assertThat(jedis.keys("user:*")).containsExactlyInAnyOrder("user:1", "user:2");
            assertThat(jedis.dbSize()).isEqualTo(2);
            assertThat(jedis.del("user:1", "nobody", "user:2")).isEqualTo(2);
            assertThat(jedis.dbSize()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void it_asks_about_the_server(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            assertThat(jedis.info()).contains("redis_mode:standalone", "total_operations:", "uptime_seconds:");
            assertThat(jedis.info("keyspace")).startsWith("# Keyspace");
            assertThat(jedis.configGet("append*")).containsEntry("appendonly", "yes");
            assertThat(jedis.commandCount()).isPositive();
            assertThat(jedis.command()).containsKeys("get", "set", "del");
            assertThat(jedis.commandInfo("get").get("get").getArity()).isEqualTo(2);
            assertThat(jedis.commandInfo("del").get("del").getLastKey()).isEqualTo(-1);
            assertThat(jedis.commandDocs("get").get("get").getSummary()).contains("string value");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void keys_and_values_are_any_bytes(RedisProtocol protocol) {
        byte[] all = new byte[256];
        IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
        try (Jedis jedis = connect(protocol)) {
            jedis.set(all, all);
            assertThat(jedis.get(all)).isEqualTo(all);
            assertThat(jedis.keys("*".getBytes(StandardCharsets.US_ASCII))).containsExactly(all);
            jedis.set(new byte[0], new byte[0]);
            assertThat(jedis.get(new byte[0])).isEmpty();
            assertThat(jedis.del(all)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_pipeline_answers_in_order(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol);
                Pipeline pipeline = jedis.pipelined()) {
            List<Response<String>> answers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                pipeline.set("k" + i % 100, "v" + i);
                answers.add(pipeline.get("k" + i % 100));
            }
            Response<Object> wrong = pipeline.sendCommand(Protocol.Command.GET, new String[0]);
            Response<Long> deleted = pipeline.del("k0", "k1");
            pipeline.sync();

            assertThat(answers)
                    .extracting(Response::get)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 10_000).mapToObj(i -> "v" + i).toList());
            assertThatThrownBy(wrong::get).isInstanceOf(JedisDataException.class);
            assertThat(deleted.get()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void errors_are_data_exceptions_and_the_connection_lives_on(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            assertThatThrownBy(() -> jedis.sendCommand(Protocol.Command.GET))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessage("ERR wrong number of arguments for 'get' command");
            assertThatThrownBy(() -> jedis.set("k", "v", SetParams.setParams().ex(-1)))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessage("ERR invalid expire time in 'set' command");
            assertThatThrownBy(() -> jedis.select(16))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessage("ERR DB index is out of range");
            assertThatThrownBy(() -> jedis.sendCommand(() -> "NOPE".getBytes(StandardCharsets.US_ASCII), "a"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("ERR unknown command 'NOPE', with args beginning with: 'a'");
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void each_connection_has_its_own_database(RedisProtocol protocol) {
        try (Jedis one = connect(protocol);
                Jedis other = connect(protocol)) {
            one.select(1);
            one.set("k", "in 1");
            assertThat(other.get("k")).isNull();
            other.set("k", "in 0");
            assertThat(one.get("k")).isEqualTo("in 1");
            assertThat(one.clientInfo()).contains(" db=1 ");
            one.reset();
        }
        JedisClientConfig second =
                DefaultJedisClientConfig.builder().database(1).build();
        try (Jedis jedis = new Jedis(address(), second)) {
            assertThat(jedis.get("k")).isEqualTo("in 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_pool_of_twenty_works_at_once(RedisProtocol protocol) {
        ConnectionPoolConfig twenty = new ConnectionPoolConfig();
        twenty.setMaxTotal(CONNECTIONS);
        twenty.setMinIdle(CONNECTIONS);
        try (RedisClient client = RedisClient.builder()
                .hostAndPort(address())
                .clientConfig(config(protocol))
                .poolConfig(twenty)
                .build()) {
            CompletableFuture<?>[] users = IntStream.range(0, CONNECTIONS)
                    .mapToObj(user -> CompletableFuture.runAsync(() -> use(client, user), Thread::startVirtualThread))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(users).join();

            assertThat(client.dbSize()).isEqualTo(CONNECTIONS);
        }
    }

    private static void use(RedisClient client, int user) {
        String key = "user:" + user;
        for (int i = 0; i < COMMANDS_EACH; i++) {
            assertThat(client.set(key, user + ":" + i)).isEqualTo("OK");
            assertThat(client.get(key)).isEqualTo(user + ":" + i);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_value_may_have_a_megabyte(RedisProtocol protocol) {
        largeValue(protocol, MEGABYTE);
    }

    @Test
    void a_value_may_have_a_hundred_megabytes() {
        largeValue(RedisProtocol.RESP3, 100 * MEGABYTE);
    }

    private static void largeValue(RedisProtocol protocol, int bytes) {
        byte[] key = {'k'};
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        try (Jedis jedis = connect(protocol)) {
            assertThat(jedis.set(key, value)).isEqualTo("OK");
            assertThat(Arrays.equals(jedis.get(key), value)).isTrue();
            assertThat(jedis.del(key)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void keys_bits_and_counts(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            for (int i = 0; i < 500; i++) {
                jedis.set("key:" + i, "" + i);
            }
            Set<String> seen = new HashSet<>();
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> page =
                        jedis.scan(cursor, new ScanParams().match("key:*").count(50), "string");
                seen.addAll(page.getResult());
                cursor = page.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertThat(seen).hasSize(500);
            assertThat(jedis.expire("key:1", 100, ExpiryOption.NX)).isEqualTo(1);
            assertThat(jedis.expireTime("key:1")).isGreaterThan(System.currentTimeMillis() / 1000);
            assertThat(jedis.persist("key:1")).isEqualTo(1);
            assertThat(jedis.copy("key:1", "copied", true)).isTrue();
            assertThat(jedis.renamenx("copied", "key:2")).isZero();
            assertThat(jedis.move("copied", 3)).isEqualTo(1);
            assertThat(jedis.objectEncoding("key:1")).isEqualTo("int");
            assertThat(jedis.restore("restored", 0, jedis.dump("key:7"))).isEqualTo("OK");
            assertThat(jedis.get("restored")).isEqualTo("7");
            assertThat(jedis.incrByFloat("float", 0.1)).isEqualTo(0.1);
            assertThat(jedis.lcs("key:1", "key:1", LCSParams.LCSParams()).getMatchString())
                    .isEqualTo("1");
            assertThat(jedis.setbit("bits", 7, true)).isFalse();
            assertThat(jedis.bitcount("bits", 0, -1, BitCountOption.BIT)).isEqualTo(1);
            assertThat(jedis.bitfield("field", "SET", "u8", "0", "255", "GET", "u4", "0"))
                    .containsExactly(0L, 15L);
            assertThat(jedis.pfadd("seen", "a", "b")).isEqualTo(1);
            assertThat(jedis.pfcount("seen")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void a_transaction_is_all_or_nothing(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol);
                Jedis other = connect(protocol)) {
            Transaction first = jedis.multi();
            first.set("t", "1");
            Response<Long> sum = first.incr("t");
            assertThat(first.exec()).containsExactly("OK", 2L);
            assertThat(sum.get()).isEqualTo(2);

            jedis.watch("t");
            other.set("t", "changed");
            Transaction second = jedis.multi();
            second.set("t", "lost");
            assertThat(second.exec()).isNull();
            assertThat(jedis.get("t")).isEqualTo("changed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void messages_reach_subscribers(RedisProtocol protocol) {
        List<String> heard = new CopyOnWriteArrayList<>();
        JedisPubSub subscriber = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                heard.add(channel + " " + message);
            }

            @Override
            public void onPMessage(String pattern, String channel, String message) {
                heard.add(pattern + " " + channel + " " + message);
            }
        };
        try (Jedis jedis = connect(protocol);
                Jedis listening = connect(protocol)) {
            CompletableFuture<Void> listener =
                    CompletableFuture.runAsync(() -> listening.subscribe(subscriber, "news"));
            await().until(() -> jedis.pubsubNumSub("news").get("news") == 1);
            subscriber.psubscribe("n*");
            await().until(() -> jedis.pubsubNumPat() == 1);
            assertThat(jedis.publish("news", "hello")).isEqualTo(2);
            await().untilAsserted(() -> assertThat(heard).containsExactly("news hello", "n* news hello"));
            subscriber.unsubscribe();
            subscriber.punsubscribe();
            listener.join();
            assertThat(listening.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void a_user_does_what_it_may() {
        try (Jedis jedis = connect(RedisProtocol.RESP2)) {
            jedis.aclSetUser("ann", "on", ">secret", "~ann:*", "+@read", "+@connection");
            JedisClientConfig asAnn = DefaultJedisClientConfig.builder()
                    .user("ann")
                    .password("secret")
                    .build();
            try (Jedis ann = new Jedis(address(), asAnn)) {
                assertThat(ann.get("ann:1")).isNull();
                assertThatThrownBy(() -> ann.get("bob:1")).isInstanceOf(JedisAccessControlException.class);
                assertThatThrownBy(() -> ann.set("ann:1", "x")).isInstanceOf(JedisAccessControlException.class);
            }
            assertThat(jedis.aclGetUser("ann").getKeys()).isEqualTo("~ann:*");
            assertThat(jedis.aclDelUser("ann")).isEqualTo(1);
        }
    }

    @Test
    void quit_ends_the_connection() {
        try (Jedis jedis = connect(RedisProtocol.RESP2)) {
            assertThat(jedis.sendCommand(() -> "QUIT".getBytes(StandardCharsets.US_ASCII)))
                    .isEqualTo("OK".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(jedis::ping).isInstanceOf(JedisConnectionException.class);
        }
    }
}

package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchOptions.ExecutionMode;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RBitSet;
import org.redisson.api.RBucket;
import org.redisson.api.RHyperLogLog;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/** Redisson as the client, with what needs no scripts: for those it waits for ever where there are none. */
@Timeout(120)
class RedissonIT {
    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static RedissonClient connect(Protocol protocol) {
        Config config = new Config().setProtocol(protocol).setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress("redis://" + server.address())
                .setClientName("tester")
                .setConnectionMinimumIdleSize(4)
                .setConnectionPoolSize(8);
        RedissonClient client = Redisson.create(config);
        client.getKeys().flushdb();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void buckets_keep_strings(Protocol protocol) throws Exception {
        RedissonClient redisson = connect(protocol);
        try {
            RBucket<String> bucket = redisson.getBucket("bucket");
            assertThat(bucket.get()).isNull();
            bucket.set("wört", Duration.ofSeconds(100));
            assertThat(bucket.get()).isEqualTo("wört");
            assertThat(bucket.remainTimeToLive()).isBetween(90_000L, 100_000L);
            assertThat(bucket.setIfAbsent("x")).isFalse();
            assertThat(bucket.getAndSet("y")).isEqualTo("wört");
            assertThat(bucket.clearExpire()).isFalse();
            assertThat(bucket.getAndExpire(Duration.ofSeconds(50))).isEqualTo("y");
            assertThat(bucket.clearExpire()).isTrue();
            assertThat(bucket.size()).isEqualTo(1);
            bucket.rename("renamed");
            assertThat(bucket.isExists()).isTrue();
            assertThat(bucket.delete()).isTrue();
            assertThat(bucket.isExists()).isFalse();

            redisson.getBuckets().set(Map.of("a", "1", "b", "2"));
            assertThat(redisson.getBuckets().get("a", "b", "none")).isEqualTo(Map.of("a", "1", "b", "2"));
            assertThat(redisson.getBuckets().trySet(Map.of("a", "3", "c", "3"))).isFalse();

            byte[] dump = redisson.getBucket("a").dump();
            redisson.getBucket("restored").restore(dump);
            assertThat(redisson.getBucket("restored").get()).isEqualTo("1");
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void numbers_bits_and_counts(Protocol protocol) throws ExecutionException, InterruptedException {
        RedissonClient redisson = connect(protocol);
        try {
            assertThat(redisson.getAtomicLong("long").addAndGet(41)).isEqualTo(41);
            assertThat(redisson.getAtomicLong("long").incrementAndGet()).isEqualTo(42);
            assertThat(redisson.getAtomicDouble("double").addAndGet(0.5)).isEqualTo(0.5);

            RBitSet bits = redisson.getBitSet("bits");
            assertThat(bits.set(7)).isFalse();
            assertThat(bits.get(7)).isTrue();
            assertThat(bits.cardinality()).isEqualTo(1);
            assertThat(bits.setLong(64, -5)).isZero();
            assertThat(bits.incrementAndGetLong(64, 10)).isEqualTo(5);

            RHyperLogLog<String> visitors = redisson.getHyperLogLog("visitors");
            for (int i = 0; i < 100; i++) {
                visitors.add("visitor " + i);
            }
            assertThat(visitors.count()).isBetween(97L, 103L);
            redisson.getHyperLogLog("others").add("another");
            visitors.mergeWith("others");
            assertThat(visitors.countWith("others")).isBetween(98L, 104L);
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void keys_are_walked(Protocol protocol) {
        RedissonClient redisson = connect(protocol);
        try {
            RBatch batch = redisson.createBatch();
            for (int i = 0; i < 1000; i++) {
                batch.getBucket("key:" + i).setAsync("v" + i);
            }
            assertThat(batch.execute().getResponses()).hasSize(1000);
            assertThat(redisson.getKeys().count()).isEqualTo(1000);
            List<String> keys = new ArrayList<>();
            redisson.getKeys()
                    .getKeys(KeysScanOptions.defaults().pattern("key:1*").chunkSize(50))
                    .forEach(keys::add);
            assertThat(keys).hasSize(111).doesNotHaveDuplicates();
            assertThat(redisson.getKeys().delete("key:1", "key:2", "none")).isEqualTo(2);
            assertThat(redisson.getKeys().unlink("key:3")).isEqualTo(1);
            assertThat(redisson.getKeys().touch("key:4", "none")).isEqualTo(1);
            assertThat(redisson.getKeys().countExists("key:1", "key:5")).isEqualTo(1);
            assertThat(redisson.getKeys().randomKey()).startsWith("key:");
            assertThat(redisson.getKeys().getType("key:5")).hasToString("OBJECT");
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void a_batch_can_be_a_transaction(Protocol protocol) {
        RedissonClient redisson = connect(protocol);
        try {
            RBatch batch =
                    redisson.createBatch(BatchOptions.defaults().executionMode(ExecutionMode.REDIS_WRITE_ATOMIC));
            batch.getBucket("t").setAsync("1");
            batch.getAtomicLong("t").incrementAndGetAsync();
            batch.getBucket("t").getAsync();
            BatchResult<?> result = batch.execute();
            assertThat(result.getResponses().get(1)).isEqualTo(2L);
            assertThat(result.getResponses().get(2)).isEqualTo("2");
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void topics_carry_messages(Protocol protocol) {
        RedissonClient redisson = connect(protocol);
        try {
            List<String> heard = new CopyOnWriteArrayList<>();
            RTopic topic = redisson.getTopic("news");
            topic.addListener(String.class, (channel, message) -> heard.add(channel + " " + message));
            RPatternTopic pattern = redisson.getPatternTopic("n*");
            pattern.addListener(
                    String.class, (match, channel, message) -> heard.add(match + " " + channel + " " + message));
            RShardedTopic sharded = redisson.getShardedTopic("shard");
            sharded.addListener(String.class, (channel, message) -> heard.add(channel + " " + message));

            assertThat(topic.publish("hello")).isEqualTo(2);
            assertThat(sharded.publish("hello")).isEqualTo(1);
            await().untilAsserted(() ->
                    assertThat(heard).containsExactlyInAnyOrder("news hello", "n* news hello", "shard hello"));
            assertThat(topic.countSubscribers()).isEqualTo(1);
            topic.removeAllListeners();
            pattern.removeAllListeners();
            assertThat(topic.publish("nobody")).isZero();
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void the_server_is_asked(Protocol protocol) {
        RedissonClient redisson = connect(protocol);
        try {
            var node = redisson.getRedisNodes(RedisNodes.SINGLE).getInstance();
            assertThat(node.ping()).isTrue();
            assertThat(node.time()).isNotNull();
            assertThat(node.info(org.redisson.api.redisnode.RedisNode.InfoSection.SERVER))
                    .containsEntry("redis_mode", "standalone");
            assertThat(node.getConfig("databases")).containsEntry("databases", "16");
            assertThat(node.getMemoryStatistics()).containsKey("keys.count");
        } finally {
            redisson.shutdown();
        }
    }
}

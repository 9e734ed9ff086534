package dev.miniredis.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.miniredis.commands.RealRedis;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** What a real Redis saves of random data is what is imported. */
class RealRedisImportTest {
    private static final int KEYS = 500;
    private static final long DEADLINE = 4_102_444_800_000L;

    @TempDir
    Path folder;

    @Test
    void random_strings_among_other_types_come_as_they_are() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeThat(redis).as(RealRedis.MISSING).isNotNull();
            Map<String, List<String>> expected = new HashMap<>();
            try (Jedis jedis = new Jedis(RealRedis.HOST, redis.port())) {
                for (int i = 0; i < KEYS; i++) {
                    int database = random.nextInt(3);
                    jedis.select(database);
                    set(jedis, database, random, expected);
                    jedis.rpush("list:" + i, "a", Integer.toString(i));
                    jedis.hset("hash", "field" + i, randomText(random));
                    jedis.zadd("zset", random.nextDouble(), "m" + i);
                    jedis.sadd("set", Integer.toString(random.nextInt()));
                }
                jedis.save();
            }
            Path data = folder.resolve("data");
            ImportReport report =
                    Import.run(redis.directory(), data, System.currentTimeMillis(), (bytes, of, entries) -> {});
            assertThat(report.leftOut()).as("seed %d", seed).containsOnlyKeys("list", "hash", "zset", "set");
            assertThat(report.leftOut().get("list").count()).isEqualTo(KEYS);
            assertThat(ImportedLog.read(data).lastByKey()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static void set(Jedis jedis, int database, Random random, Map<String, List<String>> expected) {
        String key = randomText(random) + random.nextInt();
        String value =
                random.nextInt(3) == 0 ? Long.toString(random.nextLong() >> random.nextInt(64)) : randomText(random);
        boolean expires = random.nextBoolean();
        SetParams deadline = expires ? new SetParams().pxAt(DEADLINE) : new SetParams();
        jedis.set(ImportedLog.latin1(key), ImportedLog.latin1(value), deadline);
        expected.put(
                database + " " + key,
                expires ? List.of("SET", key, value, "PXAT", Long.toString(DEADLINE)) : List.of("SET", key, value));
    }

    /** Random bytes, some of them easy to pack. */
    private static String randomText(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return ImportedLog.latin1(bytes).repeat(1 + random.nextInt(3) * random.nextInt(50));
    }
}

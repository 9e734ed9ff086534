package dev.miniredis.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.command.ProcessMemory;
import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of several subsequences that are the longest, LCS answers the one that Redis does; and it takes little memory. */
class LcsTest {
    private static final List<String> OPTIONS =
            List.of("", " LEN", " IDX", " IDX WITHMATCHLEN", " IDX MINMATCHLEN 3", " IDX MINMATCHLEN 2 WITHMATCHLEN");

    private final EngineHarness ours = new EngineHarness();

    @Test
    void the_real_server_answers_the_same_to_strings_of_few_letters() throws IOException {
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            try (RedisConnection theirs = new RedisConnection(RealRedis.HOST, redis.port())) {
                Random random = new Random(7);
                for (int i = 0; i < 600; i++) {
                    int letters = 1 + random.nextInt(4);
                    int longest = i % 20 == 0 ? 700 : 70;
                    String set = "MSET a \"" + text(random, letters, longest) + "\" b \""
                            + text(random, letters, longest) + "\"";
                    assertThat(ours.run(set)).isEqualTo(ask(theirs, set));
                    for (String options : OPTIONS) {
                        String lcs = "LCS a b" + options;
                        assertThat(ours.run(lcs)).as(set + " " + lcs).isEqualTo(ask(theirs, lcs));
                    }
                }
            }
        }
    }

    private static String text(Random random, int letters, int longest) {
        return IntStream.range(0, random.nextInt(longest))
                .mapToObj(i -> Character.toString('a' + random.nextInt(letters)))
                .collect(Collectors.joining());
    }

    private static String ask(RedisConnection theirs, String line) throws IOException {
        theirs.send(Arrays.stream(line.split(" "))
                .map(word -> word.replace("\"", "").getBytes(ISO_8859_1))
                .toList());
        return new String(theirs.readReply(), ISO_8859_1);
    }

    @Test
    void what_redis_would_need_256_mb_for_needs_a_bit_for_each_pair() {
        ours.run("MSET a " + "ab".repeat(4096) + " b " + "ba".repeat(4096));
        heap(9_000_000);
        assertThat(ours.run("LCS a b LEN")).isEqualTo(":8191\r\n");
        assertThat(ours.run("LCS a b")).isEqualTo("$8191\r\n" + "ba".repeat(4095) + "b\r\n");
        heap(8_000_000);
        assertThat(ours.run("LCS a b"))
                .isEqualTo("-ERR Insufficient memory, failed allocating transient memory for LCS\r\n");
        assertThat(ours.run("LCS a b LEN")).as("two rows only").isEqualTo(":8191\r\n");
    }

    @Test
    void the_bound_is_that_of_redis() {
        ours.run("MSET a " + "a".repeat(11_584) + " b " + "b".repeat(11_584));
        assertThat(ours.run("LCS a b LEN")).isEqualTo(":0\r\n");
        ours.run("APPEND a a");
        assertThat(ours.run("LCS a b LEN"))
                .isEqualTo("-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len\r\n");
    }

    private void heap(long bytes) {
        ours.engine().environment().processMemory(new ProcessMemory() {
            @Override
            public long residentBytes() {
                return 0;
            }

            @Override
            public long heapUsedBytes() {
                return 0;
            }

            @Override
            public long heapCommittedBytes() {
                return 0;
            }

            @Override
            public long heapLimitBytes() {
                return bytes;
            }

            @Override
            public void collectGarbage() {
                // there is none
            }
        });
    }
}

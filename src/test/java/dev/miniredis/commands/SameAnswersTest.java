package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Random commands: what nobody thought of writing into a transcript is answered as the real server answers it. */
class SameAnswersTest {
    private static final int CONVERSATIONS = 150;
    private static final int COMMANDS = 40;

    private static RealRedis redis;

    @BeforeAll
    static void start_redis() throws IOException {
        redis = RealRedis.startIfInstalled();
    }

    @AfterAll
    static void stop_redis() throws IOException {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void random_commands_get_the_answers_of_the_real_server() throws IOException {
        assumeTrue(redis != null, RealRedis.MISSING);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < CONVERSATIONS; i++) {
            try (RedisConnection real = new RedisConnection(RealRedis.HOST, redis.port())) {
                real.ask("FLUSHALL");
                converse(real, new EngineHarness(), random, "seed " + seed + ", conversation " + i);
            }
        }
    }

    @Test
    void what_one_dumps_the_other_dumps_and_restores() throws IOException {
        assumeTrue(redis != null, RealRedis.MISSING);
        Random random = new Random(5);
        EngineHarness ours = new EngineHarness();
        try (RedisConnection real = new RedisConnection(RealRedis.HOST, redis.port())) {
            int[] lengths = IntStream.range(0, 600)
                    .map(i -> i < 300 ? 1 << random.nextInt(15) : 1 + random.nextInt(60))
                    .toArray();
            for (int i = 0; i < lengths.length; i++) {
                String set = "SET k " + letters(random, "abcd".substring(0, 1 + random.nextInt(4)), lengths[i]);
                String dump = real.ask(set) + real.ask("DUMP k");
                assertThat(ours.run(set) + ours.run("DUMP k")).as(set).isEqualTo(dump);
                String payload = dump.substring(dump.indexOf('\n', dump.indexOf('$')) + 1, dump.length() - 2);
                StringBuilder restore = new StringBuilder("RESTORE r 0 \"");
                payload.chars().forEach(c -> restore.append("\\x%02x".formatted(c)));
                restore.append("\" REPLACE");
                assertThat(ours.run(restore.toString())).isEqualTo("+OK\r\n");
                assertThat(ours.run("GET r")).isEqualTo(ours.run("GET k"));
            }
        }
    }

    /** The strings, too, whose bytes depend on the order of the elements. */
    @Test
    void hyperloglogs_see_the_same_elements_alike() throws IOException {
        assumeTrue(redis != null, RealRedis.MISSING);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        EngineHarness ours = new EngineHarness();
        try (RedisConnection real = new RedisConnection(RealRedis.HOST, redis.port())) {
            real.ask("FLUSHALL");
            for (int i = 0; i < 600; i++) {
                String name = "h" + random.nextInt(5);
                StringBuilder add = new StringBuilder("PFADD ").append(name);
                for (int many = random.nextInt(i / 4 + 1); many > 0; many--) {
                    add.append(' ').append(random.nextInt(1 << random.nextInt(1, 24)));
                }
                List<String> lines = List.of(
                        random.nextInt(10) == 0 ? "DEL " + name : add.toString(),
                        random.nextInt(20) == 0 ? "PFMERGE h" + random.nextInt(5) + " h1 " + name : "EXISTS " + name,
                        "GET " + name,
                        "PFCOUNT h0 " + name);
                for (String line : lines) {
                    assertThat(ours.run(line)).as("seed %d: %s", seed, line).isEqualTo(real.ask(line));
                }
            }
        }
    }

    private static void converse(RedisConnection real, EngineHarness ours, Random random, String where)
            throws IOException {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            String line = command(random);
            said.add(line);
            String expected = real.ask(line);
            String actual = ours.run(line);
            boolean unordered = (line.startsWith("KEYS") || line.startsWith("SCAN")) && expected.startsWith("*");
            String as = where + ":\n" + String.join("\n", said);
            if (line.contains("EXPIRETIME")) { // the two have not begun at the same time
                assertThat(withoutTime(actual)).as(as).isEqualTo(withoutTime(expected));
            } else {
                assertThat(unordered ? sorted(actual) : actual)
                        .as(as)
                        .isEqualTo(unordered ? sorted(expected) : expected);
            }
        }
    }

    private static String withoutTime(String reply) {
        return reply.replaceFirst("^:[1-9]\\d*", ":a time");
    }

    private static String sorted(String reply) {
        return RespBytes.lines(reply.getBytes(StandardCharsets.ISO_8859_1)).stream()
                .map(line -> new String(line, StandardCharsets.ISO_8859_1))
                .sorted(Comparator.naturalOrder())
                .toList()
                .toString();
    }

    private static String command(Random random) {
        return switch (random.nextInt(31)) {
            case 0, 1, 2, 3 -> "SET " + key(random) + " " + value(random) + options(random);
            case 4 -> "GET " + key(random);
            case 5 -> "DEL " + key(random) + " " + key(random);
            case 6 -> "EXISTS " + key(random) + " " + key(random) + " " + key(random);
            case 7, 8 -> "KEYS " + letters(random, "ab*?[]^-\\\\", 8);
            case 9 -> "SELECT " + oneOf(random, "0", "1", "15", "16", "-1", "x", "01");
            case 10 -> oneOf(random, "DBSIZE", "FLUSHDB", "TYPE a", "TYPE b", "PING x", "ECHO", "FLUSHDB SYNC ASYNC");
            case 11 -> "OBJECT " + oneOf(random, "ENCODING ", "REFCOUNT ", "FREQ ") + key(random);
            case 12 -> "SCAN 0 COUNT 1000 MATCH " + letters(random, "ab*?[]^-\\\\", 8);
            case 13, 14 ->
                oneOf(random, "INCR ", "DECR ", "GETDEL ", "GETSET %s x ", "STRLEN ", "GETEX ")
                                .replace("%s", key(random))
                        + key(random);
            case 15 -> oneOf(random, "INCRBY ", "DECRBY ") + key(random) + " " + value(random);
            case 16, 17 -> "INCRBYFLOAT " + key(random) + " " + number(random);
            case 18 -> "APPEND " + key(random) + " " + value(random);
            case 19 ->
                oneOf(random, "SETRANGE %s %d z", "GETRANGE %s %d 3", "SUBSTR %s -3 %d")
                        .replace("%s", key(random))
                        .replace("%d", oneOf(random, "0", "2", "-1", "-2", "99", "x", "9223372036854775807"));
            case 20 ->
                oneOf(random, "MSET ", "MSETNX ", "MGET ", "LCS ") + key(random) + " " + key(random) + " " + key(random)
                        + " " + value(random);
            case 21, 22 ->
                oneOf(random, "RENAME ", "RENAMENX ", "COPY ", "TOUCH ", "UNLINK ") + key(random) + " " + key(random)
                        + oneOf(random, "", "", " REPLACE", " DB 1");
            case 23 -> "MOVE " + key(random) + oneOf(random, " 1", " 0", " 15", " 16", " x");
            case 24 -> "SWAPDB " + oneOf(random, "0 1", "0 0", "1 15", "15 16", "x 0", "0");
            case 25 -> oneOf(random, "PERSIST ", "EXPIRETIME ", "PEXPIRETIME ", "DUMP ") + key(random);
            case 26 ->
                oneOf(random, "EXPIREAT ", "PEXPIREAT ")
                        + key(random)
                        + oneOf(random, " 9999999999999", " 9999999999998", " 1", " -1", " x", " 9223372036854775807")
                        + oneOf(random, "", "", " NX", " XX", " GT", " LT", " GT XX", " GT LT", " NO");
            case 27 ->
                oneOf(random, "BITCOUNT ", "BITPOS %s 0 ", "BITPOS %s 1 ")
                                .replace("%s", key(random))
                                .replaceAll("T $", "T " + key(random))
                        + oneOf(random, "", " 0 -1", " 1 3", " -9 -2 BIT", " 3 70 BIT", " 5 2", " 0 1 BYTE", " 2 -1");
            case 28 ->
                "BITOP " + oneOf(random, "AND ", "OR ", "XOR ", "NOT ") + key(random) + " " + key(random) + " "
                        + key(random);
            case 29 ->
                oneOf(random, "SETBIT %s %d 1", "SETBIT %s %d 0", "GETBIT %s %d", bitField(random))
                        .replace("%s", key(random))
                        .replace("%d", oneOf(random, "0", "7", "8", "1000", "-1", "x"));
            default -> "NO" + letters(random, "SETGDLP ab", 6) + " " + key(random);
        };
    }

    @SuppressWarnings("OrphanedFormatString") // formatted by its caller
    private static String bitField(Random random) {
        StringBuilder line = new StringBuilder("BITFIELD %s");
        for (int i = random.nextInt(4); i >= 0; i--) {
            String field =
                    oneOf(random, "i", "u") + (1 + random.nextInt(65)) + oneOf(random, " ", " #") + random.nextInt(9);
            long value = random.nextLong() >> random.nextInt(64);
            line.append(oneOf(random, "", "", " OVERFLOW SAT", " OVERFLOW FAIL", " OVERFLOW WRAP"));
            line.append(
                    switch (random.nextInt(3)) {
                        case 0 -> " GET " + field;
                        case 1 -> " SET " + field + " " + value;
                        default -> " INCRBY " + field + " " + value;
                    });
        }
        return line.toString();
    }

    /** With all that long doubles can do wrong. */
    private static String number(Random random) {
        return oneOf(random, "", "-", "+")
                + oneOf(
                        random,
                        Integer.toString(random.nextInt(1000)),
                        "0." + random.nextInt(1_000_000),
                        random.nextLong(Long.MAX_VALUE) + "." + random.nextLong(Long.MAX_VALUE),
                        Double.toString(Math.abs(Double.longBitsToDouble(random.nextLong() & 0x43ffffffffffffffL))),
                        "0x" + Long.toHexString(random.nextLong()),
                        "1e" + random.nextInt(40),
                        "3.4e-" + random.nextInt(25),
                        oneOf(
                                random,
                                "1e4932",
                                "1.18973149535723176502e+4932",
                                "1e-4940",
                                "inf",
                                "nan",
                                "",
                                "1.",
                                ".5",
                                "e5"));
    }

    /** Deadlines are far away or past, so that nothing expires between the two servers. */
    private static String options(Random random) {
        StringBuilder options = new StringBuilder();
        while (random.nextInt(2) == 0) {
            options.append(' ')
                    .append(oneOf(random, "NX", "XX", "GET", "KEEPTTL", "get", "EX", "PX", "EXAT", "PXAT", "FOO"));
            if (random.nextBoolean()) {
                options.append(' ')
                        .append(oneOf(
                                random,
                                "100000",
                                "99999999999999",
                                "0",
                                "-1",
                                "1",
                                "x",
                                "\"\"",
                                "9223372036854775807"));
            }
        }
        return options.toString().replaceAll("(PX|EX) 1( |$)", "$1 100000$2");
    }

    private static String value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> letters(random, "0123456789", 21);
            case 1 -> letters(random, "-0123456789 ", 4);
            case 2 -> oneOf(random, "9999", "10000", "9223372036854775807", "-9223372036854775808", "x".repeat(44));
            default -> key(random);
        };
    }

    private static String key(Random random) {
        return letters(random, "ab-]", 3);
    }

    private static String letters(Random random, String letters, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return '"' + text.toString().replace("\\", "\\\\") + '"';
    }

    private static String oneOf(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}

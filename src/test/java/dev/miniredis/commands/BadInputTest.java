package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is wrong with an argument, the answer is the real server's: every request that a transcript has, with each
 * of its arguments in turn left out, empty, of a wrong kind, at a limit and beyond it.
 */
class BadInputTest {
    private static final List<String> BAD = List.of(
            "",
            "x",
            "*",
            "\u00ff\u0000",
            "a".repeat(200),
            "0",
            "-0",
            "01",
            "+1",
            " 1",
            "1 ",
            "-1",
            "1.5",
            "1e2",
            "1e400",
            "0x10",
            "nan",
            "inf",
            "-inf",
            "1000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "NX",
            "GET",
            "BIT",
            "#1",
            "1\0",
            "1\0" + "2",
            "\0",
            "\0" + "1",
            "1\n",
            "+inf",
            "infinity",
            "1.",
            ".5",
            "0x1p3",
            "1e-400",
            "#1\0",
            "u8\0",
            "u08",
            "i+8",
            "u63",
            "u64",
            "i64");

    /**
     * What does not hang on the request alone: on time, on chance, on who else is there, on other data that was
     * counted.
     */
    private static final Set<String> NOT_COMPARED = Set.of(
            "ttl",
            "pttl",
            "expiretime",
            "pexpiretime",
            "randomkey",
            "scan",
            "keys",
            "object",
            "pfcount",
            "pfdebug",
            "pfselftest",
            "memory",
            "wait",
            "waitaof",
            "time",
            "debug",
            "config",
            "info",
            "sort",
            "sort_ro",
            "migrate",
            "hello");

    private static final Set<String> EXPIRING =
            Set.of("set", "setex", "psetex", "getex", "expire", "pexpire", "expireat", "pexpireat", "restore");

    private final EngineHarness ours = new EngineHarness();
    private final Map<String, String> differences = new HashMap<>();
    private RedisConnection theirs;

    @ParameterizedTest
    @ValueSource(strings = {"string", "bitmap", "hyperloglog", "generic"})
    void it_is_answered_as_the_real_server_does(String group) throws IOException {
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            theirs = new RedisConnection(RealRedis.HOST, redis.port());
            Set<String> shapes = new HashSet<>();
            for (Transcript transcript : Transcript.all()) {
                if (transcript.name().startsWith(group + "/")) {
                    for (Transcript.Exchange exchange : transcript.exchanges()) {
                        List<byte[]> words = lasting(exchange.words());
                        if (isCompared(words) && shapes.add(shape(words))) {
                            compareAll(words);
                        }
                    }
                }
            }
            theirs.close();
            assertThat(shapes).hasSizeGreaterThan(10);
            assertThat(differences.values()).isEmpty();
        }
    }

    /** The same, but that what it sets does not expire while the test runs. */
    private static List<byte[]> lasting(List<byte[]> words) {
        String name = text(words.getFirst()).toLowerCase(Locale.ROOT);
        if (!EXPIRING.contains(name)) {
            return words;
        }
        return words.stream()
                .map(word -> text(word).matches("[1-9][0-9]{0,5}")
                        ? (text(word) + "000000").getBytes(StandardCharsets.ISO_8859_1)
                        : word)
                .toList();
    }

    private static boolean isCompared(List<byte[]> words) {
        return words.size() <= 12
                && words.stream().map(BadInputTest::text).noneMatch(Set.of("GT", "LT")::contains)
                && !NOT_COMPARED.contains(text(words.getFirst()).toLowerCase(Locale.ROOT))
                && words.stream().mapToInt(word -> word.length).sum() < 400;
    }

    /** The words of a request but for its values: of requests with the same options, one is enough. */
    private static String shape(List<byte[]> words) {
        return words.stream()
                .map(BadInputTest::text)
                .map(word -> word.matches("[A-Za-z]{2,12}") ? word.toUpperCase(Locale.ROOT) : "?")
                .collect(Collectors.joining(" "));
    }

    private void compareAll(List<byte[]> words) throws IOException {
        compare(words);
        for (int i = 1; i < words.size(); i++) {
            List<byte[]> changed = new ArrayList<>(words);
            for (String bad : BAD) {
                changed.set(i, bad.getBytes(StandardCharsets.ISO_8859_1));
                compare(changed);
            }
            changed.remove(i);
            compare(changed);
        }
        List<byte[]> longer = new ArrayList<>(words);
        longer.add(new byte[] {'x'});
        compare(longer);
    }

    private void compare(List<byte[]> words) throws IOException {
        theirs.send(words);
        String expected = text(theirs.readReply());
        String actual = text(ours.run(words));
        if (!actual.equals(expected)) {
            String request = words.stream().map(BadInputTest::text).collect(Collectors.joining(" "));
            differences.putIfAbsent(
                    text(words.getFirst()) + expected,
                    request + "\nanswers " + shortened(actual) + "\nnot     " + shortened(expected));
            theirs.ask("FLUSHALL"); // one difference is not to be the next one's reason
            ours.run("FLUSHALL");
        }
    }

    private static String shortened(String reply) {
        return Transcript.show(reply.substring(0, Math.min(200, reply.length())).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

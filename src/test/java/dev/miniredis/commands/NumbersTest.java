package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is a number, to the last byte: every command that takes one, with what C, Java and Redis disagree about. */
class NumbersTest {
    private static final List<String> NUMBERS = List.of(
            "",
            "1",
            "1\0",
            " 1",
            "1 ",
            "\t1",
            "\r1",
            "1\n",
            "+1",
            "+0",
            "-0",
            "00",
            "01",
            "-01",
            "--1",
            "+-1",
            "- 1",
            "+",
            "-",
            "0x10",
            "0x",
            "0x.",
            "0x1.8p1",
            "0X1P-2",
            "1p1",
            "1d",
            "1f",
            "1L",
            "1_0",
            "1,5",
            "\u00a01",
            "\u00b2",
            "#1",
            "-1",
            "1e5",
            "1E5",
            "1e",
            "1e+",
            "e1",
            "0e0",
            "1.0",
            "0.0",
            "-0.0",
            ".",
            "-.",
            ".5",
            "+.5",
            "5.",
            "-1.5",
            "1e-5",
            "0.30000000000000004",
            "1234567890123456789.5",
            "0.0000000000000000000000001",
            "5e-324",
            "1e308",
            "1e309",
            "1e4932",
            "1e5000",
            "1e-4940",
            "5e-4950",
            "1.7976931348623157e308",
            "inf",
            "+inf",
            "-inf",
            "INF",
            "Infinity",
            "infin",
            "nan",
            "-nan",
            "NaN",
            "nan(1)",
            "255",
            "256",
            "16384",
            "2147483648",
            "-2147483648",
            "4294967295",
            "4294967296",
            "12345678901234567",
            "1e17",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "12345678901234567890",
            "-12345678901234567890",
            "18446744073709551616",
            "1".repeat(60),
            "0".repeat(60) + "1",
            "1." + "0".repeat(300),
            "1" + "0".repeat(300));

    /** Where the number stands in each, there is an @. */
    private static final List<String> COMMANDS = List.of(
            "INCRBYFLOAT f @",
            "INCRBYFLOAT missing @",
            "INCRBYFLOAT w 1.5",
            "INCRBY n @",
            "DECRBY n @",
            "INCR w",
            "DECR w",
            "INCRBY w 0",
            "OBJECT ENCODING w",
            "DUMP w",
            "GETRANGE s @ 1",
            "GETRANGE s 0 @",
            "SETRANGE s @ x",
            "SETBIT s @ 1",
            "SETBIT s 1 @",
            "GETBIT s @",
            "BITCOUNT s @ -1",
            "BITCOUNT s 0 @",
            "BITCOUNT s 0 @ BIT",
            "BITPOS s @",
            "BITPOS s 1 @",
            "BITPOS s 1 0 @ BIT",
            "BITFIELD s SET u8 @ 1",
            "BITFIELD s SET u8 #@ 1",
            "BITFIELD s SET u8 0 @",
            "BITFIELD s INCRBY i8 0 @",
            "BITFIELD s GET u@ 0",
            "BITFIELD s GET i@ 0",
            "BITFIELD s GET @ 0",
            "BITFIELD_RO s GET u8 @",
            "SELECT @",
            "MOVE n @",
            "SWAPDB 0 @",
            "SWAPDB @ 1",
            "COPY n d DB @",
            "CLIENT KILL ID @",
            "CLIENT UNBLOCK @",
            "CLIENT NO-EVICT @",
            "CLIENT CACHING @",
            "LCS s n MINMATCHLEN @",
            "LCS s s IDX MINMATCHLEN @",
            "SORT missing LIMIT @ 1",
            "SORT missing LIMIT 0 @",
            "RESTORE k @ x",
            "RESTORE k 0 x IDLETIME @",
            "RESTORE k 0 x FREQ @",
            "SLOWLOG GET @",
            "EXPIRE n @",
            "PEXPIRE n @",
            "EXPIREAT n @",
            "PEXPIREAT n @",
            "SETEX k @ v",
            "PSETEX k @ v",
            "SET k v EX @",
            "SET k v PX @",
            "SET k v EXAT @",
            "SET k v PXAT @",
            "GETEX s EX @",
            "GETEX s PX @",
            "GETEX s EXAT @",
            "GETEX s PXAT @");

    private final EngineHarness ours = new EngineHarness();

    @Test
    void each_is_one_or_is_none_as_for_the_real_server() throws IOException {
        List<String> differences = new ArrayList<>();
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            try (RedisConnection theirs = new RedisConnection(RealRedis.HOST, redis.port())) {
                // else a command that a busy machine makes slow is in one slow log only
                compare(theirs, words("CONFIG SET slowlog-log-slower-than -1", ""), differences);
                for (String command : COMMANDS) {
                    for (String number : NUMBERS) {
                        if (makesALargeString(command, number)) {
                            continue;
                        }
                        boolean mayExpire = command.contains("EX") || command.contains("PX"); // while the test runs
                        String after = mayExpire ? "PING" : "MGET f n s";
                        for (String line :
                                List.of("SELECT 0", "FLUSHALL", "MSET n 10 f 1.5 s hello w @", command, after)) {
                            compare(theirs, words(line, number), differences);
                        }
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static boolean makesALargeString(String command, String number) {
        return command.matches("(SETRANGE|SETBIT|BITFIELD).*") && number.matches("[0-9]{9,10}");
    }

    private static List<byte[]> words(String line, String number) {
        return Arrays.stream(line.split(" "))
                .map(word -> word.replace("@", number).getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private void compare(RedisConnection theirs, List<byte[]> words, List<String> differences) throws IOException {
        theirs.send(words);
        String expected = new String(theirs.readReply(), StandardCharsets.ISO_8859_1);
        String actual = new String(ours.run(words), StandardCharsets.ISO_8859_1);
        if (!actual.equals(expected)) {
            StringBuilder request = new StringBuilder();
            words.forEach(word -> request.append(new String(word, StandardCharsets.ISO_8859_1))
                    .append(' '));
            differences.add(request + "answers " + actual + "not " + expected);
        }
    }
}

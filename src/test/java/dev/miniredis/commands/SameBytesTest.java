package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.ByteText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Names, passwords and patterns of any bytes: what is no UTF-8, what the configuration of a Java program might take for
 * something else, and letters that only Java takes for others. The real server says what comes back.
 */
class SameBytesTest {
    private static final int CONVERSATIONS = 60;
    private static final int COMMANDS = 60;

    private static final List<String> PIECES = List.of(
            "\\xd0\\xbf\\xd0\\xb0\\xd1\\x80", // пар
            "\\xc3\\xa9", // é, and then only a part of it
            "\\xc3",
            "\\xff",
            "\\xed\\xb3\\xbf", // a surrogate, which is no UTF-8
            "\\xef\\xbf\\xbd", // U+FFFD
            "\\xf0\\x9f\\x98\\x80",
            "\\xe2\\x84\\xaa", // the Kelvin sign, whose small letter is k
            "\\xc5\\xbf", // the long s
            "\\xc2\\x85",
            "${c}",
            "$$",
            "%",
            ",",
            "#",
            "\\\\",
            "\\\"",
            "'",
            "k",
            "A");

    /** What many names may not have. */
    private static final List<String> RARE = List.of(" ", "\\n", "\\t", "|", "@", "~");

    private final Random random;
    private final long seed = new Random().nextLong();

    SameBytesTest() {
        random = new Random(seed);
    }

    @Test
    void the_same_bytes_come_back_as_from_the_real_server() throws IOException {
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            try (RedisConnection admin = new RedisConnection(RealRedis.HOST, redis.port())) {
                for (int i = 0; i < CONVERSATIONS; i++) {
                    try (RedisConnection real = new RedisConnection(RealRedis.HOST, redis.port())) {
                        List<String> words = List.of(word(), word(), word());
                        converse(words, real, new EngineHarness());
                        words.forEach(user -> ask(admin, "ACL DELUSER \"" + user + '"'));
                        ask(
                                admin,
                                "CONFIG SET requirepass \"\" masterauth \"\" masteruser \"\" cluster-announce-ip \"\"");
                        ask(admin, "ACL LOG RESET");
                    }
                }
            }
        }
    }

    private static void ask(RedisConnection admin, String line) {
        try {
            assertThat(admin.ask(line)).doesNotStartWith("-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void converse(List<String> words, RedisConnection real, EngineHarness ours) throws IOException {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            String line = command(words);
            said.add(line);
            assertThat(compared(line, ours.run(line)))
                    .as("seed %d:%n%s", seed, String.join("\n", said))
                    .isEqualTo(compared(line, real.ask(line)));
        }
    }

    /** What of an answer has to be the same: an older server tells other things of users and clients besides. */
    private static String compared(String line, String reply) {
        String same = reply.replaceFirst("(?s)^\\$\\d+\r\n(This user|User .*) has no permissions", "A user may not");
        if (same.startsWith("-NOPERM")) {
            return "-NOPERM";
        } else if (line.startsWith("HELLO 2") && !reply.startsWith("-")) {
            return "welcome";
        } else if (line.startsWith("ACL GETUSER")) {
            return ByteText.lowerCase(same.substring(Math.max(0, same.indexOf("passwords"))));
        }
        return switch (line) {
            case "CLIENT INFO" -> namesOfClient(same);
            case "ACL LOG" -> namesOfDenials(same);
            case "ACL LIST" ->
                ByteText.lowerCase(same.replaceAll("\\$\\d+", "\\$").replace(" sanitize-payload", ""));
            default -> same;
        };
    }

    private static String namesOfClient(String reply) {
        return matches(" (name|user)=[^ ]*", reply);
    }

    private static String namesOfDenials(String reply) {
        return matches(
                "(?s)\\$\\d+\r\n(object|username)\r\n(\\$\\d+\r\n.*?)\r\n\\$\\d+\r\n(username|age-seconds)", reply);
    }

    private static String matches(String pattern, String reply) {
        return !reply.startsWith("*") && !reply.startsWith("$")
                ? reply
                : Pattern.compile(pattern)
                        .matcher(reply)
                        .results()
                        .map(MatchResult::group)
                        .toList()
                        .toString();
    }

    private String command(List<String> words) {
        String a = '"' + oneOf(words) + '"';
        String b = '"' + oneOf(words) + '"';
        String rest = oneOf(words) + '"';
        return switch (random.nextInt(24)) {
            case 0 -> "CONFIG SET " + parameter() + " " + a;
            case 1 -> "CONFIG GET " + parameter();
            case 2 -> "CONFIG GET " + a;
            case 3 -> "CONFIG SET " + a + " " + b;
            case 4, 5, 6 -> "ACL SETUSER " + a + " on nopass " + rule() + rest + " " + rule() + oneOf(words) + '"';
            case 7 -> "ACL GETUSER " + a;
            case 8 -> "ACL LIST";
            case 9 -> "ACL USERS";
            case 10 -> "ACL WHOAMI";
            case 11 -> "ACL DRYRUN " + a + " GET " + b;
            case 12 -> "ACL DELUSER " + a;
            case 13 -> "AUTH " + a + " " + b;
            case 14 -> "AUTH " + a;
            case 15 -> "HELLO 2 AUTH " + a + " " + b + (random.nextBoolean() ? "" : " SETNAME n");
            case 16 -> oneOf(List.of("CLIENT GETNAME", "CLIENT INFO", "ACL LOG", "RESET"));
            case 17 -> "CLIENT SETNAME " + a;
            case 18 -> oneOf(List.of("ACL CAT ", "COMMAND INFO ", "COMMAND LIST FILTERBY PATTERN ")) + a;
            case 19 -> "CLIENT KILL USER " + a;
            case 20 -> oneOf(List.of("", "HELLO ", "SET k v ", "CLIENT ", "CONFIG ", "ACL ", "GET k ")) + a + " " + b;
            case 21 -> "PUBLISH " + a + " " + b;
            default -> oneOf(List.of("GET ", "ECHO ", "DEL ", "PUBSUB NUMSUB ")) + a;
        };
    }

    private String parameter() {
        return oneOf(List.of("requirepass", "masterauth", "masteruser", "cluster-announce-ip"));
    }

    /** The beginning of a rule, in quotes. */
    private String rule() {
        return oneOf(List.of("\">", "\"<", "\"~", "\"&", "\"%R~", "\"+get|", "\"", "\"+@", "\"+acl \" \"~"));
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            word.append(oneOf(random.nextInt(8) == 0 ? RARE : PIECES));
        }
        return word.toString();
    }

    private String oneOf(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}

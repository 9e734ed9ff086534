package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The parameters are those of the real server: their names, their values at first, and what it says of new ones. */
class SameParametersTest {
    /** Since 7.2, and what is ours: how long the log is kept, and two of TLS. */
    private static final Set<String> ONLY_OURS = Set.of(
            "set-max-listpack-entries",
            "set-max-listpack-value",
            "locale-collate",
            "cluster-announce-human-nodename",
            "loading-reply-threshold",
            "log-retention",
            "tls-key-file-pass-file",
            "tls-reload-period");

    /**
     * What is not the same here: where it listens, what it writes, that all of it is written at once, whose cipher is
     * taken.
     */
    private static final Set<String> OTHER_FACTS = Set.of(
            "appenddirname",
            "appendfilename",
            "appendfsync",
            "appendonly",
            "bind",
            "dir",
            "port",
            "protected-mode",
            "tls-prefer-server-ciphers",
            "enable-debug-command");

    /** What may be set there but not here, to anything but what it is. */
    private static final Set<String> FIXED =
            Set.of("appendonly", "bind", "bind-source-addr", "port", "protected-mode", "requirepass", "save");

    private static final List<String> VALUES = List.of(
            "x", "", "-1", "0", "1", "7", "1.5", "yes", "NO", "5 5", "1mb", "50%", "9223372036854775807", "2147483648");

    private final EngineHarness ours = new EngineHarness();
    private RealRedis redis;
    private RedisConnection theirs;

    @BeforeEach
    void start_redis() throws IOException {
        redis = RealRedis.startIfInstalled();
        assumeTrue(redis != null, RealRedis.MISSING);
        theirs = new RedisConnection(RealRedis.HOST, redis.port());
    }

    @AfterEach
    void stop_redis() throws IOException {
        if (redis != null) {
            theirs.close();
            redis.close();
        }
    }

    private static Map<String, String> parse(String reply) throws IOException, ProtocolException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(reply.getBytes(StandardCharsets.ISO_8859_1));
        List<ReplyValue> words = ((ReplyValue.Items) new ReplyReader(bytes).read()).values();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            values.put(words.get(i).toString(), words.get(i + 1).toString());
        }
        return values;
    }

    private static boolean isFixed(String name) {
        return FIXED.contains(name) || name.startsWith("tls-");
    }

    @Test
    void every_parameter_of_the_real_server_is_there_with_the_same_value() throws IOException, ProtocolException {
        Map<String, String> expected = parse(theirs.ask("CONFIG GET *"));
        Map<String, String> actual = parse(ours.run("CONFIG GET *"));
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(ONLY_OURS);
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(names);
        expected.keySet().removeAll(OTHER_FACTS);
        actual.keySet().retainAll(expected.keySet());
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void a_new_value_is_taken_or_refused_as_the_real_server_does() throws IOException, ProtocolException {
        List<String> differences = new ArrayList<>();
        Map<String, String> before = parse(theirs.ask("CONFIG GET *"));
        before.keySet().removeIf(SameParametersTest::isFixed);
        before.remove("maxclients"); // the real server looks long for how many the system can handle
        before.remove("loglevel"); // 7.2 has one more
        for (String name : before.keySet()) {
            for (String value : VALUES) {
                String set = "CONFIG SET " + name + " \"" + value + "\"";
                compare(set, differences);
                compare("CONFIG GET " + name, differences);
            }
            String back = "CONFIG SET " + name + " \"" + before.get(name) + "\"";
            theirs.ask(back);
            ours.run(back);
        }
        assertThat(differences).isEmpty();
    }

    private void compare(String line, List<String> differences) throws IOException {
        String expected = theirs.ask(line);
        String actual = ours.run(line);
        if (!expected.equals(actual) && !OTHER_FACTS.contains(line.substring("CONFIG GET ".length()))) {
            differences.add(line + " answers " + actual.strip() + " where Redis answers " + expected.strip());
        }
    }

    @Test
    void what_cannot_be_set_here_may_be_set_to_what_it_is() {
        assertThat(ours.run("CONFIG SET appendonly yes save \"\" appendfsync ALWAYS"))
                .isEqualTo("+OK\r\n");
        assertThat(ours.run("CONFIG SET appendonly no"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'appendonly') - can't set immutable"
                        + " config\r\n");
        assertThat(ours.run("CONFIG SET appendonly maybe"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes'"
                        + " or 'no'\r\n");
        assertThat(ours.run("CONFIG SET timeout 7 save \"900 1\""))
                .isEqualTo(
                        "-ERR CONFIG SET failed (possibly related to argument 'save') - can't set immutable config\r\n");
        assertThat(ours.run("CONFIG GET timeout")).contains("\r\n0\r\n");
    }
}

package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.commands.Transcript.Exchange;
import dev.miniredis.commands.Transcript.Expectation;
import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every transcript holds here, and on the real server: so none is only our opinion of Redis. */
class TranscriptTest {
    private static RealRedis redis;
    private static boolean redisIsOlderThan72;

    @BeforeAll
    static void start_redis() throws IOException {
        redis = RealRedis.startIfInstalled();
        redisIsOlderThan72 = redis != null && isOlderThan72(RealRedis.HOST, redis.port());
    }

    @AfterAll
    static void stop_redis() throws IOException {
        if (redis != null) {
            redis.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> transcripts_hold_in_process() throws IOException {
        return Transcript.all().stream()
                .map(transcript ->
                        DynamicTest.dynamicTest(transcript.name(), () -> play(transcript, new InProcess(), false)));
    }

    @TestFactory
    Stream<DynamicTest> transcripts_hold_on_the_real_server() throws IOException {
        return Transcript.all().stream()
                .map(transcript -> DynamicTest.dynamicTest(transcript.name(), () -> {
                    assumeTrue(redis != null, RealRedis.MISSING);
                    playOver(RealRedis.HOST, redis.port(), transcript, redisIsOlderThan72);
                }));
    }

    /** Plays all transcripts against a running server, whose data are removed for each of them. */
    static void runAgainst(String host, int port) throws IOException {
        boolean older = isOlderThan72(host, port);
        for (Transcript transcript : Transcript.all()) {
            playOver(host, port, transcript, older);
        }
    }

    private static void playOver(String host, int port, Transcript transcript, boolean olderThan72) throws IOException {
        try (OverTcp server = new OverTcp(host, port)) {
            server.ask("FLUSHALL");
            play(transcript, server, olderThan72);
            assertThat(server.ask("ECHO end")).as("nothing is left over").isEqualTo("$3\r\nend\r\n");
        }
    }

    private static boolean isOlderThan72(String host, int port) throws IOException {
        try (OverTcp server = new OverTcp(host, port)) {
            Matcher version = Pattern.compile("redis_version:(\\d+)\\.(\\d+)").matcher(server.ask("INFO server"));
            assertThat(version.find()).isTrue();
            return Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2)) < 702;
        }
    }

    private static void play(Transcript transcript, Server server, boolean olderThan72) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Exchange exchange : transcript.exchanges()) {
            if (!olderThan72 || !exchange.since72()) {
                play(transcript, exchange, server, problems);
            }
        }
        assertThat(problems).isEmpty();
    }

    private static void play(Transcript transcript, Exchange exchange, Server server, List<String> problems)
            throws IOException {
        Expectation expected = exchange.expectation();
        String where = transcript.name() + ":" + exchange.line() + ": " + exchange.request();
        byte[] reply = exchange.until()
                ? await(where).until(() -> server.passAndExchange(exchange.words(), expected), expected::matches)
                : server.exchange(exchange.words(), expected);
        if (!expected.matches(reply)) {
            problems.add("\n" + where + "\nanswers\n" + Transcript.show(reply) + "\nwhich does not match\n"
                    + expected.pattern() + "\n");
        }
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10));
    }

    /** A server with a connection to it. */
    private sealed interface Server {
        /**
         * Sends a request and takes what it answers. Where the connection is to be closed then, it must be, and another
         * one is opened.
         */
        byte[] exchange(List<byte[]> words, Expectation expected) throws IOException;

        /** The same, a moment later. */
        byte[] passAndExchange(List<byte[]> words, Expectation expected) throws IOException;
    }

    private static final class InProcess implements Server {
        private static final int MOMENT_MILLIS = 10;

        private final EngineHarness harness = new EngineHarness();

        @Override
        public byte[] exchange(List<byte[]> words, Expectation expected) {
            byte[] reply = harness.run(words);
            assertThat(harness.session().isClosing())
                    .as("closes the connection")
                    .isEqualTo(expected.closed());
            if (expected.closed()) {
                harness.connect();
            }
            return reply;
        }

        @Override
        public byte[] passAndExchange(List<byte[]> words, Expectation expected) {
            harness.pass(MOMENT_MILLIS);
            return exchange(words, expected);
        }
    }

    private static final class OverTcp implements Server, AutoCloseable {
        private final String host;
        private final int port;
        private RedisConnection connection;

        OverTcp(String host, int port) throws IOException {
            this.host = host;
            this.port = port;
            connection = new RedisConnection(host, port);
        }

        String ask(String line) throws IOException {
            return connection.ask(line);
        }

        @Override
        public byte[] exchange(List<byte[]> words, Expectation expected) throws IOException {
            connection.send(words);
            if (!expected.closed()) {
                return connection.readReply();
            }
            byte[] reply = connection.readToEnd();
            connection.close();
            connection = new RedisConnection(host, port);
            return reply;
        }

        @Override
        public byte[] passAndExchange(List<byte[]> words, Expectation expected) throws IOException {
            return exchange(words, expected);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}

package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the very {@code redis-cli} of the recordings is installed: they are still what it prints. */
class RedisCliComparisonTest {
    @BeforeAll
    static void needs_redis_cli() {
        String version;
        try {
            version = run("redis-cli", "--version");
        } catch (IOException notInstalled) {
            version = "none";
        }
        assumeTrue(version.startsWith("redis-cli 7.0."), "redis-cli 7.0 is not installed");
    }

    @Test
    void redis_cli_prints_what_was_recorded() throws IOException {
        List<RecordedReply> recordings = RecordedReply.all();
        try (FakeServer server = new FakeServer(words -> answer(words, recordings))) {
            for (int i = 0; i < recordings.size(); i++) {
                RecordedReply recorded = recordings.get(i);
                String number = Integer.toString(i);

                assertThat(redisCli(server, "--no-raw", "CASE", number))
                        .as(recorded.name())
                        .isEqualTo(recorded.forPeople());
                assertThat(redisCli(server, "--raw", "CASE", number))
                        .as(recorded.name())
                        .isEqualTo(recorded.raw());
                assertThat(redisCli(server, "--no-raw", "INFO", number))
                        .as(recorded.name())
                        .isEqualTo(recorded.verbatim());
            }
        }
    }

    private static String answer(List<String> words, List<RecordedReply> recordings) {
        return words.getFirst().equals("HELLO")
                ? "%1\r\n+proto\r\n:3\r\n"
                : recordings.get(Integer.parseInt(words.get(1))).wire();
    }

    private static String redisCli(FakeServer server, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-3", "-p", Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}

package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real redis-benchmark comes to its end; how fast is no matter here. */
class RedisBenchmarkIT {
    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        Program.assumeInstalled("redis-benchmark");
        server = ServerProcess.in(dataDir).java("-Xmx512m").start();
    }

    @AfterAll
    static void stop_server() {
        if (server != null) {
            server.close();
        }
    }

    private static void benchmark(List<String> tests, String... options) throws IOException {
        Program run = Program.run(Stream.concat(
                        Stream.of("redis-benchmark", "-p", Integer.toString(server.port()), "-q", "-t"),
                        Stream.concat(Stream.of(String.join(",", tests)), Stream.of(options)))
                .toArray(String[]::new));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).doesNotContainIgnoringCase("error").doesNotContain("WARNING");
        for (String test : tests) {
            assertThat(run.out())
                    .containsPattern(test.toUpperCase(java.util.Locale.ROOT) + "[A-Z_]*: [\\d.]+ requests");
        }
        assertThat(server.isAlive()).isTrue();
    }

    @Test
    void it_runs_with_a_pipeline() throws IOException {
        benchmark(List.of("ping", "set", "get"), "-P", "16", "-n", "100000", "-r", "10000");
    }

    @Test
    void it_runs_with_fifty_clients_and_no_pipeline() throws IOException {
        benchmark(List.of("ping", "set", "get"), "-c", "50", "-n", "20000", "-r", "10000");
    }

    @Test
    void it_runs_with_large_values() throws IOException {
        benchmark(List.of("set", "get"), "-d", "100000", "-n", "1000", "-r", "100");
    }

    @Test
    void it_runs_with_resp3() throws IOException {
        benchmark(List.of("ping", "set", "get"), "-3", "-P", "4", "-n", "10000");
    }
}

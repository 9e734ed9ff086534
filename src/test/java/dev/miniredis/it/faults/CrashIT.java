package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.miniredis.it.LogFile;
import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise: what was acknowledged, and what was shown, outlives {@code kill -9} at any moment. */
class CrashIT {
    private static final int ROUNDS = 12;
    private static final int MOST_ACKNOWLEDGEMENTS = 4000;

    @TempDir
    private Path dataDir;

    @Test
    void nothing_acknowledged_is_lost_and_nothing_seen_is_taken_back() throws Exception {
        long seed = Long.getLong("crash.seed", System.nanoTime());
        System.out.println("CrashIT: -Dcrash.seed=" + seed);
        Random random = new Random(seed);
        long acknowledged = 0;
        long reads = 0;
        ServerProcess server = ServerProcess.in(dataDir).start();
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                Workload workload = new Workload(server.port(), round, seed + 1000L * round).start();
                awaitAcknowledgements(workload, 1 + random.nextInt(MOST_ACKNOWLEDGEMENTS));
                server.kill();
                workload.join();
                server = ServerProcess.in(dataDir).start();
                workload.check(server.port());
                assertThat(server.err()).isEmpty();
                acknowledged += workload.acknowledgements();
                reads += workload.reads();
            }
            assertThat(server.stop()).isZero();
        } finally {
            server.kill();
        }
        assertThat(reads).isPositive();
        checkLog(acknowledged);
    }

    private static void awaitAcknowledgements(Workload workload, int count) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    workload.throwProblems();
                    return workload.acknowledgements() >= count;
                });
    }

    /** Deletions of nothing are acknowledged, but change nothing and so are not in the log. */
    private void checkLog(long acknowledged) throws IOException {
        LogFile log = new LogFile(dataDir);
        List<JsonNode> entries = log.entries();

        assertThat(entries).hasSizeGreaterThan((int) (acknowledged / 2));
        assertThat(entries).allMatch(entry -> entry.get("cmd").get(0).asText().matches("SET|DEL"));
        log.assertNoBlanksAtTheEnd();
        if (Program.isInstalled("jq")) {
            Program jq = Program.run(
                    "jq", "-c", "select(.lsn) | [.lsn, .cmd[0]]", log.path().toString());
            assertThat(jq.err()).isEmpty();
            assertThat(jq.exitCode()).isZero();
            assertThat(jq.out().lines()).hasSameSizeAs(entries);
        }
    }

    @Test
    void a_restart_after_a_kill_of_an_idle_server_is_clean() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            assertThat(socket.ask("SET", "k", "w")).isEqualTo("OK"); // says that the first is on disk
            await().until(() -> Files.exists(dataDir.resolve("mini-redis.durable"))); // it is idle once it has that
            server.kill();
        }
        new LogFile(dataDir).assertBlanksAtTheEnd();
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("GET", "k")).isEqualTo("w");
            assertThat(server.err()).isEmpty();
            assertThat(server.out()).singleElement().asString().contains("1 keys from 2 log entries");
        }
        LogFile log = new LogFile(dataDir);
        log.assertNoBlanksAtTheEnd();
        assertThat(log.entries()).hasSize(2);
    }
}

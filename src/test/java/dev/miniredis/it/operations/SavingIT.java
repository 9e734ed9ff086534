package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.commands.RealRedis;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make a base say what they say in Redis, and make one. */
class SavingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dataDir;

    private static void awaitRest(RespSocket socket) {
        await().atMost(PATIENCE).until(() -> {
            String info = socket.ask("INFO", "persistence");
            return info.contains("rdb_bgsave_in_progress:0") && info.contains("aof_rewrite_in_progress:0");
        });
    }

    private static List<String> answers(int port) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RespSocket socket = new RespSocket(port)) {
            long before = Instant.now().getEpochSecond();
            for (String command : List.of(
                    "SET k v",
                    "SAVE",
                    "BGSAVE",
                    "BGSAVE SCHEDULE",
                    "BGREWRITEAOF",
                    "BGSAVE x",
                    "SAVE x",
                    "BGSAVE SCHEDULE x",
                    "LASTSAVE x",
                    "GET k")) {
                answers.add(command + ": " + socket.ask(command.split(" ")));
                awaitRest(socket);
            }
            long last = Long.parseLong(socket.ask("LASTSAVE").substring(1));
            assertThat(last).isBetween(before, Instant.now().getEpochSecond());
        }
        return answers;
    }

    @Test
    void they_answer_as_redis_does() throws Exception {
        try (RealRedis real = RealRedis.startIfInstalled();
                ServerProcess server = ServerProcess.in(dataDir).start()) {
            assumeTrue(real != null, RealRedis.MISSING);
            assertThat(answers(server.port())).isEqualTo(answers(real.port()));
        }
    }

    @Test
    void what_was_saved_is_there_after_a_kill() throws Exception {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (int i = 0; i < 100; i++) {
                socket.ask("SET", "k" + i, "v");
            }
            assertThat(socket.ask("SAVE")).isEqualTo("OK");
            assertThat(socket.ask("DEL", "k0")).isEqualTo(":1");
            assertThat(socket.ask("INFO", "persistence"))
                    .contains("rdb_changes_since_last_save:1\r\n", "rdb_saves:1\r\n", "aof_rewrites:1\r\n");
            server.kill();
        }
        try (var files = Files.list(dataDir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> !name.matches("mini-redis.(reserve|durable)(\\.new)?")) // made within a second
                    .containsExactlyInAnyOrder("mini-redis.base.100.log", "mini-redis.log", "mini-redis.lock");
        }
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":99");
            assertThat(socket.ask("SAVE")).isEqualTo("OK");
            assertThat(socket.ask("LASTSAVE")).startsWith(":");
        }
    }
}

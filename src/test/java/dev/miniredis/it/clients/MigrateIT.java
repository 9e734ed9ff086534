package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.miniredis.commands.RealRedis;
import dev.miniredis.it.LogFile;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MIGRATE moves keys to a real server as a real server does, and what it has moved stays moved. */
class MigrateIT {
    /**
     * In place of the names, there are the ports of servers: OPEN one, LOCKED one with a password, DEAD and SILENT
     * none.
     */
    private static final List<String> REQUESTS = List.of(
            "SET k v",
            "MIGRATE 127.0.0.1 OPEN k 0 1000",
            "EXISTS k",
            "MIGRATE 127.0.0.1 OPEN k 0 1000",
            "SET k other",
            "MIGRATE 127.0.0.1 OPEN k 0 1000",
            "GET k",
            "MIGRATE 127.0.0.1 OPEN k 0 1000 COPY",
            "MIGRATE 127.0.0.1 OPEN k 0 1000 COPY REPLACE",
            "GET k",
            "MIGRATE 127.0.0.1 OPEN k 0 1000 REPLACE",
            "EXISTS k",
            "SET e v PX 100000",
            "MIGRATE 127.0.0.1 OPEN e 3 1000",
            "MSET a 1 b 2 c 3",
            "MIGRATE 127.0.0.1 OPEN  0 1000 KEYS a none b",
            "EXISTS a b c",
            "MSET a 5 d 6",
            "MIGRATE 127.0.0.1 OPEN  0 1000 KEYS d a c",
            "EXISTS a c d",
            "MIGRATE 127.0.0.1 OPEN a 99 1000",
            "MIGRATE 127.0.0.1 OPEN a 0 1000 AUTH secret",
            "MIGRATE 127.0.0.1 LOCKED a 0 1000",
            "MIGRATE 127.0.0.1 LOCKED a 0 1000 AUTH wrong",
            "MIGRATE 127.0.0.1 LOCKED a 0 1000 AUTH2 nobody secret",
            "EXISTS a",
            "MIGRATE 127.0.0.1 LOCKED a 0 1000 AUTH secret",
            "EXISTS a",
            "SET a 7",
            "MIGRATE 127.0.0.1 LOCKED  0 1000 AUTH2 default secret REPLACE KEYS a",
            "EXISTS a",
            "SET a 8",
            "MIGRATE 127.0.0.1 DEAD a 0 1000",
            "MIGRATE 127.0.0.1 SILENT a 0 200",
            "MIGRATE no.such.host.invalid OPEN a 0 1000",
            "GET a",
            "DBSIZE");

    @TempDir
    private Path dataDir;

    private static List<String> answers(int port, Map<String, Integer> ports) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RespSocket socket = new RespSocket(port)) {
            for (String request : REQUESTS) {
                String[] words = request.split(" ");
                if (ports.containsKey(words.length > 2 ? words[2] : "")) {
                    words[2] = Integer.toString(ports.get(words[2]));
                }
                answers.add(request + ": " + socket.ask(words));
            }
        }
        return answers;
    }

    /** What a server holds. */
    private static List<String> holdings(int port, String password) throws IOException {
        List<String> holdings = new ArrayList<>();
        try (RespSocket socket = new RespSocket(port)) {
            if (password != null) {
                socket.ask("AUTH", password);
            }
            for (String database : List.of("0", "3")) {
                socket.ask("SELECT", database);
                for (String key : List.of("k", "e", "a", "b", "c", "d")) {
                    String left = socket.ask("TTL", key).replaceFirst(":(9\\d|100)$", ":about 100");
                    holdings.add(database + " " + key + " " + socket.ask("GET", key) + " " + left);
                }
            }
        }
        return holdings;
    }

    private static List<String> runAgainstTargets(int source) throws IOException {
        try (RealRedis open = RealRedis.startIfInstalled();
                RealRedis locked = RealRedis.startIfInstalled("--requirepass", "secret");
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int dead = ServerProcess.freePort();
            List<String> seen = answers(
                    source,
                    Map.of(
                            "OPEN",
                            open.port(),
                            "LOCKED",
                            locked.port(),
                            "DEAD",
                            dead,
                            "SILENT",
                            silent.getLocalPort()));
            seen.addAll(holdings(open.port(), null));
            seen.addAll(holdings(locked.port(), "secret"));
            return seen;
        }
    }

    @Test
    void keys_move_as_they_do_from_a_real_server() throws Exception {
        try (RealRedis real = RealRedis.startIfInstalled();
                ServerProcess server = ServerProcess.in(dataDir).start()) {
            assumeTrue(real != null, RealRedis.MISSING);
            assertThat(runAgainstTargets(server.port())).isEqualTo(runAgainstTargets(real.port()));
        }
    }

    @Test
    void what_was_moved_is_gone_after_a_kill_and_the_log_knows_no_password() throws Exception {
        try (RealRedis target = RealRedis.startIfInstalled("--requirepass", "secret")) {
            assumeTrue(target != null, RealRedis.MISSING);
            String port = Integer.toString(target.port());
            try (ServerProcess server = ServerProcess.in(dataDir).start();
                    RespSocket socket = new RespSocket(server.port())) {
                socket.ask("MSET", "a", "1", "b", "2", "c", "3");
                assertThat(socket.ask(
                                "MIGRATE",
                                "127.0.0.1",
                                port,
                                "",
                                "0",
                                "1000",
                                "AUTH",
                                "secret",
                                "KEYS",
                                "a",
                                "none",
                                "b"))
                        .isEqualTo("OK");
                server.kill();
            }
            List<String> logged = new LogFile(dataDir)
                    .entries().stream()
                            .map(entry -> entry.path("cmd"))
                            .map(JsonNode::toString)
                            .toList();
            assertThat(logged).contains("[\"DEL\",\"a\",\"b\"]").noneMatch(line -> line.contains("secret"));
            try (ServerProcess server = ServerProcess.in(dataDir).start();
                    RespSocket socket = new RespSocket(server.port())) {
                assertThat(socket.ask("EXISTS", "a", "b", "c")).isEqualTo(":1");
            }
        }
    }

    @Test
    void a_transaction_moves_nothing() throws Exception {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            socket.ask("MULTI");
            socket.ask("SET", "k", "v");
            socket.ask("MIGRATE", "127.0.0.1", "1", "k", "0", "1000");
            assertThat(socket.ask("EXEC")).startsWith("[OK, -ERR MIGRATE is not allowed in transactions");
            assertThat(socket.ask("GET", "k")).isEqualTo("v");
        }
    }
}

package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real redis-cli as the client, and ours beside it. */
class RedisCliIT {
    private static final String SESSION = """
            SET user:1 "John Doe"
            GET user:1
            SET counter 42
            GET counter
            DEL user:1
            GET user:1
            PING
            """;

    private static final List<String> SECTIONS = List.of(
            "Server",
            "Clients",
            "Memory",
            "Persistence",
            "Stats",
            "Replication",
            "CPU",
            "Modules",
            "Errorstats",
            "Cluster",
            "Keyspace");

    /** What redis-py, the Prometheus exporter and dashboards take for numbers. */
    private static final List<String> INTEGERS = List.of(
            "process_id",
            "tcp_port",
            "server_time_usec",
            "uptime_in_seconds",
            "uptime_in_days",
            "arch_bits",
            "connected_clients",
            "blocked_clients",
            "used_memory",
            "used_memory_rss",
            "maxmemory",
            "loading",
            "rdb_changes_since_last_save",
            "aof_enabled",
            "aof_rewrite_in_progress",
            "aof_current_size",
            "total_connections_received",
            "total_commands_processed",
            "instantaneous_ops_per_sec",
            "expired_keys",
            "evicted_keys",
            "keyspace_hits",
            "keyspace_misses",
            "total_operations",
            "uptime_seconds",
            "connected_slaves",
            "cluster_enabled");

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        Program.assumeInstalled("redis-cli");
        server = ServerProcess.in(dataDir).start();
    }

    @AfterAll
    static void stop_server() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty_the_databases() throws IOException {
        assertThat(cli("", "FLUSHALL").out()).isEqualTo("OK\n");
    }

    private static Program cli(String input, String... words) throws IOException {
        return cli(input.getBytes(StandardCharsets.UTF_8), words);
    }

    private static Program cli(byte[] input, String... words) throws IOException {
        return Program.feed(
                input, command(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(server.port())), words));
    }

    private static Program ourClient(String input, String... words) throws IOException {
        return Program.feed(
                input, command(List.of(ServerProcess.LAUNCHER, "client", "--server", server.address()), words));
    }

    private static String[] command(List<String> program, String... words) {
        return java.util.stream.Stream.concat(program.stream(), List.of(words).stream())
                .toArray(String[]::new);
    }

    @Test
    void the_example_session_reads_the_same_in_both_clients() throws IOException {
        Program theirs = cli(SESSION, "--no-raw");
        assertThat(theirs.out()).isEqualTo("""
                OK
                "John Doe"
                OK
                "42"
                (integer) 1
                (nil)
                PONG
                """);

        Program ours = ourClient(SESSION, "--no-raw");
        assertThat(ours.output()).isEqualTo(theirs.out());
        assertThat(ours.exitCode()).isZero();

        assertThat(ourClient(SESSION).out()).isEqualTo(cli(SESSION).out());
    }

    @Test
    void info_tells_operations_uptime_and_keys_in_both_clients() throws IOException {
        cli(SESSION);

        for (Program info : List.of(cli("INFO\n"), ourClient("INFO\n"))) {
            assertThat(info.out().lines().map(String::strip))
                    .contains("db0:keys=1,expires=0,avg_ttl=0")
                    .anyMatch(line -> line.matches("total_operations:[1-9]\\d*"))
                    .anyMatch(line -> line.matches("uptime_seconds:\\d+"));
        }
    }

    @Test
    void every_line_of_info_is_a_section_or_a_field_and_its_value() throws IOException {
        List<String> lines = cli("", "INFO").out().lines().map(String::strip).toList();

        assertThat(lines).allMatch(line -> line.isEmpty() || line.matches("# \\w+|[a-z]\\w*:[^:]*|run_id:\\S+"));
        assertThat(lines.stream().filter(line -> line.startsWith("# ")).map(line -> line.substring(2)))
                .containsExactlyElementsOf(SECTIONS);
    }

    @Test
    void numbers_of_info_are_numbers() throws IOException {
        cli("SET a 1\nSET b 2 EX 100\nSELECT 3\nSET c 3\n");
        Map<String, String> info = info();

        assertThat(info).containsKeys(INTEGERS.toArray(String[]::new));
        for (String field : INTEGERS) {
            assertThat(info.get(field)).as(field).matches("-?\\d+");
        }
        assertThat(info.get("used_cpu_sys")).matches("\\d+\\.\\d+");
        assertThat(info.get("used_cpu_user")).matches("\\d+\\.\\d+");
        assertThat(info.get("used_memory_human")).matches("[\\d.]+[BKMG]");
        assertThat(info.get("run_id")).matches("[0-9a-f]{40}");
        assertThat(info)
                .containsEntry("redis_mode", "standalone")
                .containsEntry("role", "master")
                .containsEntry("tcp_port", Integer.toString(server.port()))
                .containsEntry("aof_last_write_status", "ok")
                .hasEntrySatisfying("db0", keys -> assertThat(keys).matches("keys=2,expires=1,avg_ttl=\\d+"))
                .containsEntry("db3", "keys=1,expires=0,avg_ttl=0");
    }

    @Test
    void info_tells_the_wanted_section_alone() throws IOException {
        assertThat(cli("", "INFO", "keyspace").out().strip()).isEqualTo("# Keyspace");
        assertThat(cli("", "INFO", "nosuchsection").out().strip()).isEmpty();
        assertThat(cli("", "INFO", "cpu", "CLUSTER")
                        .out()
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("#")))
                .containsExactly("# CPU", "# Cluster");
    }

    private static Map<String, String> info() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        cli("", "INFO").out().lines().map(String::strip).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                assertThat(fields.put(line.substring(0, colon), line.substring(colon + 1)))
                        .as("told twice: " + line)
                        .isNull();
            }
        });
        return fields;
    }

    @Test
    void a_pipe_of_a_hundred_thousand_commands_is_answered() throws IOException {
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (int i = 0; i < 100_000; i++) {
            RespSocket.append(commands, "SET", "key:" + i, "value:" + i);
        }

        Program piped = cli(commands.toByteArray(), "--pipe");

        assertThat(piped.out()).contains("errors: 0, replies: 100000");
        assertThat(cli("", "DBSIZE").out()).isEqualTo("100000\n");
        assertThat(cli("", "GET", "key:99999").out()).isEqualTo("value:99999\n");
    }

    @Test
    void a_pipe_tells_how_many_commands_failed() throws IOException {
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            RespSocket.append(commands, "SET", "key:" + i, "value");
            RespSocket.append(commands, "GET");
        }

        assertThat(cli(commands.toByteArray(), "--pipe").out()).contains("errors: 1000, replies: 2000");
    }

    @Test
    void keys_and_values_are_any_bytes() throws IOException {
        String session = """
                SET "\\x00\\xff\\r\\n k" "\\x00\\x01\\xfe\\xff\\r\\n"
                GET "\\x00\\xff\\r\\n k"
                KEYS *
                SET "" ""
                GET ""
                EXISTS ""
                """;
        Program theirs = cli(session, "--no-raw");

        assertThat(theirs.out()).isEqualTo("""
                OK
                "\\x00\\x01\\xfe\\xff\\r\\n"
                1) "\\x00\\xff\\r\\n k"
                OK
                ""
                (integer) 1
                """);
        assertThat(cli("", "FLUSHALL").exitCode()).isZero();
        assertThat(ourClient(session, "--no-raw").out()).isEqualTo(theirs.out());
    }

    @Test
    void a_value_may_come_from_a_file() throws IOException {
        byte[] value = new byte[256 * 1024];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) ('a' + i % 23);
        }

        assertThat(cli(value, "-x", "SET", "file").out()).isEqualTo("OK\n");
        assertThat(cli("", "GET", "file").out()).isEqualTo(new String(value, StandardCharsets.US_ASCII) + "\n");
    }

    @Test
    void resp3_is_spoken() throws IOException {
        assertThat(cli("HELLO\nGET nothing\nCONFIG GET appendonly\n", "-3", "--no-raw")
                        .out())
                .contains("1# \"server\" => \"redis\"", "=> (integer) 3", "(nil)", "1# \"appendonly\" => \"yes\"");
    }

    @Test
    void errors_read_as_redis_words_them() throws IOException {
        assertThat(cli("""
                GET
                NOPE a b
                SET k v EX 0
                SET k v NX XX
                SELECT 16
                SET k v EX ten
                CLIENT NOPE
                """, "--no-raw").out()).isEqualTo("""
                (error) ERR wrong number of arguments for 'get' command
                (error) ERR unknown command 'NOPE', with args beginning with: 'a' 'b'\s
                (error) ERR invalid expire time in 'set' command
                (error) ERR syntax error
                (error) ERR DB index is out of range
                (error) ERR value is not an integer or out of range
                (error) ERR unknown subcommand 'NOPE'. Try CLIENT HELP.
                """);
    }

    /** At a terminal redis-cli asks for COMMAND DOCS, and shows hints made of it; 7.0 knows no SETINFO by itself. */
    @Test
    @SuppressWarnings("JdkObsolete") // a StringBuffer, since two threads use it
    void at_a_terminal_it_shows_hints_of_our_commands() throws Exception {
        Program.assumeInstalled("script");
        String asked = "mini_redis";
        String command = "stty columns 200 && exec redis-cli -p " + server.port();
        ProcessBuilder builder = new ProcessBuilder("script", "-qfec", command, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().put("REDISCLI_HISTFILE", "/dev/null");
        Process script = builder.start();
        try {
            StringBuffer screen = new StringBuffer();
            CompletableFuture<Void> display = CompletableFuture.runAsync(() -> show(script, screen));
            type(script, screen, ">", "CLIENT SETINFO ");
            type(script, screen, "LIB-NAME libname|LIB-VER libver", asked + "\r");
            type(script, screen, "wrong number of arguments for 'client|setinfo' command", "quit\r");
            assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
            display.get(30, TimeUnit.SECONDS);
        } finally {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    private static void show(Process script, StringBuffer screen) {
        try (var output = new java.io.InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8)) {
            for (int next = output.read(); next >= 0; next = output.read()) {
                screen.append((char) next);
            }
        } catch (IOException closed) {
            // The terminal is gone.
        }
    }

    private static void type(Process script, StringBuffer screen, String awaited, String keys) throws IOException {
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(screen.toString()).contains(awaited));
        script.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        script.getOutputStream().flush();
    }
}

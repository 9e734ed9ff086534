package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.it.LogFile;
import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps the server from starting is told in one line that names it, and the exit code says that it failed. */
class StartErrorsIT {
    private static final int DEFAULT_HTTP_PORT = 9000;

    @TempDir
    private Path folder;

    private Path dataDir() {
        return folder.resolve("data");
    }

    /** Waits for the end of a server that cannot start; the line in which it tells why. */
    private static String failure(ServerProcess server) {
        assertThat(server.awaitExit()).as(server.output()).isEqualTo(1);
        assertNoStackTrace(server.output());
        assertThat(server.out()).isEmpty();
        assertThat(server.err()).hasSize(1);
        return server.err().getFirst();
    }

    private static void assertNoStackTrace(String output) {
        assertThat(output.lines()).noneMatch(line -> line.startsWith("\tat "));
        assertThat(output).doesNotContain("Exception");
    }

    private static ServerSocket occupy(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void a_port_in_use() throws IOException {
        try (ServerSocket taken = occupy(0)) {
            assertThat(failure(ServerProcess.in(dataDir())
                            .port(taken.getLocalPort())
                            .begin()))
                    .isEqualTo(
                            "mini-redis: Cannot listen on 127.0.0.1:" + taken.getLocalPort()
                                    + ": Address already in use. Choose another --port or --host, or end the server that has it.");
        }
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, Cannot assign requested address", "no.such.host.invalid, Name or service not known"})
    void an_address_that_is_not_ours(String host, String reason) throws IOException {
        assertThat(failure(ServerProcess.in(dataDir()).options("--host", host).begin()))
                .startsWith("mini-redis: Cannot listen on " + host)
                .contains(reason, "--host");
    }

    @Test
    void a_data_directory_that_is_a_file() throws IOException {
        Files.writeString(dataDir(), "not a directory");

        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .isEqualTo("mini-redis: Cannot create the data directory " + dataDir() + ": Not a directory");
        assertThat(dataDir()).hasContent("not a directory");
    }

    @Test
    void a_data_directory_that_cannot_be_written_to() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may write everywhere");
        Files.createDirectory(
                dataDir(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));

        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .isEqualTo("mini-redis: Cannot write to the data directory " + dataDir() + ": Permission denied");
    }

    @Test
    void a_data_directory_in_use() throws IOException {
        try (ServerProcess first = ServerProcess.in(dataDir()).start();
                RespSocket socket = new RespSocket(first.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");

            assertThat(failure(ServerProcess.in(dataDir()).begin()))
                    .isEqualTo(
                            "mini-redis: The data directory " + dataDir() + " is in use by another Mini Redis server.");
            assertThat(socket.ask("GET", "k")).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--frobnicate, x, unknown option '--frobnicate'",
        "--port, 70000, 'Invalid value for option ''--port'': ''70000'' is not a port number from 0 to 65535'",
        "--http-port, abc, 'Invalid value for option ''--http-port'': ''abc'' is not a port number from 0 to 65535'",
        "--fsync, sometimes, 'Invalid value for option ''--fsync'': ''sometimes'' is none of [always, everysec, no]'",
    })
    void a_mistake_on_the_command_line(String option, String value, String problem) throws IOException {
        Program run = Program.run(ServerProcess.LAUNCHER, "server", option, value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("mini-redis server: " + problem + "\nTry 'mini-redis server --help'.\n");
    }

    @Test
    void an_http_port_that_was_asked_for_and_is_in_use() throws IOException {
        try (ServerSocket taken = occupy(0)) {
            assertThat(failure(ServerProcess.in(dataDir())
                            .httpPort(taken.getLocalPort())
                            .begin()))
                    .isEqualTo("mini-redis: the HTTP port " + taken.getLocalPort()
                            + " is in use; choose another with --http-port, 0 for any");
        }
    }

    /** Nobody who did not ask for it should lose the server over it. */
    @Test
    void the_default_http_port_in_use_is_told_and_the_server_goes_on() throws IOException {
        try (ServerSocket taken = occupyDefaultHttpPort()) {
            assertThat(taken.isBound()).isTrue();
            try (ServerProcess server =
                            ServerProcess.in(dataDir()).httpPort(null).start();
                    RespSocket socket = new RespSocket(server.port())) {
                assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
                assertThat(server.out())
                        .anyMatch(line -> line.contains("the HTTP port " + DEFAULT_HTTP_PORT + " is in use"));
                assertThat(server.err()).isEmpty();
                assertNoStackTrace(server.output());
            }
        }
    }

    private static ServerSocket occupyDefaultHttpPort() {
        ServerSocket taken = null;
        try {
            taken = occupy(DEFAULT_HTTP_PORT);
        } catch (IOException busy) {
            assumeTrue(false, "somebody else has port " + DEFAULT_HTTP_PORT);
        }
        return taken;
    }

    @Test
    void a_log_that_is_damaged_in_its_middle() throws IOException {
        Path log = new LogFile(dataDir()).path();
        try (ServerProcess server = ServerProcess.in(dataDir()).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (int i = 1; i <= 100; i++) {
                assertThat(socket.ask("SET", "key:" + i, "value:" + i)).isEqualTo("OK");
            }
        }
        byte[] bytes = Files.readAllBytes(log);
        int damaged = new String(bytes, StandardCharsets.US_ASCII).indexOf("value:50");
        bytes[damaged] ^= 1;
        Files.write(log, bytes);

        // The header is line 1, so entry 50 is line 51.
        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .startsWith("mini-redis: " + log + " is damaged: line 51, byte ")
                .contains("entry 50")
                .contains("Nothing was changed.");
        assertThat(Files.readAllBytes(log)).isEqualTo(bytes);
    }

    /** With so few, the JVM cannot even open the program's jars. */
    @ParameterizedTest
    @CsvSource({"64, server", "100, server", "64, client", "191, --version"})
    void too_few_files_for_any_start(int files, String command) throws IOException {
        Program start =
                Program.run("sh", "-c", "ulimit -n " + files + "; exec '" + ServerProcess.LAUNCHER + "' " + command);
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.output().lines())
                .containsExactly("mini-redis: At most " + files + " files may be open ('ulimit -n'), and at least 192"
                        + " are needed; a server needs more, one for each client. Raise the limit, for example with"
                        + " 'ulimit -n 1024'.");
    }

    @Test
    void a_log_that_was_cut_to_nothing() throws IOException {
        Path log = new LogFile(dataDir()).path();
        try (ServerProcess server = ServerProcess.in(dataDir()).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (int i = 1; i <= 50; i++) {
                assertThat(socket.ask("SET", "key:" + i, "v")).isEqualTo("OK");
            }
            assertThat(server.stop()).isZero();
        }
        Files.write(log, new byte[0]);

        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .startsWith(
                        "mini-redis: There is no log in " + dataDir() + ", but mini-redis.durable says that all up to"
                                + " entry 50 was on disk. Entries 1 to 50 are missing: ")
                .contains("mini-redis log repair --data-dir " + dataDir())
                .contains("--on-damage=quarantine");
        assertThat(Program.run(
                                ServerProcess.LAUNCHER,
                                "log",
                                "verify",
                                "--data-dir",
                                dataDir().toString())
                        .exitCode())
                .isEqualTo(1);
        try (ServerProcess server = ServerProcess.in(dataDir())
                        .options("--on-damage=quarantine")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(server.out()).anyMatch(line -> line.contains("Entries 1 to 50 are missing since a repair."));
            assertThat(socket.ask("SET", "after", "v")).isEqualTo("OK");
        }
        assertThat(log).content().contains("{\"lost\":[1,50],").contains("{\"lsn\":51,");
    }

    @Test
    void too_few_databases_for_the_log_or_its_base() throws IOException {
        try (ServerProcess server =
                        ServerProcess.in(dataDir()).options("--databases", "32").start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SELECT", "20")).isEqualTo("OK");
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            assertThat(server.stop()).isZero();
        }
        String advice = ", and there are 16 databases: 0 to 15. Start with --databases 21 or more, as when the log was"
                + " written.";
        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .isEqualTo("mini-redis: Entry 1 of the log changes database 20" + advice);
        try (ServerProcess server =
                        ServerProcess.in(dataDir()).options("--databases", "21").start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SAVE")).isEqualTo("OK");
            assertThat(server.stop()).isZero();
        }
        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .isEqualTo("mini-redis: The base of the log up to entry 1 has keys in database 20" + advice);
    }

    @Test
    void strings_that_are_longer_than_the_setting_are_no_reason_not_to_start() throws IOException {
        List<String> writes = List.of("SETRANGE a 3000000 v", "SETBIT b 24000000 1", "BITFIELD c SET u8 #3000000 7");
        try (ServerProcess server = ServerProcess.in(dataDir()).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (String write : writes) {
                socket.ask(write.split(" "));
            }
            socket.ask("SET", "d", "v".repeat(3_000_000));
            assertThat(socket.ask("APPEND", "d", "w")).isEqualTo(":3000001");
            assertThat(server.stop()).isZero();
        }
        for (int start = 0; start < 2; start++) { // from the entries, then from a base
            try (ServerProcess server = ServerProcess.in(dataDir())
                            .options("--proto-max-bulk-len", "1mb")
                            .start();
                    RespSocket socket = new RespSocket(server.port())) {
                for (String key : List.of("a", "b", "c", "d")) {
                    assertThat(socket.ask("STRLEN", key)).as(key).isEqualTo(":3000001");
                }
                assertThat(socket.ask("APPEND", "d", "w")).startsWith("-ERR string exceeds");
                assertThat(socket.ask("SAVE")).isEqualTo("OK");
                assertThat(server.stop()).isZero();
            }
        }
    }

    @Test
    void a_file_in_the_logs_place_that_is_none() throws IOException {
        Files.createDirectory(dataDir());
        Path log = new LogFile(dataDir()).path();
        Files.writeString(log, "Dear diary,\n");

        assertThat(failure(ServerProcess.in(dataDir()).begin()))
                .startsWith("mini-redis: " + log + ": line 1, byte 0: this is not the header of a Mini Redis log");
        assertThat(log).hasContent("Dear diary,\n");
    }

    @Test
    void an_unknown_command() throws IOException {
        Program run = Program.run(ServerProcess.LAUNCHER, "serve");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("mini-redis: unknown command 'serve'; did you mean 'server'?\n");
    }
}

package dev.miniredis.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start in surroundings that others have made: an orchestrator's variables, no locale. */
class EnvironmentIT {
    private static final String ADDRESS = "tcp://10.0.0.1:6379";

    @TempDir
    private Path folder;

    /**
     * What Kubernetes sets for Services named mini-redis, mini-redis-tls and mini-redis-http in the pod's namespace.
     */
    @Test
    void the_variables_of_kubernetes_are_no_settings_and_that_is_told() throws IOException {
        try (ServerProcess server = ServerProcess.in(folder)
                        .environment("MINI_REDIS_PORT", ADDRESS)
                        .environment("MINI_REDIS_TLS_PORT", ADDRESS)
                        .environment("MINI_REDIS_HTTP_PORT", ADDRESS)
                        .environment("MINI_REDIS_SERVICE_HOST", "10.0.0.1")
                        .environment("MINI_REDIS_SERVICE_PORT", "6379")
                        .environment("MINI_REDIS_SERVICE_PORT_REDIS", "6379")
                        .environment("MINI_REDIS_PORT_6379_TCP", ADDRESS)
                        .environment("MINI_REDIS_PORT_6379_TCP_PROTO", "tcp")
                        .environment("MINI_REDIS_PORT_6379_TCP_PORT", "6379")
                        .environment("MINI_REDIS_PORT_6379_TCP_ADDR", "10.0.0.1")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "GET", "tls-port")).isEqualTo("[tls-port, 0]");
            assertThat(server.err())
                    .hasSize(3)
                    .allMatch(line -> line.endsWith("_PORT=" + ADDRESS
                            + " is ignored: it is the address of a Service, set by Kubernetes, and no port."));
            assertThat(server.out()).hasSize(1);
        }
    }

    /** From wherever they come. */
    @Test
    void settings_that_are_none_are_told_with_what_may_be_meant() throws IOException {
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(
                folder.resolve("config/application.properties"),
                "mini-redis.maxmemory=64mb\nmini-redis.maxmemoryy=1\nmini-redis.http-port=0\n");
        try (ServerProcess server = ServerProcess.in(folder.resolve("data"))
                        .folder(folder)
                        .java("-Dmini-redis.requirepas=secret")
                        .environment("MINI_REDIS_MAXMEMORYY", "1")
                        .environment("MINI_REDIS_HISTFILE", "")
                        .environment("MINI_REDIS_OTHER_SERVICE_PORT_HTTP", "80")
                        .environment("MINI_REDIS_OTHER_PORT", ADDRESS)
                        .environment("MINI_REDIS_COLOUR_OF_THE_SKY", "blue")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "GET", "maxmemory")).isEqualTo("[maxmemory, 67108864]");
            assertThat(server.out())
                    .filteredOn(line -> line.contains("WARN"))
                    .extracting(line -> line.replaceFirst(".*] ", ""))
                    .containsExactly(
                            "MINI_REDIS_COLOUR_OF_THE_SKY is no setting of Mini Redis, so it is ignored.",
                            "MINI_REDIS_MAXMEMORYY is no setting of Mini Redis, so it is ignored. Did you mean"
                                    + " MINI_REDIS_MAXMEMORY?",
                            "mini-redis.http-port is no setting of Mini Redis, so it is ignored. Did you mean"
                                    + " quarkus.management.port?",
                            "mini-redis.maxmemoryy is no setting of Mini Redis, so it is ignored. Did you mean"
                                    + " mini-redis.maxmemory?",
                            "mini-redis.requirepas is no setting of Mini Redis, so it is ignored. Did you mean"
                                    + " mini-redis.requirepass?");
        }
    }

    @Test
    void the_health_check_does_not_take_such_a_variable_for_its_port() throws IOException {
        Program check = Program.run(
                "sh",
                "-c",
                "MINI_REDIS_HTTP_PORT=" + ADDRESS + " QUARKUS_MANAGEMENT_PORT=1 exec bash target/launcher/healthcheck");
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.err()).contains("127.0.0.1/1: Connection refused");
    }

    @Test
    void a_folder_has_any_name_without_a_locale() throws IOException {
        Files.writeString(folder.resolve("there.conf"), "dir B\u00e4r\n", StandardCharsets.UTF_8);
        try (ServerProcess server = ServerProcess.in(folder)
                        .folder(folder)
                        .bare()
                        .environment("LC_ALL", "C")
                        .options("there.conf", "--port", "0", "--http-port", "0")
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
        }
        // the name as the shell has it, since the locale of the test may be C too
        Program written = Program.in(
                folder,
                "sh",
                "-c",
                "LC_ALL=C exec '" + ServerProcess.LAUNCHER + "' log stats -d $(printf 'B\\303\\244r')");
        assertThat(written.out()).contains("entries   1");
    }

    @Test
    void a_name_that_is_no_text_is_refused_by_its_name() throws IOException {
        Program start = Program.in(
                folder,
                "env",
                "LC_ALL=C",
                "sh",
                "-c",
                "exec '" + ServerProcess.LAUNCHER + "' server --port 0 --http-port 0 --data-dir $(printf 'caf\\351')");
        assertThat(start.exitCode()).isEqualTo(2);
        assertThat(start.err())
                .startsWith("mini-redis server: Invalid value for option '--data-dir': 'caf?': the name has bytes"
                        + " that are no text in the character set of the locale");
        assertThat(folder).isEmptyDirectory();
    }
}

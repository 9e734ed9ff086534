package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and users of a running server, and the files they come from. */
class SecurityIT {
    private static final String NOT_AUTHENTICATED = "-NOAUTH Authentication required.";

    @TempDir
    private Path folder;

    private ServerProcess.Launch launch() {
        return ServerProcess.in(folder.resolve("data"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void assertFailure(ServerProcess server, String... parts) {
        assertThat(server.awaitExit()).as(server.output()).isEqualTo(1);
        assertThat(server.err()).hasSize(1);
        assertThat(server.err().getFirst()).contains(parts);
    }

    /** What the log of the server's data says, all of it. */
    private String dataLog() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    @Test
    void a_password_from_a_file_is_asked_for_and_shown_nowhere() throws IOException {
        Path secret = write("secret", "open sesame\n");
        try (ServerProcess server = launch().environment("MINI_REDIS_REQUIREPASS_FILE", secret.toString())
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo(NOT_AUTHENTICATED);
            assertThat(socket.ask("AUTH", "wrong"))
                    .isEqualTo("-WRONGPASS invalid username-password pair or user is disabled.");
            assertThat(socket.ask("AUTH", "open sesame")).isEqualTo("OK");
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            assertThat(socket.ask("ACL", "SETUSER", "ann", "on", ">hush", "+@all", "~*"))
                    .isEqualTo("OK");
            assertThat(socket.ask("AUTH", "ann", "hush")).isEqualTo("OK");
            assertThat(socket.ask("SET", "k", "w")).isEqualTo("OK");
            assertThat(socket.ask("CLIENT", "LIST")).contains(" user=ann ");
            assertThat(dataLog()).contains("ann@127.0.0.1").doesNotContain("sesame", "hush");
            assertThat(server.output()).doesNotContain("sesame", "hush");
        }
    }

    @Test
    void a_password_that_cannot_be_had_keeps_the_server_from_starting() throws IOException {
        assertFailure(
                launch().options("--requirepass-file", folder.resolve("none").toString())
                        .begin(),
                "requirepass-file: " + folder.resolve("none") + ": No such file or directory");
        assertFailure(
                launch().options("--requirepass-file", write("empty", "\n").toString())
                        .begin(),
                "the first line is empty");
        assertFailure(
                launch().options("--requirepass-file", write("s", "x").toString(), "--requirepass", "y")
                        .begin(),
                "not both");
    }

    @Test
    void users_are_loaded_from_their_file_and_saved_to_it() throws IOException {
        Path file = write("users.acl", "user default off\nuser ann on >pw ~* &* +@all\n");
        try (ServerProcess server =
                        launch().options("--aclfile", file.toString()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("PING")).isEqualTo(NOT_AUTHENTICATED);
            assertThat(socket.ask("AUTH", "ann", "pw")).isEqualTo("OK");
            assertThat(socket.ask("CONFIG", "GET", "aclfile")).isEqualTo("[aclfile, " + file + "]");
            assertThat(socket.ask("ACL", "SETUSER", "bob", "on", "nopass", "+get"))
                    .isEqualTo("OK");
            assertThat(socket.ask("ACL", "SAVE")).isEqualTo("OK");
            assertThat(Files.readAllLines(file))
                    .hasSize(3)
                    .anyMatch(line -> line.startsWith("user ann on sanitize-payload #"))
                    .contains("user bob on nopass sanitize-payload resetchannels -@all +get");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactlyInAnyOrder(file, folder.resolve("data"));
            }

            try (RespSocket bob = new RespSocket(server.port())) {
                assertThat(bob.ask("AUTH", "bob", "any")).isEqualTo("OK");
                assertThat(bob.ask("SET", "k", "v"))
                        .isEqualTo("-NOPERM User bob has no permissions to run the 'set' command");
                Files.writeString(file, "user ann on >pw ~* &* +@all\nuser bob +nosuch\n");
                assertThat(socket.ask("ACL", "LOAD"))
                        .isEqualTo("-ERR " + file
                                + ":2: Error in applying operation '+nosuch': Unknown command or category"
                                + " name in ACL. WARNING: ACL errors detected, no change to the previously active ACL rules"
                                + " was performed");
                assertThat(bob.ask("ACL", "WHOAMI"))
                        .isEqualTo("-NOPERM User bob has no permissions to run the 'acl|whoami' command");
                Files.writeString(file, "user ann on >pw ~* &* +@all\n");
                assertThat(socket.ask("ACL", "LOAD")).isEqualTo("OK");
                assertThat(bob.in().read()).as("bob is there no more").isEqualTo(-1);
            }
        }
    }

    @Test
    void a_wrong_file_of_users_keeps_the_server_from_starting() throws IOException {
        Path file = write("users.acl", "user ann on +nosuch\n");
        assertFailure(
                launch().options("--aclfile", file.toString()).begin(),
                "Aborting startup because of ACL errors: " + file + ":1: Error in applying operation '+nosuch'");
        assertFailure(
                launch().options("--aclfile", folder.resolve("none").toString()).begin(),
                "Aborting startup: Error loading ACLs, opening file " + folder.resolve("none")
                        + ": No such file or directory");
    }

    @Test
    void users_may_stand_among_the_parameters() throws IOException {
        Path file = write("mini-redis.conf", "user ann on >pw ~* +@all\ntimeout 0\n");
        try (ServerProcess server = launch().options(file.toString()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("ACL", "SETUSER", "bob", "on", "nopass")).isEqualTo("OK");
            assertThat(socket.ask("CONFIG", "REWRITE")).isEqualTo("OK");
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).startsWith("user ann on sanitize-payload #");
        assertThat(lines)
                .contains(
                        "user bob on nopass sanitize-payload resetchannels -@all",
                        "user default on nopass sanitize-payload ~* &* +@all");
        try (ServerProcess server = launch().options(file.toString()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("AUTH", "ann", "pw")).isEqualTo("OK");
            assertThat(socket.ask("ACL", "USERS")).isEqualTo("[ann, bob, default]");
        }
        assertFailure(
                launch().options(write("twice.conf", "user a on\nuser a off\n").toString())
                        .begin(),
                "Error in the declaration of user 'a': Duplicate user");
        assertFailure(
                launch().options(
                                file.toString(),
                                "--aclfile",
                                write("users.acl", "user default on nopass +@all\n")
                                        .toString())
                        .begin(),
                "not in both");
    }

    /** As Redis's CVE-2021-32675 and CVE-2025-21605 were mended. */
    @Test
    void who_has_not_said_who_they_are_may_not_make_the_server_keep_much() throws IOException {
        try (ServerProcess server = launch().options("--requirepass", "pw").start()) {
            try (RespSocket socket = new RespSocket(server.port())) {
                socket.send("*11\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.read()).isEqualTo("-ERR Protocol error: unauthenticated multibulk length");
                assertThat(socket.in().read()).isEqualTo(-1);
            }
            try (RespSocket socket = new RespSocket(server.port())) {
                socket.send("*2\r\n$4\r\nAUTH\r\n$16385\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.read()).isEqualTo("-ERR Protocol error: unauthenticated bulk length");
                assertThat(socket.in().read()).isEqualTo(-1);
            }
            try (RespSocket socket = new RespSocket(server.port())) {
                socket.send("AUTH", "pw");
                socket.send("MGET", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
                assertThat(socket.read()).isEqualTo("OK");
                assertThat(socket.read()).startsWith("[(nil), ");
            }
        }
    }
}

package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value of a setting is bytes, whichever way it comes and whatever the locale is: no expression, no list, no escape,
 * nothing to trim. What is said of access is what holds.
 */
class LiteralSettingsIT {
    private static final String PASSWORD = " pa${c}ss$$ ${HOME}, %prod.x \\ \\${d} '\"#=\u043f\u0430\u0440\u00e9 ";
    private static final String NOT_AUTHENTICATED = "-NOAUTH Authentication required.";

    @TempDir
    private Path folder;

    enum Way {
        OPTION,
        VARIABLE,
        FILE,
        PASSWORD_FILE
    }

    /** In a container without a locale, Java takes all but ASCII for question marks. */
    private ServerProcess.Launch launch() {
        return ServerProcess.in(folder.resolve("data")).folder(folder).environment("LC_ALL", "C");
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    private static void assertPassword(RespSocket socket, String password) throws IOException {
        assertThat(socket.ask("PING")).isEqualTo(NOT_AUTHENTICATED);
        assertThat(socket.ask("AUTH", "?".repeat(password.length()))).startsWith("-WRONGPASS");
        assertThat(socket.ask("AUTH", password)).isEqualTo("OK");
        assertThat(socket.ask("CONFIG", "GET", "requirepass")).isEqualTo("[requirepass, " + password + "]");
    }

    @ParameterizedTest
    @EnumSource
    void a_password_is_the_bytes_that_it_is(Way way) throws IOException {
        ServerProcess.Launch launch = switch (way) {
            case OPTION -> launch().options("--requirepass", PASSWORD);
            case VARIABLE -> launch().environment("MINI_REDIS_REQUIREPASS", PASSWORD);
            case FILE -> launch().options(write("mini-redis.conf", "requirepass " + quoted(PASSWORD)));
            case PASSWORD_FILE -> launch().options("--requirepass-file", write("secret", PASSWORD + "\nmore"));
        };
        try (ServerProcess server = launch.start();
                RespSocket socket = new RespSocket(server.port())) {
            assertPassword(socket, PASSWORD);
        }
    }

    @Test
    void properties_of_a_setting_are_no_expressions_either() throws IOException {
        write("config/application.properties", "mini-redis.requirepass=pa${c}ss$$, \u00e9");
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port())) {
            assertPassword(socket, "pa${c}ss$$, \u00e9");
        }
    }

    @Test
    void users_of_a_file_are_those_that_it_declares() throws IOException {
        String user = "user ann${x} on " + quoted(">" + PASSWORD) + " ~k${y}* +@all\nuser default off\n";
        try (ServerProcess server =
                        launch().options(write("mini-redis.conf", user)).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("PING")).isEqualTo(NOT_AUTHENTICATED);
            assertThat(socket.ask("AUTH", "ann${x}", PASSWORD)).isEqualTo("OK");
            assertThat(socket.ask("ACL", "WHOAMI")).isEqualTo("ann${x}");
            assertThat(socket.ask("SET", "k${y}1", "v")).isEqualTo("OK");
            assertThat(socket.ask("SET", "other", "v")).startsWith("-NOPERM");
        }
        assertThat(Files.readString(folder.resolve("data/mini-redis.log"))).contains("\"ann${x}@127.0.0.1:");
    }

    @Test
    void what_is_set_and_rewritten_holds_after_a_restart() throws IOException {
        String file = write("mini-redis.conf", "# mine \u00e9\n");
        String users;
        try (ServerProcess server = launch().options(file).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "SET", "requirepass", PASSWORD)).isEqualTo("OK");
            assertThat(socket.ask("ACL", "SETUSER", "o'neil\"\u00e9", "on", ">" + PASSWORD, "~\"${k}*", "+@all"))
                    .isEqualTo("OK");
            users = socket.ask("ACL", "LIST");
            assertThat(socket.ask("CONFIG", "REWRITE")).isEqualTo("OK");
        }
        assertThat(Files.readString(folder.resolve("mini-redis.conf"))).startsWith("# mine \u00e9\n");
        try (ServerProcess server = launch().options(file).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertPassword(socket, PASSWORD);
            assertThat(socket.ask("ACL", "LIST")).isEqualTo(users);
            assertThat(socket.ask("AUTH", "o'neil\"\u00e9", PASSWORD)).isEqualTo("OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user ann on >secret nosuch", "user \"a b\" on >secret", "user ann on \"~a b\""})
    void users_that_cannot_be_keep_the_server_from_starting(String user) throws IOException {
        try (ServerProcess server =
                launch().options(write("mini-redis.conf", user)).begin()) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.err()).singleElement().asString().contains("Error in the declaration of user");
        }
    }

    @Test
    void an_empty_name_of_the_file_of_the_password_is_a_mistake() throws IOException {
        Program option = Program.run(ServerProcess.LAUNCHER, "server", "--requirepass-file", "");
        assertThat(option.err()).contains("--requirepass-file").contains("it is empty");
        assertThat(option.exitCode()).isEqualTo(2);

        write("config/application.properties", "mini-redis.requirepass-file=");
        try (ServerProcess server = launch().begin()) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.err()).singleElement().asString().contains("requirepass-file");
        }
    }

    @Test
    void the_client_gives_the_bytes_that_it_was_given() throws IOException {
        try (ServerProcess server = launch().start();
                RespSocket socket = new RespSocket(server.port())) {
            String hash = "#a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"; // of the byte FF
            assertThat(socket.ask("ACL", "SETUSER", "\u00e9", "resetpass", hash, "on", "+@all"))
                    .isEqualTo("OK");
            String client = ServerProcess.LAUNCHER + " client --no-auth-warning -p " + server.port();
            for (String line : new String[] {
                client + " --user $'\\303\\251' -a $'\\377' ACL WHOAMI",
                "REDISCLI_AUTH=$'\\377' " + client + " --user $'\\303\\251' ACL WHOAMI",
                ServerProcess.LAUNCHER + " client --no-auth-warning -u redis://%c3%a9:%ff@" + server.address()
                        + " ACL WHOAMI"
            }) {
                Program run = Program.run("bash", "-c", "export LC_ALL=C; " + line);
                assertThat(run.out()).as(run.err()).isEqualTo("\u00e9\n");
            }
        }
    }
}

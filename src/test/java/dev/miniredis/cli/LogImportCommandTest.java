package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the user of {@code mini-redis log import} sees. */
class LogImportCommandTest {
    private static final Path FILES = Path.of("src/test/resources/migrate");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(Path source) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute("log", "import", source.toString(), "--to", data().toString());
    }

    private Path data() {
        return folder.resolve("data");
    }

    @Test
    void everything_imported_is_0_and_the_next_command() {
        assertThat(run(FILES.resolve("strings.rdb"))).isZero();
        assertThat(out.toString())
                .contains("written by Redis 7.0.15", "db0: 11 entries", "db3: 2 entries", "13 entries, ")
                .contains("Next: mini-redis server --data-dir " + data())
                .doesNotContain("not imported");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void something_left_out_is_3_and_named() {
        assertThat(run(FILES.resolve("text-base"))).isEqualTo(3);
        assertThat(out.toString())
                .contains(
                        "not imported: ",
                        "1 RPUSH (first: list, " + FILES.resolve("text-base/appendonly.aof.2.incr.aof") + ", byte ",
                        "redis-cli SAVE");
        assertThat(data()).isDirectory();
    }

    @Test
    void a_torn_end_is_3_with_a_warning() throws Exception {
        Path torn =
                Files.writeString(folder.resolve("torn"), "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$8\r\nFLU");
        assertThat(run(torn)).isEqualTo(3);
        assertThat(err.toString()).startsWith("Warning: " + torn).contains("byte 27");
    }

    @Test
    void an_error_is_1_and_one_line() throws Exception {
        Path file = Files.write(folder.resolve("bad"), "REDIS0011?".getBytes(StandardCharsets.US_ASCII));
        assertThat(run(file)).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("mini-redis log import: " + file
                        + " is damaged at byte 9: there is no opcode 63. Nothing was imported.");
        assertThat(out.toString()).isEmpty();
        assertThat(data()).doesNotExist();
    }

    @Test
    void more_databases_than_a_server_has_are_told_in_the_next_command() throws Exception {
        Path many = Files.writeString(
                folder.resolve("many"), "*2\r\n$6\r\nSELECT\r\n$2\r\n40\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
        assertThat(run(many)).isZero();
        assertThat(out.toString()).contains("Next: MINI_REDIS_DATABASES=41 mini-redis server");
    }

    @Test
    void without_a_command_the_group_says_so() {
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err));
        assertThat(commandLine.execute("log")).isEqualTo(2);
        assertThat(err.toString()).contains("what about the log? One of show, ");
    }
}

package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.ServerProcess;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged {@code log tail -f} beside the packaged server. */
@Timeout(120)
class LogTailIT {
    @TempDir
    private Path data;

    private static void client(ServerProcess server, String... command) throws Exception {
        List<String> words =
                new java.util.ArrayList<>(List.of(ServerProcess.LAUNCHER, "client", "--server", server.address()));
        words.addAll(List.of(command));
        Process client = new ProcessBuilder(words).redirectErrorStream(true).start();
        String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor()).as(answer).isZero();
    }

    private List<String> tail(String... options) {
        List<String> command =
                new java.util.ArrayList<>(List.of(ServerProcess.LAUNCHER, "log", "tail", "-f", "-d", data.toString()));
        command.addAll(List.of(options));
        return command;
    }

    @Test
    void what_a_server_adds_is_followed_into_new_segments() throws Exception {
        try (ServerProcess server = ServerProcess.in(data).start()) {
            client(server, "SET", "before", "1");
            Process tail = new ProcessBuilder(tail("--color", "never")).start();
            try (BufferedReader lines = tail.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.readLine()).matches("1  .*  SET before 1");
                client(server, "SET", "k", "2");
                assertThat(lines.readLine()).matches("2  .*  SET k 2");
                for (int lsn = 3; lsn <= 4; lsn++) {
                    client(server, "SAVE"); // a new segment; the one that is read is deleted
                    assertThat(data.resolve("mini-redis.base." + (lsn - 1) + ".log"))
                            .exists();
                    client(server, "SET", "k", "" + lsn);
                    assertThat(lines.readLine()).matches(lsn + "  .*  SET k " + lsn);
                }
            }
            client(server, "SET", "nobody", "reads"); // at this line tail finds out
            assertThat(tail.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void at_a_terminal_it_is_coloured_and_ends_by_ctrl_c_with_0() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script of util-linux");
        Assumptions.assumeTrue(Path.of("/proc/self").toFile().exists(), "options of script differ outside of Linux");
        try (ServerProcess server = ServerProcess.in(data).start();
                PseudoTerminal terminal = new PseudoTerminal(Map.of(), tail("--lsn", "1-"))) {
            client(server, "SET", "k", "v w");
            org.awaitility.Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> terminal.text().endsWith("SET k \"v w\""));
            terminal.type(PseudoTerminal.CTRL_C);
            assertThat(terminal.awaitExit()).isZero();
        }
    }
}

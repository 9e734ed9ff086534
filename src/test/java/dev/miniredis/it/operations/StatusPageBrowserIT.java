package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.ServerProcess;
import dev.miniredis.it.clients.NodeScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status page as a person sees it: in Chromium. The script tells what it looks for. */
class StatusPageBrowserIT {
    private static final Path PICTURES = Path.of("target/status-page").toAbsolutePath();

    @TempDir
    private Path dataDir;

    @Test
    void its_charts_follow_the_server() throws IOException {
        Program.assumeInstalled("chromium");
        Files.createDirectories(PICTURES);
        int httpPort = ServerProcess.freePort();
        try (ServerProcess server = ServerProcess.in(dataDir).httpPort(httpPort).start()) {
            Program run = NodeScript.run(
                    "status_page.mjs",
                    "http://127.0.0.1:" + httpPort + "/",
                    Integer.toString(server.port()),
                    PICTURES.toString());

            assertThat(run.out()).as(run.output()).endsWith(": all steps done\n");
        }
    }
}

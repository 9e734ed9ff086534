package dev.miniredis.commands;

import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transcripts again, over TCP, against the packaged server. */
class TranscriptIT {
    @Test
    void the_packaged_server_answers_as_the_transcripts_say(@TempDir Path dataDir) throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir)
                .options("--enable-debug-command", "local")
                .start()) {
            TranscriptTest.runAgainst("127.0.0.1", server.port());
        }
    }
}

package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MINI_REDIS_JAVA_OPTS says wins over the launcher's own flags. */
class JavaOptionsIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "'', Using G1",
        "-XX:+UseZGC, Using The Z Garbage Collector",
        "-XX:+UseSerialGC, Using Serial",
    })
    void a_collector_of_the_users_choice(String flags, String used) throws IOException {
        try (ServerProcess server = ServerProcess.in(folder.resolve("data"))
                        .java("-Xmx512m -XX:TieredStopAtLevel=1 -Xlog:gc:stdout " + flags)
                        .start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            assertThat(server.out()).anyMatch(line -> line.endsWith(used));
            assertThat(server.err()).isEmpty();
        }
    }
}

package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.it.Program;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of other languages, each in a script of its own that does its usual work. */
class ScriptedClientsIT {
    private static final int NEWEST_CLIENTS_NEED = 20;

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;

    @BeforeAll
    static void start_server() throws IOException {
        server = ServerProcess.in(dataDir).start();
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static String port() {
        return Integer.toString(server.port());
    }

    @Test
    void redis_py_works() throws IOException {
        String python =
                "/usr/bin/python3"; // not one that the user has put before it: that one has not Debian's packages
        Program.assume(
                Files.isExecutable(Path.of(python))
                        && Program.run(python, "-c", "import redis").exitCode() == 0,
                "redis-py is not installed");

        Program run =
                Program.run(python, NodeScript.FOLDER.resolve("redis_py.py").toString(), port());

        assertThat(run.out()).as(run.output()).endsWith(": all steps done\n");
    }

    @ParameterizedTest
    @CsvSource({
        "node_redis.mjs, redis",
        "node_redis.mjs, redis-newest",
        "ioredis.mjs, ioredis",
        "ioredis.mjs, ioredis-newest"
    })
    void clients_for_node_work(String script, String module) throws IOException {
        assumeTrue(
                !module.endsWith("-newest") || NodeScript.versionOfNode() >= NEWEST_CLIENTS_NEED,
                "The newest clients need Node " + NEWEST_CLIENTS_NEED);
        Program run = NodeScript.run(script, module, port());

        assertThat(run.out()).as(run.output()).endsWith(": all steps done\n");
    }
}

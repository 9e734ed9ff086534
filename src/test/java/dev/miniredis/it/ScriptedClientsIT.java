package dev.miniredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of other languages, each in a script of its own that does its usual work. */
class ScriptedClientsIT {
    private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
    private static final Path MODULES = Path.of("target/client-tests").toAbsolutePath();
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

    private static String script(String name) {
        return SCRIPTS.resolve(name).toString();
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

        Program run = Program.run(python, script("redis_py.py"), port());

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
        Program.assumeInstalled("node");
        Program.assumeInstalled("npm");
        int version = Integer.parseInt(Program.run("node", "--print", "process.versions.node.split('.')[0]")
                .out()
                .strip());
        assumeTrue(
                !module.endsWith("-newest") || version >= NEWEST_CLIENTS_NEED,
                "The newest clients need Node " + NEWEST_CLIENTS_NEED);
        install();
        Program run = Program.in(MODULES, "node", script(script), module, port());

        assertThat(run.out()).as(run.output()).endsWith(": all steps done\n");
    }

    /** Gets the clients, once for all tests of a checkout. */
    private static void install() throws IOException {
        Path wanted = SCRIPTS.resolve("package.json");
        Path installed = MODULES.resolve("installed.json");
        if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
            return;
        }
        Files.createDirectories(MODULES);
        Files.copy(wanted, MODULES.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
        Program run = Program.in(
                MODULES, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--engine-strict=false");
        Program.assume(run.exitCode() == 0, "npm cannot install the clients: " + run.output());
        Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
    }
}

package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache is optional: it makes starts faster, and without it, or with a bad one, all else works. */
class AotCacheIT {
    private static final Path PROGRAM = Path.of("target").toAbsolutePath();

    @TempDir
    private Path home;

    private Path cache;

    /** The program in a folder of its own, without a cache. */
    @BeforeEach
    void copyLauncher() throws IOException {
        Path launcher = Files.createDirectory(home.resolve("launcher"));
        for (String file : new String[] {"train.sh", "find-jdk.sh", "jvm.options", "jvm-client.options"}) {
            Files.copy(PROGRAM.resolve("launcher").resolve(file), launcher.resolve(file));
        }
        Files.copy(PROGRAM.resolve("mini-redis"), home.resolve("mini-redis"));
        cache = launcher.resolve("server.aot");
    }

    private void linkProgram() throws IOException {
        Files.createSymbolicLink(home.resolve("quarkus-app"), PROGRAM.resolve("quarkus-app"));
    }

    @AfterEach
    void unlinkProgram() throws IOException {
        Files.deleteIfExists(home.resolve("quarkus-app"));
    }

    private Program train() throws IOException {
        return Program.run("sh", home.resolve("launcher/train.sh").toString());
    }

    /** Starts the server's JVM, with more of its flags, for its help alone. */
    private Program help(String flags) throws IOException {
        return Program.run(
                "env",
                "MINI_REDIS_JAVA_OPTS=" + flags,
                home.resolve("mini-redis").toString(),
                "server",
                "--help");
    }

    @Test
    void a_training_run_makes_a_cache_that_the_launcher_uses() throws IOException {
        linkProgram();

        Program training = train();

        assertThat(training.exitCode()).isZero();
        assertThat(training.output()).isEmpty();
        Program required = help("-XX:AOTMode=on"); // the JVM fails if it cannot use the cache
        assertThat(required.exitCode()).as(required.output()).isZero();
        assertThat(cache.resolveSibling("server.aot.part")).doesNotExist();
    }

    @Test
    void a_training_run_that_fails_warns_with_the_reason_and_succeeds() throws IOException {
        Program training = train(); // there is no program to run

        assertThat(training.exitCode()).isZero();
        assertThat(training.err()).isEmpty();
        assertThat(training.out().lines())
                .singleElement()
                .asString()
                .startsWith("no AOT cache, so the server starts more slowly: the server did not start.")
                .contains("Unable to access jarfile")
                .endsWith("To try again: sh " + home.resolve("launcher/train.sh"));
        assertThat(cache).doesNotExist();
    }

    @Test
    void a_training_run_takes_no_settings_from_the_environment_of_the_build() throws IOException {
        linkProgram();

        Program training = Program.run(
                "env",
                "MINI_REDIS_JAVA_OPTS=-XX:NoSuchFlag",
                "MINI_REDIS_TLS_PORT=1",
                "JAVA_TOOL_OPTIONS=-XX:NoSuchFlag",
                "sh",
                home.resolve("launcher/train.sh").toString());

        assertThat(training.output()).isEmpty();
        assertThat(cache).isNotEmptyFile();
    }

    @Test
    void a_damaged_cache_is_ignored() throws IOException {
        linkProgram();
        Files.writeString(cache, "half a cache");

        Program started = help("");

        assertThat(started.exitCode()).isZero();
        assertThat(started.err()).isEmpty();
        assertThat(started.out()).startsWith("Usage: mini-redis server");
    }
}

package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups of a server that is writing and compacting its log, made by the program that the CronJob of {@code deploy/}
 * runs, and put back by the script that its restore runs.
 */
@Timeout(180)
class BackupIT {
    /** How a backup is named: by the second, so a second one in it has no place. */
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Path SCRIPT = Path.of("deploy/restore/restore.sh").toAbsolutePath();
    private static final Pattern TOOLS = Pattern.compile("tools=\"([^\"]+)\"");
    /** In no temporary folder: JUnit warns of each link when it removes one. */
    private static final Path TOOLS_FOLDER = Path.of("target/image-tools").toAbsolutePath();

    private static final int BACKUPS = 6;
    private static final int KEPT = 3;

    @TempDir
    private Path folder;

    private Path data;
    private Path backups;
    private final AtomicLong acknowledged = new AtomicLong();

    @BeforeEach
    void make_folders() throws IOException {
        data = folder.resolve("data");
        backups = Files.createDirectory(folder.resolve("backups"));
    }

    private ServerProcess.Launch server() {
        return ServerProcess.in(data)
                .options("--auto-aof-rewrite-min-size", "100kb", "--auto-aof-rewrite-percentage", "10");
    }

    /** Sets one key after the other until the server ends. */
    private Thread startWriting(int port) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (RespSocket socket = new RespSocket(port)) {
                for (long i = acknowledged.get() + 1;
                        socket.ask("SET", "k" + i, "v".repeat(100)).equals("OK");
                        i++) {
                    acknowledged.set(i);
                }
            } catch (IOException ended) {
                // The server was killed.
            }
        });
    }

    private void awaitMoreWrites() {
        long before = acknowledged.get();
        await().until(() -> acknowledged.get() > before + 500);
    }

    /** Makes a backup. @return what had been acknowledged when it was begun */
    private long backup() throws IOException {
        awaitMoreWrites();
        long atLeast = acknowledged.get();
        await().until(() -> Files.notExists(backups.resolve("mini-redis-" + SECOND.format(Instant.now()))));
        Program run = Program.run(
                ServerProcess.LAUNCHER,
                "log",
                "backup",
                "--data-dir",
                data.toString(),
                "--to",
                backups.toString(),
                "--keep",
                Integer.toString(KEPT));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.err()).isEmpty();
        return atLeast;
    }

    private Program restore(String... settings) throws IOException {
        List<String> command = Stream.of(
                        Stream.of("env", "DATA_DIR=" + data, "BACKUP_DIR=" + backups, "PATH=" + toolsOfTheImage()),
                        Stream.of("JAVA_HOME=" + System.getProperty("java.home")),
                        Stream.of(settings),
                        Stream.of("/bin/sh", SCRIPT.toString()))
                .flatMap(words -> words)
                .toList();
        return Program.run(command.toArray(String[]::new));
    }

    /** A folder with the programs that the image has, and no others. */
    private static Path toolsOfTheImage() throws IOException {
        Path tools = Files.createDirectories(TOOLS_FOLDER);
        for (Path old : files(tools)) {
            Files.delete(old);
        }
        Files.createSymbolicLink(tools.resolve("mini-redis"), Path.of(ServerProcess.LAUNCHER));
        Matcher list = TOOLS.matcher(Files.readString(Path.of("deploy/rootfs.sh")));
        assertThat(list.find()).isTrue();
        for (String name : list.group(1).split("\\s+")) {
            for (String place : System.getenv("PATH").split(":")) {
                if (Files.isExecutable(Path.of(place, name)) && !Files.exists(tools.resolve(name))) {
                    Files.createSymbolicLink(tools.resolve(name), Path.of(place, name));
                }
            }
        }
        return tools;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private void destroyData() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.createDirectory(data);
    }

    /** How many keys a server finds in a folder; none in between is missing. */
    private static long keys(Path directory) throws IOException {
        try (ServerProcess server = ServerProcess.in(directory).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(server.out()).singleElement().asString().doesNotContain("WARN");
            long keys = Long.parseLong(socket.ask("DBSIZE").substring(1));
            assertThat(socket.ask("EXISTS", "k" + keys)).isEqualTo(":1");
            return keys;
        }
    }

    @Test
    void what_was_acknowledged_before_a_backup_is_in_it_and_comes_back() throws Exception {
        long atLeast = 0;
        try (ServerProcess server = server().start()) {
            Thread writer = startWriting(server.port());
            for (int i = 0; i < BACKUPS; i++) {
                atLeast = backup();
            }
            assertThat(files(data)).anyMatch(file -> file.toString().contains("mini-redis.base."));
            server.kill();
            writer.join();
        }
        assertThat(files(backups)).hasSize(KEPT);
        for (Path backup : files(backups)) {
            assertThat(Program.run(ServerProcess.LAUNCHER, "log", "verify", "--data-dir", backup.toString())
                            .exitCode())
                    .isZero();
        }

        destroyData();
        Program run = restore("BACKUP=latest");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.out()).contains("Restored " + files(backups).getLast().getFileName(), "All is whole");
        assertThat(keys(data)).isBetween(atLeast, acknowledged.get());
    }

    @Test
    void what_was_there_before_is_kept_and_a_moment_can_be_chosen() throws Exception {
        try (ServerProcess server = ServerProcess.in(data).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (int i = 1; i <= 10; i++) {
                assertThat(socket.ask("SET", "k" + i, "v")).isEqualTo("OK");
            }
            assertThat(socket.ask("FLUSHALL")).isEqualTo("OK");
        }
        assertThat(Program.run(
                                ServerProcess.LAUNCHER,
                                "log",
                                "backup",
                                "--data-dir",
                                data.toString(),
                                "--to",
                                backups.toString())
                        .exitCode())
                .isZero();
        String name = files(backups).getFirst().getFileName().toString();

        Program run = restore("BACKUP=" + name, "UNTIL=10");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(keys(data)).isEqualTo(10);
        assertThat(files(data)).filteredOn(Files::isDirectory).singleElement().satisfies(kept -> {
            assertThat(kept.getFileName().toString()).startsWith("before-restore-");
            assertThat(Files.readString(kept.resolve("mini-redis.log"))).contains("FLUSHALL");
        });
    }

    @Test
    void a_backup_that_is_not_there_or_is_damaged_changes_nothing() throws Exception {
        try (ServerProcess server = ServerProcess.in(data).start();
                RespSocket socket = new RespSocket(server.port())) {
            for (int i = 1; i <= 3; i++) {
                assertThat(socket.ask("SET", "k" + i, "v")).isEqualTo("OK");
            }
        }
        assertThat(restore().exitCode()).isEqualTo(1);

        Path damaged = Files.createDirectory(backups.resolve("mini-redis-20260101T000000Z"));
        String log = Files.readString(data.resolve("mini-redis.log"));
        Files.writeString(damaged.resolve("mini-redis.log"), log.replace("\"k2\"", "\"K2\""));
        Program run = restore();
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("is damaged");

        assertThat(files(data))
                .extracting(file -> file.getFileName().toString())
                .filteredOn(name -> !name.equals("mini-redis.reserve")) // made within a second
                .containsExactly("mini-redis.durable", "mini-redis.lock", "mini-redis.log");
        assertThat(keys(data)).isEqualTo(3);
    }
}

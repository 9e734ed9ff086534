package dev.miniredis.it.faults;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, and directories that somebody deletes, under a server as its users run it. */
@Timeout(120)
class DiskFaultIT {
    private static final int VALUE_BYTES = 50_000;
    private static final String WHOLE_AGAIN = "The log is whole again: base at entry ";

    @TempDir
    private Path directory;

    private boolean isMounted;

    private Path data() {
        return directory.resolve("data");
    }

    /** Makes the directory a disk of so many megabytes, or skips the test. */
    private void mount(int megabytes) throws IOException {
        Path mountPoint = Files.createDirectory(data());
        assumeTrue(Program.isInstalled("mount"), "there is no mount");
        Program mount =
                Program.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mountPoint.toString());
        assumeTrue(mount.exitCode() == 0, "a small disk needs the right to mount one: " + mount.err());
        isMounted = true;
    }

    @AfterEach
    void unmount() throws IOException {
        if (isMounted) {
            Program unmount = Program.run("umount", data().toString());
            assertThat(unmount.exitCode()).as(unmount.err()).isZero();
        }
    }

    private Path ballast(int megabytes) throws IOException {
        return Files.write(data().resolve("ballast"), new byte[megabytes << 20]);
    }

    private void deleteData() throws IOException {
        for (boolean gone = false; !gone; ) { // the server may make files meanwhile
            try (Stream<Path> files = Files.walk(data())) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
                gone = true;
            } catch (NoSuchFileException | java.nio.file.DirectoryNotEmptyException e) {
                gone = !Files.exists(data());
            }
        }
    }

    private static String info(RespSocket socket, String field) throws IOException {
        return socket.ask("INFO", "persistence")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).trim())
                .findFirst()
                .orElseThrow();
    }

    /** Writes until the server refuses. @return how many were acknowledged */
    private static int fill(RespSocket socket, int from) throws IOException {
        int next = from;
        while (true) {
            String reply = socket.ask("SET", "k" + next, "v".repeat(VALUE_BYTES));
            if (!reply.equals("OK")) {
                assertThat(reply)
                        .startsWith("-MISCONF Errors writing to the AOF file: ")
                        .contains("No space left");
                return next;
            }
            next++;
        }
    }

    @Test
    void a_full_disk_refuses_writes_before_anything_changes_until_there_is_room() throws IOException {
        mount(12);
        Path ballast = ballast(6);
        int written;
        int httpPort = ServerProcess.freePort();
        try (ServerProcess server = ServerProcess.in(data()).httpPort(httpPort).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "SET", "auto-aof-rewrite-percentage", "0"))
                    .isEqualTo("OK");
            written = fill(socket, 0);
            assertThat(written).isPositive();
            assertThat(socket.ask("DBSIZE")).isEqualTo(":" + written);
            assertThat(socket.ask("GET", "k0")).hasSize(VALUE_BYTES);
            assertThat(info(socket, "aof_last_write_status")).isEqualTo("err");
            assertThat(health(httpPort, "ready"))
                    .as("no place for clients that write")
                    .isEqualTo(503);
            assertThat(health(httpPort, "live")).as("a restart would not help").isEqualTo(200);

            Files.delete(ballast);
            await().until(() -> socket.ask("SET", "after", "v").equals("OK"));
            await().until(() -> info(socket, "aof_last_write_status").equals("ok"));
            await().until(() -> health(httpPort, "ready") == 200);
            written = fill(socket, written);
            assertThat(errors(server)).hasSize(2).allMatch(line -> line.contains("No room for more entries"));
            server.kill();
        }
        try (ServerProcess next = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":" + (written + 1));
        }
    }

    private static int health(int httpPort, String kind) {
        return given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .get("/q/health/" + kind)
                .statusCode();
    }

    private static List<String> errors(ServerProcess server) {
        return server.out().stream().filter(line -> line.contains(" ERROR ")).toList();
    }

    @Test
    void a_base_that_does_not_fit_leaves_nothing_behind_and_a_later_one_succeeds() throws IOException {
        mount(24);
        try (ServerProcess server = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "SET", "auto-aof-rewrite-percentage", "0"))
                    .isEqualTo("OK");
            for (int i = 0; i < 100; i++) {
                assertThat(socket.ask("SET", "k" + i, "v".repeat(VALUE_BYTES))).isEqualTo("OK");
            }
            Path ballast = ballast(14);
            socket.ask("BGREWRITEAOF");
            await().until(() -> info(socket, "aof_rewrite_in_progress").equals("0"));
            assertThat(info(socket, "aof_last_bgrewrite_status")).isEqualTo("err");
            assertThat(info(socket, "rdb_last_bgsave_status")).isEqualTo("err");
            assertThat(data().resolve("mini-redis.base.new")).doesNotExist();
            assertThat(socket.ask("SET", "small", "v")).isEqualTo("OK");

            Files.delete(ballast);
            socket.ask("BGREWRITEAOF");
            await().until(() -> info(socket, "aof_last_bgrewrite_status").equals("ok"));
            assertThat(socket.ask("SET", "after", "v")).isEqualTo("OK");
            server.kill();
        }
        assertThat(data()).isDirectoryContaining("glob:**/mini-redis.base.101.log");
        try (ServerProcess next = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":102");
        }
    }

    /**
     * What frees memory is taken to the last, and a base of what is left is made by itself, of room that was kept for
     * it.
     */
    @Test
    void a_full_disk_is_helped_by_flushall_alone() throws IOException {
        mount(24);
        try (ServerProcess server = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(server.port())) {
            await().until(() -> Files.exists(data().resolve("mini-redis.reserve")));
            fill(socket, 0);
            for (int i = 0; socket.ask("SET", "small" + i, "v").equals("OK"); i++) {
                assertThat(i).isLessThan(10_000);
            }
            socket.ask("BGREWRITEAOF");
            await().until(() -> info(socket, "aof_last_bgrewrite_status").equals("err"));
            assertThat(errors(server))
                    .last()
                    .asString()
                    .contains("No base of the log was made: No space left on device: about ")
                    .contains(" MiB are missing for the base. Make room on the volume, or delete keys.");
            assertThat(socket.ask("DEL", "k0")).isEqualTo(":1");
            assertThat(socket.ask("FLUSHALL")).isEqualTo("OK");
            await().until(() -> socket.ask("SET", "after", "v").equals("OK"));
            await().until(() -> info(socket, "aof_last_write_status").equals("ok"));
            await().until(() -> !info(socket, "log_disk_reserve_bytes").equals("0"));
            server.kill();
        }
        try (ServerProcess next = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(next.port())) {
            assertThat(socket.ask("DBSIZE")).isEqualTo(":1");
        }
    }

    @Test
    void a_directory_deleted_twice_under_load_is_made_again_and_nothing_acknowledged_is_lost() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        ServerProcess server = ServerProcess.in(data()).start();
        Thread writer = Thread.ofPlatform().daemon().start(() -> write(server.port(), acknowledged));
        try (RespSocket reader = new RespSocket(server.port())) {
            for (int round = 1; round <= 2; round++) {
                awaitMore(acknowledged);
                deleteData();
                int healed = round;
                await().until(() -> count(server, WHOLE_AGAIN) == healed);
                assertThat(reader.ask("EXISTS", "k0")).isEqualTo(":1");
            }
            awaitMore(acknowledged);
            assertThat(count(server, " while the server was using it")).isEqualTo(2);
        } finally {
            server.kill();
            writer.join();
        }
        assertAllThere(acknowledged);
    }

    private static long count(ServerProcess server, String text) {
        return server.out().stream().filter(line -> line.contains(text)).count();
    }

    private static void awaitMore(Set<String> acknowledged) {
        int before = acknowledged.size();
        await().until(() -> acknowledged.size() > before + 200);
    }

    /** Sets one key after the other until the server ends. */
    private static void write(int port, Set<String> acknowledged) {
        try (RespSocket socket = new RespSocket(port)) {
            for (int i = 0; ; i++) {
                String reply = socket.ask("SET", "k" + i, "v");
                if (reply.equals("OK")) { // else it is refused until the log is whole again
                    acknowledged.add("k" + i);
                }
            }
        } catch (IOException ended) {
            // The server was killed.
        }
    }

    private void assertAllThere(Set<String> acknowledged) throws IOException {
        try (ServerProcess next = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(next.port())) {
            String[] exists =
                    Stream.concat(Stream.of("EXISTS"), acknowledged.stream()).toArray(String[]::new);
            assertThat(socket.ask(exists)).isEqualTo(":" + acknowledged.size());
        }
    }

    @Test
    void told_to_stop_right_after_its_directory_was_deleted_it_writes_a_base_first() throws IOException {
        try (ServerProcess server = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            deleteData();
            assertThat(server.stop()).as(server.output()).isZero();
            assertThat(server.out()).anyMatch(line -> line.contains(WHOLE_AGAIN + "1."));
        }
        assertAllThere(Set.of("k"));
    }

    @Test
    void told_to_stop_when_no_base_can_be_written_it_says_what_is_not_kept() throws IOException {
        try (ServerProcess server = ServerProcess.in(data()).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            deleteData();
            Files.createFile(data()); // no directory can be made here
            assertThat(server.stop()).as(server.output()).isEqualTo(1);
            assertThat(server.out())
                    .anyMatch(
                            line -> line.contains("No base of the log was made: ") && line.contains("Not a directory"))
                    .anyMatch(line ->
                            line.contains("Not all of the entries up to 1 are kept: " + data() + " was deleted"));
        }
    }

    @Test
    void a_lost_log_makes_the_server_not_ready_and_says_why() throws IOException {
        int httpPort = ServerProcess.freePort();
        try (ServerProcess server = ServerProcess.in(data()).httpPort(httpPort).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("SET", "k", "v")).isEqualTo("OK");
            deleteData();
            Files.createFile(data());
            await().until(() -> socket.ask("SET", "probe", "v")
                    .equals("-MISCONF Errors writing to the AOF file: " + data() + " was deleted"));
            assertThat(socket.ask("GET", "k")).isEqualTo("v");
            assertThat(health(httpPort, "ready")).isEqualTo(503);
            assertThat(info(socket, "log_problem")).isEqualTo(data() + " was deleted");
            Files.delete(data());
            await().until(() -> socket.ask("SET", "probe", "v").equals("OK"));
        }
        assertAllThere(Set.of("k"));
    }
}

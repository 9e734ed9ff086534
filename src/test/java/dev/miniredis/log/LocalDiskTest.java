package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalDiskTest {
    @TempDir
    private Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    private static void write(Disk disk, String name, String text) throws IOException {
        try (Disk.DiskFile file = disk.open(name)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
    }

    private static String read(Disk disk, String name) throws IOException {
        try (Disk.DiskFile file = disk.open(name)) {
            ByteBuffer buffer = ByteBuffer.allocate(1000);
            int length = file.read(buffer, 0);
            return length < 0 ? "" : new String(buffer.array(), 0, length, StandardCharsets.US_ASCII);
        }
    }

    /** Opens the directory in another process, and gives its first words. */
    private static String openElsewhere(Path data) throws Exception {
        Process process = startHolder(data);
        try (BufferedReader output = outputOf(process)) {
            return output.readLine();
        } finally {
            end(process);
        }
    }

    private static Process startHolder(Path data) throws Exception {
        String classes = Path.of(LocalDisk.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String tests = Path.of(LockHolder.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes + java.io.File.pathSeparator + tests,
                        LockHolder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader outputOf(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void end(Process process) throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_directory_is_made_with_those_above_it() throws Exception {
        Path deep = directory.resolve("a/b/c");
        try (LocalDisk disk = LocalDisk.open(deep)) {
            assertThat(deep).isDirectory();
            assertThat(disk.location()).isEqualTo(deep.toString());
        }
        LocalDisk.open(deep).close();
    }

    @Test
    void a_directory_is_held_by_one() throws Exception {
        LocalDisk first = LocalDisk.open(data());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> LocalDisk.open(data()))
                    .isInstanceOf(LogException.class)
                    .hasMessage("The data directory " + data() + " is in use by another Mini Redis server.");
        }
        first.close();
        LocalDisk.open(data()).close();
    }

    @Test
    void a_directory_held_here_is_refused_to_another_process() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            assertThat(openElsewhere(data()))
                    .isEqualTo("The data directory " + disk.location() + " is in use by another Mini Redis server.");
        }
        assertThat(openElsewhere(data())).startsWith(LockHolder.HELD);
    }

    /** On POSIX a process loses its lock of a file when it closes any channel to it. */
    @Test
    void a_second_attempt_in_the_same_process_does_not_let_the_lock_go() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            assertThatThrownBy(() -> LocalDisk.open(data())).isInstanceOf(LogException.class);
            assertThat(openElsewhere(data()))
                    .isEqualTo("The data directory " + disk.location() + " is in use by another Mini Redis server.");
        }
    }

    @Test
    void a_directory_held_by_another_process_is_refused_until_that_ends() throws Exception {
        Process holder = startHolder(data());
        try (BufferedReader output = outputOf(holder)) {
            assertThat(output.readLine()).startsWith(LockHolder.HELD);
            assertThatThrownBy(() -> LocalDisk.open(data()))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("is in use by another Mini Redis server");
            holder.destroyForcibly().waitFor(); // as kill -9 does
        } finally {
            end(holder);
        }
        LocalDisk.open(data()).close();
    }

    @Test
    void a_path_that_is_a_file_is_refused() throws IOException {
        Files.writeString(data(), "no directory");
        assertThatThrownBy(() -> LocalDisk.open(data()))
                .isInstanceOf(LogException.class)
                .hasMessage("Cannot create the data directory " + data() + ": Not a directory");
        assertThatThrownBy(() -> LocalDisk.open(data().resolve("below")))
                .isInstanceOf(LogException.class)
                .hasMessage("Cannot create the data directory " + data().resolve("below") + ": Not a directory");
        assertThat(data()).hasContent("no directory");
    }

    @Test
    void a_directory_that_cannot_be_written_is_refused() throws IOException {
        Files.createDirectory(data());
        Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(data()), "who runs this may write everywhere");
            assertThatThrownBy(() -> LocalDisk.open(data()))
                    .isInstanceOf(LogException.class)
                    .hasMessage("Cannot write to the data directory " + data() + ": Permission denied");
            assertThatThrownBy(() -> LocalDisk.open(data().resolve("below")))
                    .isInstanceOf(LogException.class)
                    .hasMessage("Cannot create the data directory " + data().resolve("below") + ": Permission denied");
        } finally {
            Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void a_lock_that_is_a_directory_is_refused() throws IOException {
        Files.createDirectories(data().resolve("mini-redis.lock"));
        assertThatThrownBy(() -> LocalDisk.open(data()))
                .isInstanceOf(LogException.class)
                .hasMessage("Cannot write to the data directory " + data() + ": Is a directory");
    }

    @Test
    void files_are_listed_by_name() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            write(disk, "a", "1");
            write(disk, "b", "2");
            assertThat(disk.names()).containsExactlyInAnyOrder("mini-redis.lock", "a", "b");
            assertThat(SegmentNames.segments(disk.names())).isEmpty();
        }
    }

    @Test
    void a_file_is_read_and_written_where_one_says() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data());
                Disk.DiskFile file = disk.open("f")) {
            assertThat(file.size()).isZero();
            assertThat(file.read(ByteBuffer.allocate(10), 0)).isEqualTo(-1);
            file.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), 0);
            file.write(ByteBuffer.wrap("LO!".getBytes(StandardCharsets.US_ASCII)), 3);
            file.write(ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)), 8);
            file.sync();
            assertThat(file.size()).isEqualTo(9);
            ByteBuffer part = ByteBuffer.allocate(3);
            assertThat(file.read(part, 2)).isEqualTo(3);
            assertThat(part.array()).containsExactly('l', 'L', 'O');
            assertThat(file.read(ByteBuffer.allocate(10), 9)).isEqualTo(-1);
            assertThat(read(disk, "f")).isEqualTo("helLO!\0\0x");
        }
    }

    @Test
    void a_file_is_cut_off() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data());
                Disk.DiskFile file = disk.open("f")) {
            write(disk, "f", "abcdef");
            file.truncate(2);
            file.sync();
            assertThat(file.size()).isEqualTo(2);
            assertThat(read(disk, "f")).isEqualTo("ab");
        }
    }

    @Test
    void a_file_takes_the_place_of_another() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            write(disk, "old", "1");
            write(disk, "new", "2");
            disk.rename("new", "old");
            disk.syncDirectory();
            assertThat(disk.names()).containsExactlyInAnyOrder("mini-redis.lock", "old");
            assertThat(read(disk, "old")).isEqualTo("2");
            assertThatThrownBy(() -> disk.rename("new", "old")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_open_file_stays_the_same_file_when_it_gets_another_name() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data());
                Disk.DiskFile file = disk.open("f")) {
            disk.rename("f", "g");
            file.write(ByteBuffer.wrap(new byte[] {'x'}), 0);
            assertThat(read(disk, "g")).isEqualTo("x");
        }
    }

    @Test
    void a_log_is_written_and_read_again_on_a_real_disk() throws Exception {
        List<RecordedEntry> all;
        try (LocalDisk disk = LocalDisk.open(data());
                TestedLog log = TestedLog.open(disk)) {
            for (int i = 1; i <= 50; i++) {
                log.write("SET", "k" + i, "\u00ff\n".repeat(i * 100));
            }
            log.awaitPublished(log.write("SET", "k", "v".repeat(2_000_000)));
            all = log.all();
        }
        assertThat(data()).isDirectoryContaining("glob:**/mini-redis.log").isDirectoryNotContaining("glob:**/*.new");
        try (LocalDisk disk = LocalDisk.open(data());
                TestedLog log = TestedLog.open(disk)) {
            assertThat(log.recovered()).isEqualTo(all);
            assertThat(log.report().cutOff()).isNull();
            log.awaitPublished(log.write("SET", "k", "v"));
        }
    }

    @Test
    void a_torn_log_on_a_real_disk_is_cut_off_and_kept_aside() throws Exception {
        LogText text = LogText.ofBatches(1, 3);
        Files.createDirectories(data());
        Files.write(
                data().resolve(SegmentNames.ACTIVE),
                new LogText()
                        .raw(text.bytes())
                        .raw("{\"lsn\":4,".getBytes(StandardCharsets.US_ASCII))
                        .blanks(10)
                        .bytes());
        try (LocalDisk disk = LocalDisk.open(data());
                TestedLog log = TestedLog.open(disk)) {
            assertThat(log.recovered()).isEqualTo(LogText.entriesOf(1, 3));
            assertThat(log.report().cutOff())
                    .startsWith(data() + "/mini-redis.log: line 5, byte " + text.size() + ": ")
                    .contains("9 bytes, kept in " + data() + "/mini-redis.log.tail-1000");
        }
        assertThat(data().resolve(SegmentNames.ACTIVE))
                .hasBinaryContent(text.line("{\"durable\":3").bytes());
        assertThat(data().resolve("mini-redis.log.tail-1000")).hasContent("{\"lsn\":4,");
    }

    @Test
    void a_file_is_known_by_more_than_its_name() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data());
                Disk.DiskFile file = disk.open("a")) {
            assertThat(disk.isAt("a", file)).isTrue();
            disk.rename("a", "b");
            assertThat(disk.isAt("a", file)).isFalse();
            assertThat(disk.isAt("b", file)).isTrue();
            write(disk, "a", "another");
            assertThat(disk.isAt("a", file)).isFalse();
            disk.rename("a", "b");
            assertThat(disk.isAt("b", file)).isFalse();
        }
    }

    @Test
    void a_directory_that_was_deleted_is_made_again_and_held() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            assertThat(disk.isHeld()).isTrue();
            deleteData();
            assertThat(disk.isHeld()).isFalse();
            assertThatThrownBy(disk::names).isInstanceOf(NoSuchFileException.class);

            disk.holdAgain();
            assertThat(disk.isHeld()).isTrue();
            write(disk, "f", "text");
            assertThat(read(disk, "f")).isEqualTo("text");
            assertThatThrownBy(() -> LocalDisk.open(data())).hasMessageContaining("in use");
            assertThat(openElsewhere(data())).contains("in use");
        }
        LocalDisk.open(data()).close();
    }

    @Test
    void a_directory_that_another_server_has_taken_meanwhile_is_not_held_again() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            deleteData();
            Process other = startHolder(data());
            try (BufferedReader output = outputOf(other)) {
                assertThat(output.readLine()).startsWith(LockHolder.HELD);
                assertThat(disk.isHeld()).isFalse();
                assertThatThrownBy(disk::holdAgain)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("in use");
                assertThat(disk.isHeld()).isFalse();
            } finally {
                end(other);
            }
            disk.holdAgain();
            assertThat(disk.isHeld()).isTrue();
        }
    }

    private void deleteData() throws IOException {
        Files.delete(data().resolve(LocalDisk.LOCK_NAME));
        Files.delete(data());
    }
}

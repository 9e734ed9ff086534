package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log backup} on logs that nobody writes meanwhile. */
class LogBackupCommandTest {
    private static final String BACKUP = "mini-redis-\\d{8}T\\d{6}Z";

    @TempDir
    private Path folder;

    private Path data;
    private Path backups;

    @BeforeEach
    void make_folders() throws IOException {
        data = folder.resolve("data");
        backups = Files.createDirectory(folder.resolve("backups"));
    }

    private CommandRun backup(String... options) {
        return CommandRun.of(Stream.concat(
                        Stream.of("log", "backup", "--data-dir", data.toString(), "--to", backups.toString()),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The only backup there is. */
    private Path made() throws IOException {
        assertThat(names(backups)).singleElement().asString().matches(BACKUP);
        return backups.resolve(names(backups).getFirst());
    }

    private static String content(Path directory) {
        CommandRun run = CommandRun.of("log", "export", "--data-dir", directory.toString());
        assertThat(run.exitCode()).isZero();
        return run.out();
    }

    private WrittenLog log() throws LogException, InterruptedException {
        return new WrittenLog(data);
    }

    @Test
    void a_log_is_copied_to_its_last_entry() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1").add("SET", "b", "2");
            CommandRun run = backup();
            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            long bytes = Files.size(made().resolve("mini-redis.log"));
            assertThat(run.out())
                    .isEqualTo(
                            "Backed up to entry 2 of 2025-11-22T17:55:02Z, " + bytes + " bytes, in " + made() + ".\n");
            assertThat(bytes).as("without the room at its end").isLessThan(1000);
        }
        assertThat(content(made())).isEqualTo(content(data)).contains("SET");
        assertThat(CommandRun.of("log", "verify", "--data-dir", made().toString())
                        .exitCode())
                .isZero();
    }

    @Test
    void of_a_base_only_what_came_after_it_is_copied_too() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1").add("SET", "b", "2");
            Path kept = Files.copy(data.resolve("mini-redis.log"), folder.resolve("kept"));
            log.compact(new String[] {"SET", "a", "1"}, new String[] {"SET", "b", "2"})
                    .add("SET", "c", "3");
            Files.copy(kept, data.resolve("mini-redis.1.log")); // as log-retention leaves it

            assertThat(backup().out()).startsWith("Backed up to entry 3 of ");
        }
        assertThat(names(made()))
                .containsExactly("mini-redis.base.2.log", "mini-redis.durable", "mini-redis.lock", "mini-redis.log");
        assertThat(content(made())).isEqualTo(content(data));
    }

    @Test
    void a_base_of_nothing_is_copied() throws Exception {
        try (WrittenLog log = log()) {
            log.add("DEL", "a").compact();
            assertThat(backup().out()).startsWith("Backed up to entry 1 of ");
        }
        assertThat(content(made())).isEqualTo(content(data));
    }

    @Test
    void what_is_half_written_stays_behind() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1");
        }
        WrittenLog.append(data.resolve("mini-redis.log"), "{\"lsn\":2,\"at\":17638341");

        assertThat(backup().out()).startsWith("Backed up to entry 1 of ");
        assertThat(WrittenLog.read(made().resolve("mini-redis.log"))).doesNotContain("\"lsn\":2,");
    }

    @Test
    void a_damaged_log_is_not_taken_for_a_backup() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1").add("SET", "b", "2").add("SET", "c", "3");
        }
        Path file = data.resolve("mini-redis.log");
        WrittenLog.write(file, WrittenLog.read(file).replace("\"b\"", "\"B\""));

        CommandRun run = backup();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("mini-redis.log is damaged: line 3, byte ");
        assertThat(names(backups)).isEmpty();
    }

    @Test
    void the_newest_are_kept_and_the_others_deleted_once_the_new_one_is_whole() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1");
        }
        for (int day = 1; day <= 4; day++) {
            Path old = Files.createDirectory(backups.resolve("mini-redis-2025110" + day + "T031700Z"));
            Files.writeString(old.resolve("mini-redis.log"), "old");
        }
        Files.createDirectory(backups.resolve("lost+found"));

        CommandRun run = backup("--keep", "3");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(names(backups))
                .hasSize(4)
                .startsWith("lost+found", "mini-redis-20251103T031700Z", "mini-redis-20251104T031700Z");
        assertThat(run.out()).contains("Deleted " + backups.resolve("mini-redis-20251101T031700Z") + ".\n");

        Files.delete(data.resolve("mini-redis.log"));
        List<String> before = names(backups);
        assertThat(backup("--keep", "1").exitCode()).isEqualTo(1);
        assertThat(names(backups)).isEqualTo(before);
    }

    @Test
    void what_one_had_begun_who_was_killed_is_removed_and_what_one_is_at_is_not() throws Exception {
        try (WrittenLog log = log()) {
            log.add("SET", "a", "1");
        }
        Path killed = Files.createDirectory(backups.resolve("mini-redis-20251101T031700Z.unfinished"));
        Files.writeString(killed.resolve("mini-redis.log"), "half");
        Path running = backups.resolve("mini-redis-20251102T031700Z.unfinished");
        try (LocalDisk _ = LocalDisk.open(running)) {
            assertThat(backup().exitCode()).isZero();
        }
        assertThat(names(backups)).hasSize(2).startsWith("mini-redis-20251102T031700Z.unfinished");
    }

    @Test
    void to_keep_nothing_is_a_mistake() throws Exception {
        CommandRun run = backup("--keep", "0");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("mini-redis log backup: --keep 0 would keep nothing");
    }

    @Test
    void without_a_log_there_is_no_backup() throws Exception {
        assertThat(backup().err()).isEqualTo("mini-redis: There is no folder " + data + ".\n");
        Files.createDirectory(data);
        assertThat(backup().err()).startsWith("mini-redis: There is no log in " + data);
        assertThat(names(backups)).isEmpty();
    }
}

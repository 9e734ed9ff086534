package dev.miniredis.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Redis 7.0.15 has written, and what may have become of them. */
class ImportTest {
    private static final Path FILES = Path.of("src/test/resources/migrate");
    private static final long NOW = 1_800_000_000_000L;
    private static final long LATE = 4_102_444_750_000L; // after the deadline of the key gone, before that of later
    private static final String[] STRINGS = {
        "0 SET plain John Doe",
        "0 SET int8 42",
        "0 SET int16 -3000",
        "0 SET int32 123456789",
        "0 SET bigint 1234567890123",
        "0 SET empty ",
        "0 SET lzf " + "abc".repeat(300),
        "0 SET bin \u00ff\0\1bin",
        "0 SET gone v PXAT 4102444700000",
        "0 SET later v PXAT 4102444800000",
        "3 SET other db3",
        "3 SET ttl x PXAT 4102444800000"
    };

    @TempDir
    Path folder;

    private ImportReport run(Path source) throws ImportException {
        return run(source, NOW);
    }

    private ImportReport run(Path source, long nowMillis) throws ImportException {
        return Import.run(source, folder.resolve("data"), nowMillis, (bytes, of, entries) -> {});
    }

    private ImportedLog imported() throws Exception {
        return ImportedLog.read(folder.resolve("data"));
    }

    private Path aof(String text) throws Exception {
        Path file = folder.resolve("appendonly.aof");
        Files.write(file, ImportedLog.latin1(text));
        return file;
    }

    private static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private void assertNothingWasMade() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> !name.startsWith("data"));
        }
    }

    private void assertRefused(Path source, String message) throws Exception {
        assertThatThrownBy(() -> run(source))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
        assertNothingWasMade();
    }

    @Test
    void strings_of_all_encodings_come_with_their_databases_and_deadlines() throws Exception {
        ImportReport report = run(FILES.resolve("strings.rdb"));
        assertThat(imported().lines()).contains(STRINGS).hasSize(STRINGS.length + 1);
        assertThat(imported().entries()).allMatch(entry -> entry.by().equals("import@strings.rdb"));
        assertThat(imported().entries()).allMatch(entry -> entry.atMillis() == NOW);
        assertThat(report.entries()).containsEntry(0, 11L).containsEntry(3, 2L).hasSize(2);
        assertThat(report.leftOut()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.madeBy()).isEqualTo("Redis 7.0.15");
        assertThat(report.logBytes()).isEqualTo(Files.size(folder.resolve("data/mini-redis.log")));
    }

    @Test
    void keys_whose_time_is_over_are_counted() throws Exception {
        ImportReport report = run(FILES.resolve("strings.rdb"), LATE);
        assertThat(imported().lines()).noneMatch(line -> line.contains("gone")).hasSize(STRINGS.length);
        assertThat(report.expiredKeys()).isEqualTo(1);
    }

    @Test
    void what_is_no_string_is_read_past_and_counted_with_its_first_key() throws Exception {
        ImportReport report = run(FILES.resolve("all-types.rdb"));
        assertThat(imported().lines()).contains(STRINGS).hasSize(STRINGS.length + 1);
        assertThat(report.leftOut())
                .containsOnlyKeys("function library", "zset", "set", "hash", "list", "stream")
                .containsEntry("stream", new ImportReport.LeftOut(1, "stream", null))
                .containsEntry("function library", new ImportReport.LeftOut(1, null, null));
        assertThat(report.leftOut().get("list").count()).isEqualTo(3);
        assertThat(report.leftOut().get("list").first()).startsWith("list:");
        assertThat(report.isCommandLeftOut()).isFalse();
    }

    @Test
    void of_a_data_directory_the_append_only_file_is_taken() throws Exception {
        ImportReport report = run(FILES.resolve("data-dir"));
        assertThat(report.taken()).isEqualTo(FILES.resolve("data-dir/appendonlydir/appendonly.aof.manifest"));
        assertThat(report.passedOver()).containsExactly(FILES.resolve("data-dir/dump.rdb"));
        assertThat(imported().lines())
                .contains(STRINGS)
                .contains("0 SET after base PXAT 5795413862140", "3 DEL other", "0 SET plain keep XX KEEPTTL");
        assertThat(imported().entries()).allMatch(entry -> entry.by().equals("import@appendonly.aof.manifest"));
    }

    @Test
    void the_entries_of_an_append_only_file_happen_when_its_annotations_say() throws Exception {
        run(FILES.resolve("data-dir"));
        assertThat(imported().entries()).isNotEmpty().allMatch(entry -> entry.atMillis() == 1_795_413_862_000L);
    }

    @Test
    void annotations_never_make_time_go_back_or_on_into_the_future() throws Exception {
        run(aof("#TS:1700000000\r\n" + command("SET", "a", "1", "EX", "10") + "#TS:1600000000\r\n"
                + command("SET", "b", "2") + "#TS:1900000000\r\n" + command("SET", "c", "3")));
        assertThat(imported().entries())
                .extracting(ImportedLog.Entry::atMillis)
                .containsExactly(1_700_000_000_000L, 1_700_000_000_000L, NOW);
    }

    @Test
    void without_annotations_the_entries_happen_when_the_file_was_last_written() throws Exception {
        Path file = aof(command("SET", "a", "1"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_750_000_000_000L));
        run(file);
        assertThat(imported().entries()).extracting(ImportedLog.Entry::atMillis).containsExactly(1_750_000_000_000L);
    }

    @Test
    void a_transaction_is_one_entry_for_each_run_of_commands_on_one_database() throws Exception {
        run(aof(command("MULTI")
                + command("SET", "a", "1")
                + command("DEL", "b")
                + command("SELECT", "2")
                + command("SET", "c", "3")
                + command("EXEC")
                + command("SET", "d", "4")));
        assertThat(imported().entries())
                .extracting(entry -> entry.database() + " " + entry.commands())
                .containsExactly("0 [[SET, a, 1], [DEL, b]]", "2 [[SET, c, 3]]", "2 [[SET, d, 4]]");
    }

    @Test
    void an_append_only_file_may_begin_with_an_rdb() throws Exception {
        Path file = folder.resolve("some-name");
        Path parts = FILES.resolve("data-dir/appendonlydir");
        byte[] base = Files.readAllBytes(parts.resolve("appendonly.aof.2.base.rdb"));
        byte[] commands = Files.readAllBytes(parts.resolve("appendonly.aof.2.incr.aof"));
        Files.write(file, base);
        Files.write(file, commands, java.nio.file.StandardOpenOption.APPEND);
        run(file);
        assertThat(imported().lines()).contains(STRINGS).contains("3 DEL other");
    }

    @Test
    void commands_that_are_not_known_are_counted_with_their_first_key() throws Exception {
        ImportReport report = run(FILES.resolve("text-base"));
        assertThat(imported().lines()).contains("0 SET after base", "0 SET plain John Doe", "0 INCR counter");
        Path file = FILES.resolve("text-base/appendonly.aof.2.incr.aof");
        int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf("*4\r\n$5\r\nrpush");
        assertThat(report.leftOut())
                .containsOnly(Map.entry("RPUSH", new ImportReport.LeftOut(1, "list", file + ", byte " + at)));
        assertThat(report.isCommandLeftOut()).isTrue();
    }

    private void assertRuns() throws Exception {
        assertThatCode(() -> ImportedLog.replay(folder.resolve("data"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "RENAME h g; RENAME: ERR no such key",
                "INCR text; INCR: ERR value is not an integer or out of range",
                "RESTORE h 0 payload; RESTORE: ERR DUMP payload version or checksum are wrong",
                "SET a 1 PXAU 3; SET: ERR syntax error",
                "SET a 1 PXAT soon; SET: ERR value is not an integer or out of range",
                "SET a; SET: ERR wrong number of arguments for 'set' command",
                "HSET h f v; HSET",
                "RPUSH list x; RPUSH",
                "MOVE text 20000; MOVE: ERR DB index is out of range"
            })
    void a_command_that_cannot_be_run_is_left_out_and_named_with_its_place(String words, String name) throws Exception {
        String first = command("SET", "text", "x");
        String last = command("SET", "z", "9");
        Path file = aof(first + command(words.split(" ")) + last);
        ImportReport report = run(file);
        assertThat(imported().lines()).containsExactly("0 SET text x", "0 SET z 9");
        assertThat(report.leftOut())
                .containsOnly(Map.entry(
                        name, new ImportReport.LeftOut(1, words.split(" ")[1], file + ", byte " + first.length())));
        assertThat(report.isCommandLeftOut()).isTrue();
        assertRuns();
    }

    @Test
    void of_a_transaction_only_what_cannot_be_run_is_left_out() throws Exception {
        ImportReport report = run(aof(command("MULTI")
                + command("SET", "a", "1")
                + command("RENAME", "h", "g")
                + command("SELECT", "1")
                + command("RENAME", "a", "b")
                + command("EXEC")
                + command("INCR", "a")));
        assertThat(imported().entries())
                .extracting(entry -> entry.database() + " " + entry.commands())
                .containsExactly("0 [[SET, a, 1]]", "1 [[INCR, a]]");
        assertThat(report.leftOut().get("RENAME: ERR no such key").count()).isEqualTo(2);
        assertRuns();
    }

    @Test
    void a_command_is_run_on_what_there_is_at_its_time() throws Exception {
        ImportReport report = run(aof("#TS:1700000000\r\n"
                + command("SET", "a", "text", "PXAT", "1700000005000")
                + "#TS:1700000004\r\n"
                + command("RENAME", "a", "b")
                + "#TS:1700000006\r\n"
                + command("INCR", "b")
                + command("RENAME", "a", "c")));
        assertThat(imported().lines()).contains("0 RENAME a b", "0 INCR b").hasSize(3);
        assertThat(report.leftOut()).containsOnlyKeys("RENAME: ERR no such key");
        assertRuns();
    }

    @Test
    void the_commands_of_an_append_only_file_run_on_the_keys_of_its_rdb() throws Exception {
        Path base = FILES.resolve("data-dir/appendonlydir/appendonly.aof.2.base.rdb");
        Path file = Files.write(folder.resolve("some.aof"), Files.readAllBytes(base));
        Files.writeString(file, command("RENAME", "plain", "p") + command("INCR", "empty"), StandardOpenOption.APPEND);
        ImportReport report = run(file);
        assertThat(imported().lines()).contains("0 RENAME plain p");
        assertThat(report.leftOut()).containsOnlyKeys("INCR: ERR value is not an integer or out of range");
        assertRuns();
    }

    @Test
    void what_only_reads_is_no_loss() throws Exception {
        ImportReport report =
                run(aof(command("PFADD", "hll", "a") + command("PFCOUNT", "hll") + command("GET", "hll")));
        assertThat(imported().lines()).containsExactly("0 PFADD hll a");
        assertThat(report.leftOut()).isEmpty();
    }

    @Test
    void many_kinds_of_what_is_left_out_take_no_memory() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append(command("CMD" + i, "k"));
        }
        ImportReport report = run(aof(text.toString()));
        assertThat(report.leftOut()).hasSizeLessThan(200).containsKey("of other kinds");
        assertThat(report.leftOut().values().stream()
                        .mapToLong(ImportReport.LeftOut::count)
                        .sum())
                .isEqualTo(1000);
    }

    private Path rdbAnd(String rest) throws Exception {
        byte[] rdb = Files.readAllBytes(FILES.resolve("strings.rdb"));
        Path file = Files.write(folder.resolve("d.rdb"), rdb);
        Files.writeString(file, rest, StandardOpenOption.APPEND);
        return file;
    }

    @Test
    void the_mark_that_ends_a_transfer_without_a_disk_is_no_loss() throws Exception {
        ImportReport report = run(rdbAnd("0123456789abcdef".repeat(2) + "01234567"));
        assertThat(imported().lines()).contains(STRINGS);
        assertThat(report.warnings()).isEmpty();
        assertThat(report.remarks())
                .containsExactly(
                        "40 bytes follow the end of the RDB file, which is at byte 305: the mark that ends a transfer"
                                + " without a disk, and no data.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "*1\r\n$8\r\nFLUSHALL\r\n", "0123456789ABCDEF0123456789abcdef01234567"})
    void what_else_follows_the_end_of_an_rdb_file_is_named(String rest) throws Exception {
        Path file = rdbAnd(rest);
        ImportReport report = run(file);
        assertThat(imported().lines()).contains(STRINGS);
        assertThat(report.warnings())
                .containsExactly(file + ": " + rest.length()
                        + " bytes follow the end of the RDB file, which is at byte 305. They are left out.");
    }

    @Test
    void a_string_and_its_deadline_that_stand_together_become_one_command() throws Exception {
        run(aof(command("SET", "a", "1")
                + command("PEXPIREAT", "a", "5000000000000")
                + command("MULTI")
                + command("SET", "b", "2")
                + command("PEXPIREAT", "b", "6000000000000")
                + command("EXEC")));
        assertThat(imported().lines()).containsExactly("0 SET a 1 PXAT 5000000000000", "0 SET b 2 PXAT 6000000000000");
    }

    @Test
    void a_deadline_of_another_key_or_database_is_a_command_of_its_own() throws Exception {
        run(aof(command("SET", "a", "1")
                + command("PEXPIREAT", "b", "5000000000000")
                + command("SELECT", "1")
                + command("PEXPIREAT", "a", "5000000000000")));
        assertThat(imported().lines())
                .containsExactly("0 SET a 1", "0 PEXPIREAT b 5000000000000", "1 PEXPIREAT a 5000000000000");
    }

    @Test
    void every_torn_end_is_imported_up_to_the_last_whole_command() throws Exception {
        String whole = command("SET", "a", "1") + command("SET", "b", "2");
        String last = command("SET", "torn", "value");
        for (int length = 1; length < last.length(); length++) {
            ImportReport report = run(aof(whole + last.substring(0, length)));
            assertThat(report.warnings()).singleElement().asString().contains("byte " + whole.length() + ";");
            assertThat(imported().lines()).containsExactly("0 SET a 1", "0 SET b 2");
            delete(folder.resolve("data"));
        }
    }

    @Test
    void a_torn_transaction_is_left_out_as_a_whole() throws Exception {
        String whole = command("SET", "a", "1");
        ImportReport report = run(aof(whole + command("MULTI") + command("SET", "b", "2") + command("SET", "c", "3")));
        assertThat(report.warnings()).singleElement().asString().contains("byte " + whole.length() + ";");
        assertThat(imported().lines()).containsExactly("0 SET a 1");
    }

    @Test
    void damage_in_the_middle_of_an_append_only_file_is_refused_with_its_place() throws Exception {
        String first = command("SET", "a", "1");
        String last = command("SET", "z", "9");
        assertRefused(aof(first + "*x\r\n" + last), "at byte " + first.length() + ": '*' and a number");
        assertRefused(aof(first + "SET a b\r\n" + last), "at byte " + first.length() + ": a command is expected");
        assertRefused(aof(first + "\0\0\0\0"), "at byte " + first.length());
        assertRefused(aof(first + "*2\r\n$3\r\nDEL\r\n$1\r\nkey\r\n" + last), "not 1 bytes long");
        assertRefused(aof(first + "*2\r\n$3\r\nDEL\r\n$900\r\nkey\r\n" + last), "other commands follow");
        assertRefused(aof(first + command("SELECT", "x") + last), "out of range");
        assertRefused(aof(first + command("MULTI") + command("MULTI")), "nested");
        assertRefused(aof(first + command("EXEC")), "EXEC without MULTI");
    }

    @Test
    void of_several_files_only_the_last_may_be_torn() throws Exception {
        Path parts = folder.resolve("parts");
        Files.createDirectory(parts);
        Files.writeString(parts.resolve("a b.aof"), command("SET", "a", "1") + "*3\r\n$3");
        Files.writeString(parts.resolve("last"), command("SET", "b", "2"));
        Files.writeString(
                parts.resolve("list"),
                "file \"a b.aof\" seq 1 type i\nfile old seq 1 type h\nfile last seq 2 type i\n");
        assertRefused(parts, "not the last file");
        Files.writeString(parts.resolve("a b.aof"), command("SET", "a", "1"));
        run(parts.resolve("list"));
        assertThat(imported().lines()).containsExactly("0 SET a 1", "0 SET b 2");
    }

    @Test
    void a_manifest_that_cannot_be_followed_is_refused() throws Exception {
        Path manifest = folder.resolve("m");
        Files.writeString(manifest, "file missing.aof seq 1 type i\n");
        assertRefused(manifest, "missing.aof is missing");
        Files.writeString(manifest, "file ../m seq 1 type i\n");
        assertRefused(manifest, "line 1: the name of a file");
        Files.writeString(manifest, "file m seq 2 type i\nfile m seq 1 type i\n");
        assertRefused(manifest, "line 2: the files are not in their order");
        Files.writeString(manifest, "file m seq 1 type x\n");
        assertRefused(manifest, "line 1: the type");
    }

    @Test
    void what_is_not_redis_s_is_refused() throws Exception {
        assertRefused(folder.resolve("nowhere"), "does not exist");
        assertRefused(aof(""), "is empty");
        assertRefused(aof("hello"), "is neither an RDB file nor an AOF");
        Files.createDirectory(folder.resolve("empty"));
        assertRefused(folder.resolve("empty"), "holds neither");
    }

    @Test
    void a_folder_that_is_not_empty_stays_as_it_is() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectory(data);
        Files.writeString(data.resolve("mine"), "precious");
        assertThatThrownBy(() -> run(FILES.resolve("strings.rdb")))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("is not an empty folder");
        assertThat(data.resolve("mine")).hasContent("precious");
        assertThat(folder.resolve("data.unfinished")).doesNotExist();
    }

    @Test
    void an_empty_folder_is_filled_and_what_a_killed_import_left_is_removed() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        Files.createDirectory(folder.resolve("data.unfinished"));
        Files.writeString(folder.resolve("data.unfinished/mini-redis.log"), "half a log");
        run(FILES.resolve("strings.rdb"));
        assertThat(imported().lines()).contains(STRINGS);
        assertThat(folder.resolve("data.unfinished")).doesNotExist();
    }

    @Test
    void a_strangers_file_in_the_way_is_not_removed() throws Exception {
        Files.createDirectory(folder.resolve("data.unfinished"));
        Path mine = Files.writeString(folder.resolve("data.unfinished/mine"), "precious", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> run(FILES.resolve("strings.rdb")))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("Take it away");
        assertThat(mine).hasContent("precious");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private static void delete(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}

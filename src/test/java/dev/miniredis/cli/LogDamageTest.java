package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log verify}, and what {@code log show} makes of a log that is not whole. */
class LogDamageTest {
    @TempDir
    private static Path written;

    @TempDir
    private Path data;

    private Path file;

    @BeforeAll
    static void write() throws Exception {
        try (WrittenLog log = new WrittenLog(written)) {
            log.add("SET", "a", "1").add("SET", "b", "2").add("SET", "c", "3").add("SET", "d", "4");
        }
    }

    @BeforeEach
    void copy() throws Exception {
        file = data.resolve("mini-redis.log");
        Files.copy(written.resolve("mini-redis.log"), file);
    }

    private CommandRun verify() {
        return CommandRun.of("log", "verify", "-d", data.toString());
    }

    private CommandRun show() {
        return CommandRun.of("log", "show", "-d", data.toString(), "--json");
    }

    private String[] lines() throws Exception {
        return WrittenLog.read(file).split("(?<=\n)");
    }

    private void write(String... lines) throws Exception {
        WrittenLog.write(file, String.join("", lines));
    }

    @Test
    void a_whole_log_is_fine() throws Exception {
        CommandRun run = verify();
        assertThat(run.out())
                .isEqualTo("mini-redis.log: 4 entries, " + Files.size(file)
                        + " bytes, 1 to 4, 2025-11-22T17:55:01.000Z to 2025-11-22T17:55:04.000Z\n"
                        + "All is whole: 4 entries.\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void bases_and_segments_and_other_files_are_told_apart() throws Exception {
        String first = WrittenLog.read(file);
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "d", "4"}, new String[] {"SET", "e", "5"})
                    .add("SET", "e", "6");
        }
        WrittenLog.write(data.resolve("mini-redis.1.log"), first);
        WrittenLog.write(data.resolve("mini-redis.log.tail-17"), "x");
        CommandRun run = verify();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceAll(", \\d{4}-.*|\\d+ bytes", "")))
                .containsExactly(
                        "mini-redis.1.log: 4 entries, , 1 to 4",
                        "mini-redis.base.4.log: 2 lines, , entries up to 4",
                        "mini-redis.log: 1 entries, , 5 to 5",
                        "mini-redis.log.tail-17: no part of the log, not checked",
                        "All is whole: 5 entries.");
    }

    @Test
    void a_changed_letter_is_damage() throws Exception {
        String[] lines = lines();
        int offset = lines[0].length() + lines[1].length();
        write(lines[0], lines[1], lines[2].replace("\"b\"", "\"B\""), lines[3], lines[4]);
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines())
                .contains(
                        file + ": line 3, byte " + offset + ": its checksum does not match", "1 problem in 3 entries.");
        CommandRun show = show();
        assertThat(show.exitCode()).isEqualTo(1);
        assertThat(show.out()).isEqualTo(lines[1] + lines[3] + lines[4]);
        assertThat(show.err())
                .isEqualTo("mini-redis: " + file + " is damaged: line 3, byte " + offset
                        + ": its checksum does not match.\n");
    }

    @Test
    void every_problem_is_told() throws Exception {
        String[] lines = lines();
        write(lines[0], "x\n", lines[1], "\n", lines[2].substring(9), lines[3], lines[4], lines[3]);
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()
                        .lines()
                        .filter(line -> line.contains(": line "))
                        .map(line -> line.replaceAll(".*: line ", "")))
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("2, byte").endsWith("no checksum at its end"),
                        second -> assertThat(second).startsWith("5, byte"));
        assertThat(run.out()).contains(" bytes are no whole entry"); // entry 3 again, which nothing says was synced
    }

    @Test
    void a_missing_entry_is_damage_and_the_later_ones_are_shown() throws Exception {
        String[] lines = lines();
        write(lines[0], lines[1], lines[3], lines[4]);
        assertThat(verify().out())
                .contains("line 3, byte", "it is entry 3 where 2 should be\n", "1 problem in 3 entries.");
        assertThat(show().out()).isEqualTo(lines[1] + lines[3] + lines[4]);
    }

    @Test
    void an_end_that_was_never_synced_is_no_damage() throws Exception {
        String[] lines = lines();
        String torn = lines[4].substring(0, lines[4].length() - 7);
        write(lines[0], lines[1], lines[2], lines[3], torn, "\n".repeat(100));
        CommandRun run = verify();
        assertThat(run.exitCode()).isZero();
        int end = lines[0].length() + lines[1].length() + lines[2].length() + lines[3].length();
        assertThat(run.out())
                .contains("after byte " + end + ", " + torn.length() + " bytes are no whole entry: a write under way")
                .endsWith("All is whole: 3 entries.\n");
        CommandRun show = show();
        assertThat(show.exitCode()).isZero();
        assertThat(show.out()).isEqualTo(lines[1] + lines[2] + lines[3]);
        assertThat(show.err()).contains("no whole entry");
    }

    @Test
    void a_last_line_without_its_end_is_no_damage() throws Exception {
        String whole = WrittenLog.read(file);
        String untilThere = whole.substring(0, whole.indexOf("{\"durable\":"));
        WrittenLog.write(file, untilThere.substring(0, untilThere.length() - 1));
        assertThat(verify().exitCode()).isZero();
        assertThat(verify().out()).endsWith("All is whole: 3 entries.\n");
    }

    @Test
    void a_segment_that_is_missing_is_damage() throws Exception {
        String[] lines = lines();
        write(lines[0], lines[1]);
        WrittenLog.write(data.resolve("mini-redis.1.log"), WrittenLog.read(file));
        write(WrittenLog.checked("{\"log\":\"mini-redis\",\"format\":1,\"first\":4"), lines[4]);
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(file + ": line 1, byte 0: it begins with entry 4, but the entries before it end with 1");
        Files.delete(data.resolve("mini-redis.1.log"));
        assertThat(verify().out()).contains("it begins with entry 4, and nothing stands for those before it");
    }

    @Test
    void a_header_that_is_damaged_is_told_and_the_entries_are_read() throws Exception {
        String[] lines = lines();
        write(lines[0].replace("first", "worst"), lines[1], lines[2], lines[3], lines[4]);
        assertThat(verify().out())
                .contains(file + ": line 1, byte 0: it is not the header of a segment", "1 problem in 4 entries.");
        assertThat(show().out()).isEqualTo(lines[1] + lines[2] + lines[3] + lines[4]);
    }

    @Test
    void a_durable_mark_that_cannot_be_is_damage() throws Exception {
        WrittenLog.append(
                file,
                WrittenLog.checked(
                        "{\"lsn\":5,\"at\":1763834105000,\"by\":\"\",\"cmd\":[\"DEL\",\"a\"],\"durable\":5"));
        assertThat(verify().out())
                .contains(
                        "line 7", "it says that entry 5 was durable before it was written", "1 problem in 5 entries.");
    }

    @Test
    void another_format_is_not_guessed_at() throws Exception {
        write(WrittenLog.checked("{\"log\":\"mini-redis\",\"format\":2,\"first\":1"));
        assertThat(verify().exitCode()).isEqualTo(2);
        assertThat(verify().err()).contains("is in format 2; this version reads format 1");
    }

    @Test
    void what_a_repair_gave_up_is_counted_and_no_damage() throws Exception {
        String[] lines = lines();
        write(lines[0], lines[1], WrittenLog.checked("{\"lost\":[2,3]"), lines[4]);
        CommandRun run = verify();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("line 3: entries 2 to 3 are lost, as a repair has found.")
                .endsWith("All is whole: 2 entries, 1 known losses.\n");
        CommandRun show = show();
        assertThat(show.exitCode()).isZero();
        assertThat(show.out()).isEqualTo(lines[1] + lines[4]);
        assertThat(show.err()).contains("entries 2 to 3 are lost");
        write(lines[0], lines[1], WrittenLog.checked("{\"lost\":[2,3]").replace("3]", "4]"), lines[4]);
        assertThat(verify().exitCode()).isEqualTo(1);
    }

    @Test
    void a_base_is_checked_line_by_line_and_to_its_end() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "d", "4"}, new String[] {"SET", "e", "5"})
                    .add("SET", "e", "6");
        }
        Path base = data.resolve("mini-redis.base.4.log");
        String whole = WrittenLog.read(base);
        WrittenLog.write(base, whole.replace("\"d\"", "\"D\""));
        assertThat(verify().out()).contains(base + ": line 2, byte ", "its checksum does not match\n", "1 problem");
        WrittenLog.write(base, whole.substring(0, whole.indexOf("{\"end\"")));
        assertThat(verify().out()).contains("it ends too early\n");
        WrittenLog.write(base, whole.replace(WrittenLog.checked("{\"end\":2"), WrittenLog.checked("{\"end\":3")));
        assertThat(verify().out()).contains("it has 2 lines where 3 should be\n");
        String lost = WrittenLog.checked("{\"lost\":[1,4]");
        WrittenLog.write(base, whole.replace("{\"end\"", lost + "{\"end\""));
        assertThat(verify().exitCode()).isZero();
        assertThat(verify().out()).contains("something of the entries up to 4 is lost");
        assertThat(show().exitCode()).isZero();
    }

    @Test
    void entries_after_a_base_may_not_be_missing() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "d", "4"}).add("SET", "e", "5").add("SET", "e", "6");
        }
        String[] lines = lines();
        write(WrittenLog.checked("{\"log\":\"mini-redis\",\"format\":1,\"first\":6"), lines[2]);
        assertThat(verify().out()).contains("it begins with entry 6, but the entries before it end with 4");
    }
}

package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code log show}, {@code tail}, {@code history}, {@code stats}, {@code diff} on whole logs, and what all have in
 * common.
 */
class LogCommandTest {
    private static final String ONE =
            "1  2025-11-22T17:55:01.000Z  default@10.0.0.7:51544  SET user:1 \"John Doe\" EX 10\n";
    private static final String TWO = "2  2025-11-22T17:55:02.000Z  alice@10.0.0.9:40022  db3  SET user:1 Jane\n";
    private static final String THREE =
            "3  2025-11-22T17:55:03.000Z  default@10.0.0.7:51544  SET \"bin\\xff\" \"\\x00\\n\\\"\"\n";
    private static final String FOUR = """
            4  2025-11-22T17:55:04.000Z  default@10.0.0.7:51544  2 commands
                  DEL user:1 user:2
                  SET n ""
            """;

    @TempDir
    private static Path written;

    @TempDir
    private Path folder;

    private Path data;

    @BeforeAll
    static void write() throws Exception {
        try (WrittenLog log = new WrittenLog(written)) {
            log.add("SET", "user:1", "John Doe", "EX", "10")
                    .addBy(WrittenLog.ALICE, 3, "SET", "user:1", "Jane")
                    .add("SET", "bin\u00ff", "\0\n\"")
                    .addTogether(new String[] {"DEL", "user:1", "user:2"}, new String[] {"SET", "n", ""});
        }
    }

    @BeforeEach
    void copy() throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
        Files.copy(written.resolve("mini-redis.log"), data.resolve("mini-redis.log"));
    }

    private CommandRun log(String command, String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "log";
        arguments[1] = command;
        arguments[2] = "--data-dir";
        arguments[3] = data.toString();
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandRun.of(arguments);
    }

    private String fine(String command, String... options) {
        CommandRun run = log(command, options);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.out();
    }

    @Test
    void entries_are_shown_in_order() {
        assertThat(fine("show")).isEqualTo(ONE + TWO + THREE + FOUR);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            --key user:*         | 1 2 4
            --key user:2         | 4
            --key "bin\\xff"     | 3
            --key bin?           | 3
            --key Jane           | ``
            --command del        | 4
            --command GET,SET    | 1 2 3 4
            --user alice         | 2
            --user ali           | ``
            --address 10.0.0.9   | 2
            --address 10.0.0     | 1 2 3 4
            --address *:51544    | 1 3 4
            --address 51544      | ``
            --since 3            | 3 4
            --until 3            | 1 2 3
            --since 2025-11-22T17:55:02Z | 2 3 4
            --until 2025-11-22T18:55:01.999+01:00 | 1
            --lsn 2              | 2
            --lsn 2-3            | 2 3
            --lsn 3-             | 3 4
            -n 1                 | 4
            -n 0                 | ``
            -n 9                 | 1 2 3 4
            """)
    void a_filter_lets_through_what_it_says(String option, String expected) {
        String[] nameAndValue = option.split(" ");
        String found = fine("show", nameAndValue)
                .lines()
                .filter(line -> !line.startsWith(" "))
                .map(line -> line.substring(0, 1))
                .reduce("", (one, other) -> (one + " " + other).strip());
        assertThat(found).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void a_command_and_a_key_are_looked_for_in_one_command() {
        assertThat(fine("show", "--command", "set", "--key", "user:1")).isEqualTo(ONE + TWO);
        assertThat(fine("show", "--key", "user:*", "-n", "2", "--until", "3")).isEqualTo(ONE + TWO);
    }

    @Test
    void json_is_the_lines_as_they_are() throws Exception {
        String lines = WrittenLog.read(data.resolve("mini-redis.log"));
        String entries = lines.substring(lines.indexOf('\n') + 1, lines.indexOf("{\"durable\":"));
        assertThat(fine("show", "--json")).isEqualTo(entries);
    }

    @Test
    void colours_are_for_terminals_or_whoever_wants_them() {
        assertThat(fine("show", "--color", "never")).doesNotContain("\033");
        assertThat(fine("show", "--color", "always", "--lsn", "1"))
                .contains("\033[33m1\033[0m", "\033[1mSET\033[0m \033[32muser:1\033[0m \"John Doe\"");
    }

    @Test
    void tail_shows_the_last() {
        assertThat(fine("tail", "-n", "2")).isEqualTo(THREE + FOUR);
        assertThat(fine("tail")).isEqualTo(ONE + TWO + THREE + FOUR);
        assertThat(fine("tail", "-n", "1", "--user", "alice")).isEqualTo(TWO);
    }

    @Test
    void tail_shows_ten_unless_told_otherwise() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            for (int i = 5; i <= 13; i++) {
                log.add("SET", "k", "" + i);
            }
        }
        assertThat(fine("tail").lines()).hasSize(12).first().asString().startsWith("4 "); // entry 4 takes three lines
    }

    @Test
    void a_base_comes_before_the_entries_after_it() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "n", ""}).add("SET", "n", "5");
        }
        String base = "4  2025-11-22T17:55:04.000Z  base  SET n \"\"\n";
        assertThat(fine("show")).isEqualTo(base + "5  2025-11-22T17:55:05.000Z  default@10.0.0.7:51544  SET n 5\n");
        assertThat(fine("show", "--until", "4")).isEqualTo(base);
        assertThat(fine("show", "--user", "alice")).isEmpty();
    }

    @Test
    void a_base_that_could_not_delete_the_older_segment_comes_after_its_entries() throws Exception {
        String older = WrittenLog.read(data.resolve("mini-redis.log"));
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "n", ""}).add("SET", "n", "5");
        }
        WrittenLog.write(data.resolve("mini-redis.1.log"), older);
        assertThat(fine("show").lines().map(line -> line.substring(0, 1)))
                .containsExactly("1", "2", "3", "4", " ", " ", "4", "5");
        assertThat(fine("export", "--format", "json").lines().map(line -> line.substring(0, 9)))
                .containsExactly("{\"base\":4", "{\"lsn\":5,");
    }

    @Test
    void history_tells_what_became_of_a_key() {
        CommandRun run = log("history", "user:1");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .isEqualTo(ONE + "      = \"John Doe\", expires 2025-11-22T17:55:11.000Z\n" + FOUR + "      gone\n");
        assertThat(run.err()).isEqualTo("Entries are retained from 1 on: all of them.\n");
    }

    @Test
    void history_is_of_one_database() {
        assertThat(log("history", "user:1", "--db", "3").out()).isEqualTo(TWO + "      = Jane\n");
        CommandRun none = log("history", "user:1", "--db", "4");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).startsWith("No entry has touched user:1 in database 4.\n");
    }

    @Test
    void history_knows_keys_that_are_no_text() {
        assertThat(log("history", "\"bin\\xff\"").out()).isEqualTo(THREE + "      = \"\\x00\\n\\\"\"\n");
        CommandRun wrong = log("history", "\"bin\\xff\"x\"");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("has quotes that do not match");
    }

    @Test
    void history_tells_of_expiry_and_of_what_a_base_hides() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "k", "old"})
                    .add("SET", "k", "v", "PX", "1500")
                    .add("SET", "k", "kept", "KEEPTTL")
                    .add("FLUSHALL")
                    .add("SET", "k", "new", "EX", "1")
                    .add("SET", "other", "x")
                    .add("SET", "k", "again", "KEEPTTL");
        }
        CommandRun run = log("history", "k");
        assertThat(run.out().lines().filter(line -> line.startsWith(" ")))
                .containsExactly(
                        "      = old",
                        "      = v, expires 2025-11-22T17:55:06.500Z",
                        "      = kept, expires 2025-11-22T17:55:06.500Z",
                        "      expired 2025-11-22T17:55:06.500Z",
                        "      gone",
                        "      = new, expires 2025-11-22T17:55:09.000Z",
                        "      expired 2025-11-22T17:55:09.000Z",
                        "      = again");
        assertThat(run.err())
                .isEqualTo("Entries are retained from 5 on; the base, at 4, tells only what was there then.\n");
    }

    @Test
    void stats_count() {
        assertThat(fine("stats", "-n", "2").lines())
                .contains(
                        "entries   4, 1 to 4",
                        "time      2025-11-22T17:55:01.000Z to 2025-11-22T17:55:04.000Z",
                        "rate      1.3 entries/s",
                        "         2  user:1",
                        "         3  default",
                        "         1  alice",
                        "         3  10.0.0.7")
                .anyMatch(line -> line.matches(" +4  SET, \\d+ bytes"))
                .anyMatch(line -> line.matches(" +1  DEL, \\d+ bytes"))
                .contains("         1  \"bin\\xff\"")
                .doesNotContain("         1  user:2");
    }

    @Test
    void stats_of_a_base_alone_are_few() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.compact(new String[] {"SET", "n", ""});
        }
        assertThat(fine("stats").lines())
                .anyMatch(line -> line.matches("base +1 lines, \\d+ bytes, stands for entries up to 4"))
                .contains("entries   0");
    }

    @Test
    void diff_of_a_log_with_itself_is_nothing() {
        assertThat(fine("diff", data.toString(), data.toString()))
                .isEqualTo("Compared: 4 entries, 0 of them different.\n");
    }

    @Test
    void diff_names_what_only_one_has_and_what_differs() throws Exception {
        Path other = folder.resolve("other");
        try (WrittenLog log = new WrittenLog(other)) {
            log.add("SET", "user:1", "John Doe", "EX", "10").addBy(WrittenLog.ALICE, 4, "SET", "user:1", "Jane");
        }
        CommandRun run = log("diff", data.toString(), other.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .isEqualTo("Entry 2 differs:\nA  " + TWO + "B  " + TWO.replace("db3", "db4")
                        + "Only in A: 3 to 4.\nCompared: 2 entries, 1 of them different.\n");
        assertThat(log("diff", "-n", "0", other.toString(), data.toString()).out())
                .isEqualTo("Only in B: 3 to 4.\nCompared: 2 entries, 1 of them different.\n");
    }

    @Test
    void diff_does_not_compare_what_a_base_stands_for() throws Exception {
        Path other = folder.resolve("other");
        Files.createDirectory(other);
        Files.copy(data.resolve("mini-redis.log"), other.resolve("mini-redis.log"));
        try (WrittenLog log = new WrittenLog(other)) {
            log.compact(new String[] {"SET", "n", ""});
        }
        CommandRun same = log("diff", data.toString(), other.toString());
        assertThat(same.exitCode()).isZero();
        assertThat(same.err()).isEqualTo("In B a base stands for the entries up to 4: they are not compared.\n");
        Path less = folder.resolve("less");
        try (WrittenLog log = new WrittenLog(less)) {
            log.add("SET", "user:1", "John Doe", "EX", "10");
        }
        CommandRun more = log("diff", less.toString(), other.toString());
        assertThat(more.exitCode()).isEqualTo(1);
        assertThat(more.out()).contains("Only in B: 2 to 4, for which its base stands.\n");
    }

    @Test
    void diff_of_two_moments_is_what_happened_in_between() {
        CommandRun run = log("diff", "1", "2025-11-22T17:55:03Z");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(TWO + THREE + "Only in B: 2 entries.\n");
        assertThat(fine("diff", "2", "2")).isEqualTo("No entry in between.\n");
        assertThat(log("diff", "2", folder.toString()).exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "tail", "verify", "stats", "export", "history k"})
    void without_a_log_it_is_said_so(String command) throws Exception {
        data = folder.resolve("none");
        CommandRun missing = CommandRun.of(("log " + command + " -d " + data).split(" "));
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).isEqualTo("mini-redis: Cannot read the log in " + data + ": No such folder\n");
        Files.createDirectory(data);
        CommandRun empty = CommandRun.of(("log " + command + " -d " + data).split(" "));
        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.err()).startsWith("mini-redis: There is no log in " + data + ": no mini-redis.log.");
        assertThat(data).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--since noon", "--lsn 3-2x", "--color blue", "-n -1", "--nope"})
    void a_mistake_costs_two_lines(String option) {
        CommandRun run = log("show", option.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(2).last().isEqualTo("Try 'mini-redis log show --help'.");
    }

    @Test
    void without_a_subcommand_they_are_named() {
        CommandRun run = CommandRun.of("log");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("One of show, tail, history, verify, stats, diff, export");
        assertThat(CommandRun.of("log", "nope").err()).startsWith("mini-redis log: unknown command 'nope'");
    }

    @Test
    void nothing_is_written_and_a_server_may_hold_the_directory() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "k", "v");
            String before = WrittenLog.read(data.resolve("mini-redis.log"));
            assertThat(fine("show")).contains("SET k v");
            assertThat(fine("verify")).endsWith("All is whole: 5 entries.\n");
            assertThat(WrittenLog.read(data.resolve("mini-redis.log"))).isEqualTo(before);
            assertThat(data.toFile().list())
                    .filteredOn(name -> !name.matches("mini-redis\\.(durable|reserve).*")) // which the server writes
                    .containsExactlyInAnyOrder("mini-redis.log", "mini-redis.lock");
        }
    }
}

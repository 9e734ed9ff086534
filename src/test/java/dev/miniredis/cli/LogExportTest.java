package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log export}: what it prints, carried out at any time, comes to what the log came to. */
class LogExportTest {
    @TempDir
    private Path data;

    private String export(String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "log";
        arguments[1] = "export";
        arguments[2] = "--data-dir";
        arguments[3] = data.toString();
        System.arraycopy(options, 0, arguments, 4, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.out();
    }

    /** As redis-cli would be given it; a character for each byte. */
    private static String resp(String... words) {
        StringBuilder resp = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            resp.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return resp.toString();
    }

    @Test
    void resp_selects_databases_and_keeps_bytes() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "a", "\0\r\n\u00ff")
                    .addBy(WrittenLog.ALICE, 3, "SET", "b", "")
                    .addBy(WrittenLog.ALICE, 3, "DEL", "b")
                    .addTogether(new String[] {"DEL", "a"}, new String[] {"SET", "c", "1"});
        }
        assertThat(export())
                .isEqualTo(resp("SET", "a", "\0\r\n\u00ff")
                        + resp("SELECT", "3")
                        + resp("SET", "b", "")
                        + resp("DEL", "b")
                        + resp("SELECT", "0")
                        + resp("MULTI")
                        + resp("DEL", "a")
                        + resp("SET", "c", "1")
                        + resp("EXEC"));
        assertThat(export("--key", "b", "--command", "del")).isEqualTo(resp("SELECT", "3") + resp("DEL", "b"));
    }

    @Test
    void expiries_are_absolute_and_conditions_were_met() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "k", "1", "EX", "10")
                    .add("set", "k", "2", "XX", "keepttl")
                    .add("SET", "k", "3", "PX", "1500", "GET")
                    .add("SET", "k", "4", "EXAT", "1763834200")
                    .add("SET", "k", "5", "PXAT", "1763834105500")
                    .add("SET", "k", "6", "KEEPTTL", "NX")
                    .add("SET", "EX", "EX");
        }
        assertThat(export())
                .isEqualTo(resp("SET", "k", "1", "PXAT", "1763834111000")
                        + resp("SET", "k", "2", "PXAT", "1763834111000")
                        + resp("SET", "k", "3", "PXAT", "1763834104500")
                        + resp("SET", "k", "4", "PXAT", "1763834200000")
                        + resp("SET", "k", "5", "PXAT", "1763834105500")
                        + resp("SET", "k", "6")
                        + resp("SET", "EX", "EX"));
    }

    @Test
    void the_last_times_there_are_are_exported_as_they_are() throws Exception {
        String last = "9223372036854775807";
        String beforeIt = "9223372036854775806";
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "a", "1", "PXAT", last)
                    .compact(new String[] {"SET", "a", "1", "PXAT", last})
                    .add("SET", "b", "2", "PXAT", beforeIt)
                    .add("GETEX", "b", "PXAT", last)
                    .add("COPY", "b", "c")
                    .add("PEXPIREAT", "a", beforeIt);
        }
        assertThat(export())
                .isEqualTo(resp("SET", "a", "1", "PXAT", last)
                        + resp("SET", "b", "2", "PXAT", beforeIt)
                        + resp("SET", "b", "2", "PXAT", last)
                        + resp("SET", "c", "2", "PXAT", last)
                        + resp("SET", "a", "1", "PXAT", beforeIt));
    }

    @Test
    void what_is_filtered_out_still_has_its_deadline_kept() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "k", "1", "EX", "10").add("SET", "k", "2", "KEEPTTL");
        }
        assertThat(export("--since", "2")).isEqualTo(resp("SET", "k", "2", "PXAT", "1763834111000"));
    }

    @Test
    void a_base_comes_first_and_its_deadlines_last() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "k", "1", "EX", "10")
                    .compact(new String[] {"SET", "k", "1", "PXAT", "1763834111000"})
                    .add("SET", "k", "2", "KEEPTTL");
        }
        assertThat(export())
                .isEqualTo(resp("SET", "k", "1", "PXAT", "1763834111000")
                        + resp("SET", "k", "2", "PXAT", "1763834111000"));
    }

    @Test
    void commands_of_an_exec_go_to_their_databases() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.addTogether(
                    new String[] {"SET", "a", "1"}, new String[] {"SELECT", "5"}, new String[] {"SET", "b", "2"});
        }
        assertThat(export())
                .isEqualTo(resp("MULTI")
                        + resp("SET", "a", "1")
                        + resp("SELECT", "5")
                        + resp("SET", "b", "2")
                        + resp("EXEC"));
        assertThat(CommandRun.of("log", "history", "b", "--db", "5", "-d", data.toString())
                        .out())
                .endsWith("      = 2\n");
        assertThat(CommandRun.of("log", "history", "b", "-d", data.toString()).out())
                .isEmpty();
        assertThat(CommandRun.of("log", "stats", "-d", data.toString()).out())
                .contains("1  db5 b\n")
                .doesNotContain("SELECT");
    }

    @Test
    void of_a_part_the_outcomes_are_printed() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "k", "1").add("SET", "k", "2", "XX").add("DEL", "k");
        }
        assertThat(export("--since", "2")).isEqualTo(resp("SET", "k", "2") + resp("DEL", "k"));
    }

    @Test
    void json_is_an_object_a_line() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "\u00ff", "\t\"\u0001h\u00c3\u00a9").compact(new String[] {"SET", "a", "b"});
            log.addBy(WrittenLog.ALICE, 2, "DEL", "a\u00ff");
        }
        assertThat(export("--format", "json")).isEqualTo("""
                {"base":1,"time":"2025-11-22T17:55:01.000Z","db":0,"commands":[["SET","a","b"]]}
                {"lsn":2,"time":"2025-11-22T17:55:02.000Z","user":"alice","address":"10.0.0.9:40022","db":2,\
                "commands":[["DEL",{"b64":"Yf8="}]]}
                """);
    }
}

package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.DryRun;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogException;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.WriteLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is whole, but holds what this version cannot run: the start refuses it, and both ways out lead on. */
class LogUnrunnableTest {
    @TempDir
    private Path data;

    private void write(String[]... entries) throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            for (String[] entry : entries) {
                log.add(entry);
            }
        }
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    private WriteLog.Recovered start(OnDamage onDamage) throws Exception {
        try (LocalDisk disk = LocalDisk.open(data);
                LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, onDamage, System::nanoTime)) {
            return log.recover(new DryRun(), WrittenLog.START);
        }
    }

    private String refusal() throws Exception {
        try {
            start(OnDamage.REFUSE);
            return null;
        } catch (LogException e) {
            return e.getMessage();
        }
    }

    private CommandRun repair() {
        return CommandRun.of("log", "repair", "-d", data.toString());
    }

    private List<String> exported() {
        return CommandRun.of("log", "show", "-d", data.toString())
                .out()
                .lines()
                .map(line -> line.replaceFirst(" .*\\d  ", " "))
                .toList();
    }

    private Stream<String> kept() throws Exception {
        try (Stream<Path> files = Files.list(data)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".damaged-"))
                    .toList()
                    .stream();
        }
    }

    @Test
    void the_start_names_the_entry_and_the_ways_out() throws Exception {
        write(words("SET a 1"), words("RENAME h g"), words("SET b 2"));
        assertThat(refusal())
                .isEqualTo(
                        "Entry 2 of the log cannot be replayed: ERR no such key. Another version of Mini Redis wrote it,"
                                + " or a tool. Start the one that wrote it, or run 'mini-redis log repair --data-dir "
                                + data
                                + "', or start with --on-damage=quarantine: both keep the file beside the log and go on"
                                + " without the entry.");
        assertThat(kept()).isEmpty();
    }

    @Test
    void a_repair_leaves_out_what_cannot_be_run_and_says_so() throws Exception {
        write(words("SET a 1"), words("RENAME h g"), words("HSET h f v"), words("SET b 2"), words("INCR a"));
        byte[] before = Files.readAllBytes(data.resolve("mini-redis.log"));
        CommandRun run = repair();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("2 entries cannot be run and are left out, the first is 2 (ERR no such key)")
                .contains("The file as it was is kept as mini-redis.log.damaged-");
        assertThat(data.resolve(kept().findFirst().orElseThrow())).hasBinaryContent(before);
        assertThat(start(OnDamage.REFUSE).damage()).containsExactly("Entries 2 to 3 are missing since a repair.");
        assertThat(start(OnDamage.REFUSE).entries()).isEqualTo(5);
        assertThat(repair().out()).contains("Nothing in", "nothing was changed");
        assertThat(CommandRun.of("log", "verify", "-d", data.toString()).out())
                .contains("All is whole: 3 entries, 1 known losses.");
    }

    @Test
    void a_start_with_quarantine_does_the_same() throws Exception {
        write(words("SET a 1"), words("HSET h f v"), words("INCR a"));
        WriteLog.Recovered recovered = start(OnDamage.QUARANTINE);
        assertThat(recovered.entries()).isEqualTo(3);
        assertThat(recovered.damage())
                .hasSize(2)
                .anyMatch(line -> line.contains("entry 2 cannot be run (ERR unknown command 'HSET'"))
                .contains("Entry 2 is missing since a repair.");
        assertThat(kept()).hasSize(1);
        assertThat(refusal()).isNull();
    }

    @Test
    void nothing_is_left_of_a_transaction_that_cannot_be_run_to_its_end() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "n", "1");
            log.addTogether(words("SET a text"), words("INCR a")); // 2: SET a has been run
            log.add("RENAME", "a", "b"); // 3: only without 2 it cannot be
            log.addTogether(words("SET c 1"), words("HSET h f v")); // 4
            log.add("INCR", "c"); // 5: can be, without 4
            log.add("INCR", "n");
        }
        assertThat(repair().exitCode()).isZero();
        assertThat(start(OnDamage.REFUSE).damage())
                .containsExactly("Entry 2 is missing since a repair.", "Entries 3 to 4 are missing since a repair.");
        assertThat(kept()).as("one copy, as it was at first").hasSize(1);
        assertThat(Files.readString(data.resolve(kept().findFirst().orElseThrow())))
                .contains("\"lsn\":2,", "\"lsn\":3,");
        assertThat(CommandRun.of("log", "export", "-d", data.toString(), "--format", "json")
                        .out()
                        .lines())
                .hasSize(3)
                .last()
                .asString()
                .contains("INCR", "n");
    }

    @Test
    void a_line_of_a_base_is_left_out_like_an_entry() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.add("SET", "a", "1").add("SET", "b", "2");
            log.compact(words("SET a 1"), words("HSET h f v"), words("SET b 2"));
            log.add("INCR", "b");
        }
        assertThat(refusal())
                .startsWith("A key of the base of the entries up to 2 cannot be replayed: ERR unknown command 'HSET'");
        assertThat(repair().out())
                .contains("mini-redis.base.2.log: 1 of its lines cannot be run (ERR unknown command 'HSET'")
                .contains("2 lines are left");
        assertThat(start(OnDamage.REFUSE).damage())
                .containsExactly(
                        data + "/mini-redis.base.2.log: some of what the entries up to 2 had made is missing since"
                                + " a repair.");
        assertThat(kept()).hasSize(1);
    }

    @Test
    void a_torn_end_stays_for_the_start() throws Exception {
        write(words("HSET h f v"), words("SET a 1"));
        Path log = data.resolve("mini-redis.log");
        String whole = WrittenLog.read(log);
        String cut = whole.substring(0, whole.indexOf("{\"durable\"")) + "{\"lsn\":3,\"at\":1";
        WrittenLog.write(log, cut);
        assertThat(repair().exitCode()).isZero();
        assertThat(WrittenLog.read(log)).endsWith("{\"lsn\":3,\"at\":1");
        assertThat(start(OnDamage.REFUSE).cutOff()).contains("it is not whole");
    }

    @Test
    void an_entry_of_a_database_that_a_server_may_have_is_none_to_leave_out() throws Exception {
        try (WrittenLog log = new WrittenLog(data)) {
            log.addBy("default@here", 20_000, "SET", "a", "1");
        }
        assertThat(repair().out()).contains("nothing was changed");
        assertThat(exported()).hasSize(1);
    }
}

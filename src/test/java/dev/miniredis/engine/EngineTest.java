package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.EngineHarness.Datum;
import dev.miniredis.engine.MemoryLog.Kept;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.WriteLog.Room;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
    private static final String LOADING = "-LOADING Redis is loading the dataset in memory\r\n";
    private static final String MISCONF = "-MISCONF Errors writing to the AOF file: No space left on device\r\n";

    private final EngineHarness harness = new EngineHarness();

    @Test
    void a_change_is_one_entry_of_the_log() {
        harness.run("set k v");
        harness.run("SELECT 3");
        harness.pass(5);
        harness.run("SET k w ex 10");
        harness.run("del k missing");

        List<Kept> entries = harness.log().entries();
        assertThat(entries).extracting(Kept::lsn).containsExactly(1L, 2L, 3L);
        assertThat(entries)
                .extracting(Kept::texts)
                .containsExactly(List.of("SET k v"), List.of("SET k w ex 10"), List.of("DEL k missing"));
        assertThat(entries).extracting(Kept::database).containsExactly(0, 3, 3);
        assertThat(entries)
                .extracting(kept -> kept.atMillis() - EngineHarness.START_MILLIS)
                .containsExactly(0L, 5L, 5L);
        assertThat(entries).extracting(Kept::by).containsOnly("default@10.0.0.7:51544");
        assertThat(harness.engine().changes()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET k",
                "SET k v NX",
                "SET missing v XX",
                "SET k v FOO",
                "SET k v EX 0",
                "SET k",
                "DEL missing",
                "EXISTS k",
                "PING",
                "SELECT 1",
                "CLIENT SETNAME me",
                "FLUSHALL FOO",
                "NOSUCH k",
                "KEYS *",
                "INFO"
            })
    void what_changes_nothing_is_not_in_the_log(String line) {
        harness.run("SET k v");
        List<Datum> before = harness.state();
        harness.run(line);
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(harness.state()).isEqualTo(before);
        assertThat(harness.engine().changes()).isOne();
    }

    @Test
    void what_was_appended_goes_to_the_disk_when_the_turn_ends() {
        harness.run("SET k v");
        assertThat(harness.log().submits()).isZero();
        harness.engine().submit();
        assertThat(harness.log().submits()).isOne();
    }

    // Admission, in the order of its checks

    @Test
    void while_loading_only_what_needs_no_data_runs() {
        EngineHarness loading = loadingImpatiently();
        assertThat(loading.engine().isLoading()).isTrue();
        for (String line : List.of("GET k", "SET k v", "DEL k", "KEYS *", "DBSIZE", "FLUSHALL", "PING", "EXISTS k")) {
            assertThat(loading.run(line)).as(line).isEqualTo(LOADING);
        }
        assertThat(loading.run("ECHO x")).isEqualTo("$1\r\nx\r\n");
        assertThat(loading.run("SELECT 1")).isEqualTo("+OK\r\n");
        assertThat(loading.run("INFO persistence")).contains("loading:1\r\n");
        assertThat(loading.run("CLIENT ID")).startsWith(":");

        loading.loaded();
        assertThat(loading.engine().isLoading()).isFalse();
        assertThat(loading.run("PING")).isEqualTo("+PONG\r\n");
    }

    /** As Redis does it: who has to wait for the data is told at once. */
    private static EngineHarness loadingImpatiently() {
        EngineHarness loading = new EngineHarness(new MemoryLog());
        loading.engine().tuning().loadingReplyThreshold.set("0");
        return loading;
    }

    @Test
    void who_needs_data_waits_for_them_a_while() {
        EngineHarness loading = new EngineHarness(new MemoryLog());
        assertThat(loading.run("ECHO x")).isEqualTo("$1\r\nx\r\n");
        assertThat(loading.attempt("SET k v")).isEmpty();
        loading.pass(4999);
        assertThat(loading.retry()).isEmpty();
        loading.pass(1);
        assertThat(loading.retry()).contains(LOADING);
        assertThat(loading.run("GET k")).isEqualTo(LOADING);
        loading.loaded();
        assertThat(loading.run("GET k")).isEqualTo("$-1\r\n");
    }

    @Test
    void who_has_waited_for_the_data_gets_them() {
        EngineHarness loading = new EngineHarness(new MemoryLog());
        assertThat(loading.attempt("SET k v")).isEmpty();
        loading.loaded();
        assertThat(loading.retry()).contains("+OK\r\n");
    }

    @Test
    void a_command_must_be_known_and_have_its_arguments_before_anything_else_is_checked() {
        EngineHarness loading = loadingImpatiently();
        loading.log().room(Room.NO, "No space left on device");
        assertThat(loading.run("NOSUCH")).startsWith("-ERR unknown command 'NOSUCH'");
        assertThat(loading.run("SET k")).isEqualTo("-ERR wrong number of arguments for 'set' command\r\n");
        assertThat(loading.run("SET k v")).as("then whether data are there").isEqualTo(LOADING);
        loading.loaded();
        assertThat(loading.run("SET k v FOO"))
                .as("then whether the log takes it")
                .isEqualTo(MISCONF);
        loading.log().room(Room.YES, null);
        assertThat(loading.run("SET k v FOO")).as("then its options").isEqualTo("-ERR syntax error\r\n");
        assertThat(loading.run("SET k v")).isEqualTo("+OK\r\n");
    }

    @Test
    void writes_are_refused_before_anything_changes_while_the_log_takes_none() {
        harness.run("SET k v");
        List<Datum> before = harness.state();
        harness.log().room(Room.NO, "No space left on device");
        for (String line :
                List.of("SET k w", "SET new v", "DEL k", "FLUSHALL", "FLUSHDB", "DEL missing", "SET k w NX")) {
            assertThat(harness.run(line)).as(line).isEqualTo(MISCONF);
            assertThat(harness.requiredLsn()).isZero();
        }
        assertThat(harness.state()).isEqualTo(before);
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(harness.run("GET k")).isEqualTo("$1\r\nv\r\n");
        assertThat(harness.run("PING")).isEqualTo("+PONG\r\n");

        harness.log().room(Room.YES, null);
        assertThat(harness.run("SET k w")).isEqualTo("+OK\r\n");
        assertThat(harness.run("GET k")).isEqualTo("$1\r\nw\r\n");
    }

    @Test
    void a_write_that_no_line_can_hold_is_refused() {
        harness.log().room(Room.TOO_LARGE, null);
        assertThat(harness.run("SET k v")).isEqualTo("-ERR the request is too large for the log\r\n");
        assertThat(harness.state()).isEmpty();
        assertThat(harness.log().entries()).isEmpty();
    }

    @Test
    void room_is_asked_for_all_that_the_line_may_take() {
        harness.run("SET key " + "v".repeat(1000));
        Kept kept = harness.log().entries().getFirst();
        byte[][] words = kept.commands().getFirst().toArray(byte[][]::new);
        assertThat(harness.log().askedBytes())
                .isGreaterThan(1000)
                .isEqualTo(LineWriter.bound(harness.session().origin(), Request.of(words)));
    }

    @Test
    void a_write_waits_for_room_and_nothing_has_happened_until_then() {
        harness.run("SET k v");
        List<Datum> before = harness.state();
        long processed = harness.engine().processedCommands();
        harness.log().room(Room.SOON, null);

        assertThat(harness.attempt("SET k w EX 10")).isEmpty();
        assertThat(harness.retry()).isEmpty();
        assertThat(harness.state()).isEqualTo(before);
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(harness.engine().processedCommands()).isEqualTo(processed);
        assertThat(harness.engine().reply().size()).isZero();

        harness.pass(100);
        harness.log().room(Room.YES, null);
        assertThat(harness.retry()).contains("+OK\r\n");
        assertThat(harness.requiredLsn()).isEqualTo(2);
        assertThat(harness.log().entries()).hasSize(2);
        assertThat(harness.log().entries().getLast().atMillis()).isEqualTo(EngineHarness.START_MILLIS + 100);
        assertThat(harness.state()).containsExactly(new Datum(0, "k", "w", EngineHarness.START_MILLIS + 10_100));
    }

    @Test
    void a_write_that_waits_may_be_refused_in_the_end() {
        harness.log().room(Room.SOON, null);
        assertThat(harness.attempt("SET k v")).isEmpty();
        harness.log().room(Room.NO, "No space left on device");
        assertThat(harness.retry()).contains(MISCONF);
        assertThat(harness.state()).isEmpty();
    }

    @Test
    void reads_do_not_wait_for_room() {
        harness.run("SET k v");
        harness.log().room(Room.SOON, null);
        assertThat(harness.attempt("GET k")).contains("$1\r\nv\r\n");
        assertThat(harness.attempt("DBSIZE")).contains(":1\r\n");
    }

    // Time

    @Test
    void time_never_goes_back_and_goes_on_while_the_clock_is_behind() {
        harness.setClock(-3_600_000);
        harness.run("SET k v PX 100");
        assertThat(harness.state().getFirst().deadline()).isEqualTo(EngineHarness.START_MILLIS + 100);
        assertThat(harness.log().entries().getFirst().atMillis()).isEqualTo(EngineHarness.START_MILLIS);
        harness.pass(99);
        assertThat(harness.run("PTTL k")).isEqualTo(":1\r\n");
        harness.pass(1);
        assertThat(harness.run("GET k")).isEqualTo("$-1\r\n");
    }

    @Test
    void time_is_told_by_the_wall_clock() {
        harness.setClock(-3_600_000);
        long seconds = EngineHarness.START_MILLIS / 1000 - 3600;
        assertThat(harness.run("TIME")).isEqualTo("*2\r\n$10\r\n" + seconds + "\r\n$1\r\n0\r\n");
        harness.run("CONFIG SET slowlog-log-slower-than 0");
        harness.run("GET k");
        assertThat(harness.run("SLOWLOG GET 1")).contains(":" + seconds + "\r\n");
    }

    @Test
    void a_pause_lasts_as_long_as_it_should_whatever_becomes_of_the_clock() {
        harness.run("CLIENT PAUSE 300");
        harness.setClock(-3_600_000);
        harness.pass(299);
        assertThat(harness.attempt("GET k")).isEmpty();
        harness.setClock(7_200_000);
        assertThat(harness.retry()).isEmpty();
        harness.pass(1);
        assertThat(harness.retry()).contains("$-1\r\n");
    }

    @Test
    void how_long_a_client_and_a_key_are_idle_is_no_matter_of_the_clock() {
        harness.run("CONFIG SET maxmemory-policy allkeys-lru");
        harness.run("SET k v");
        harness.setClock(7_200_000);
        harness.pass(3000);
        assertThat(harness.run("OBJECT IDLETIME k")).isEqualTo(":3\r\n");
        assertThat(harness.run("CLIENT INFO")).contains(" age=3 ");
    }

    @Test
    void an_absolute_time_is_one_of_the_wall_clock_and_the_log_has_it_in_the_engines_time() {
        harness.setClock(-3_600_000);
        long wall = EngineHarness.START_MILLIS - 3_600_000;
        harness.run("SET a v PXAT " + (wall + 100));
        harness.run("SET b v EXAT " + (wall / 1000 + 1));
        harness.run("SET c v");
        harness.run("pexpireat c " + (wall + 100) + " NX");
        harness.run("GETEX c EXAT " + (wall / 1000 + 1));
        harness.run(restore("d", wall + 100));
        assertThat(harness.run("PEXPIRETIME a")).isEqualTo(":" + (wall + 100) + "\r\n");
        assertThat(harness.run("EXPIRETIME b")).isEqualTo(":" + (wall / 1000 + 1) + "\r\n");
        assertThat(harness.run("PTTL a")).isEqualTo(":100\r\n");
        assertThat(harness.log().entries().get(3).commands().getFirst())
                .extracting(word -> new String(word, StandardCharsets.ISO_8859_1))
                .containsExactly("PEXPIREAT", "c", Long.toString(EngineHarness.START_MILLIS + 100), "NX");
        assertThat(harness.recovered().state()).isEqualTo(harness.state()).hasSize(4);
        harness.pass(100);
        assertThat(harness.run("EXISTS a b c d")).isEqualTo(":2\r\n");
    }

    private List<byte[]> restore(String key, long deadline) {
        harness.run("SET dumped v");
        byte[] dump = harness.run("DUMP dumped").getBytes(StandardCharsets.ISO_8859_1);
        harness.run("DEL dumped");
        List<byte[]> words =
                new ArrayList<>(EngineHarness.words("RESTORE " + key + " " + deadline + " payload ABSTTL"));
        int start = new String(dump, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        words.set(3, Arrays.copyOfRange(dump, start, dump.length - 2));
        return words;
    }

    @Test
    void the_largest_absolute_time_is_no_error_while_the_clock_is_behind() {
        harness.setClock(-3_600_000);
        harness.run("SET k v");
        for (String command : List.of("PEXPIREAT k " + Long.MAX_VALUE, "SET k v PXAT " + Long.MAX_VALUE)) {
            assertThat(harness.run(command)).as(command).doesNotStartWith("-");
        }
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }

    @Test
    void a_key_is_there_until_its_deadline_and_not_a_millisecond_longer() {
        harness.run("SET k v PX 100");
        harness.pass(99);
        assertThat(harness.run("GET k")).isEqualTo("$1\r\nv\r\n");
        harness.pass(1);
        assertThat(harness.run("DBSIZE")).as("until it is met").isEqualTo(":1\r\n");
        assertThat(harness.run("GET k")).isEqualTo("$-1\r\n");
        assertThat(harness.run("DBSIZE")).isEqualTo(":0\r\n");
        assertThat(harness.engine().data().expiredKeys()).isOne();
        assertThat(harness.log().entries()).as("expiry writes nothing").hasSize(1);
    }

    @Test
    void expiry_works_on_the_database_asked_for() {
        harness.run("SET a v PX 100");
        harness.run("SET b v");
        harness.run("SELECT 1");
        harness.run("SET c v PX 100");
        harness.pass(100);
        assertThat(harness.engine().expireSome(0)).isOne();
        assertThat(harness.engine().data().keys()).isEqualTo(2);
        assertThat(harness.engine().expireSome(0))
                .as("nothing can expire any more")
                .isZero();
        harness.engine().expireSome(1);
        assertThat(harness.engine().data().keys()).isOne();
        assertThat(harness.engine().data().expiredKeys()).isEqualTo(2);
        assertThat(harness.engine().database(0).expiring()).isZero();
        assertThat(harness.state()).containsExactly(new Datum(0, "b", "v", Keyspace.NEVER));
    }

    // What the server tells about itself

    @Test
    void info_counts_what_happened() {
        harness.run("SET k v");
        harness.run("GET k");
        harness.run("GET missing");
        harness.run("EXISTS k k missing");
        harness.run("SET k w GET");
        harness.run("DEL k");
        assertThat(harness.run("INFO stats"))
                .contains("total_commands_processed:6\r\n", "keyspace_hits:3\r\n", "keyspace_misses:2\r\n");
        assertThat(harness.run("INFO persistence")).contains("rdb_changes_since_last_save:3\r\n");
        assertThat(harness.run("INFO clients")).contains("connected_clients:1\r\n");
    }

    @Test
    void info_tells_how_long_keys_live_on_average() {
        harness.run("SET a v PX 10000");
        harness.run("SET b v PX 20000");
        harness.run("SET c v");
        harness.pass(1000);
        assertThat(harness.run("INFO keyspace")).contains("db0:keys=3,expires=2,avg_ttl=14000\r\n");
    }

    @Test
    void clients_come_and_go() {
        assertThat(harness.engine().clients().all()).containsExactly(harness.session());
        harness.connect();
        harness.connect();
        assertThat(harness.engine().clients().all()).containsExactly(harness.session());
        assertThat(harness.session().id()).isEqualTo(3);
        assertThat(harness.engine().clients().received()).isEqualTo(3);
    }

    @Test
    void memory_goes_when_the_data_go() {
        long empty = harness.engine().memory().bytes();
        harness.run("SET k " + "v".repeat(1000));
        assertThat(harness.engine().memory().bytes()).isBetween(empty + 1000, empty + 1100);
        harness.run("FLUSHALL");
        assertThat(harness.engine().memory().bytes()).isEqualTo(empty);
    }

    @Test
    void what_cannot_be_read_is_answered_as_redis_does() {
        harness.engine().refuse("invalid bulk length");
        int size = harness.engine().reply().size();
        assertThat(new String(harness.engine().reply().bytes(), 0, size, StandardCharsets.US_ASCII))
                .isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
    }
}

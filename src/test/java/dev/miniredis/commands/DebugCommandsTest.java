package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.miniredis.command.CommandError;
import dev.miniredis.config.Tuning;
import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineHarness;
import dev.miniredis.engine.EngineHarness.Datum;
import dev.miniredis.resp.RedisVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the transcripts of DEBUG cannot tell: who may use it, what it leaves in the log, what it does to the server. */
class DebugCommandsTest {
    private static final String NOT_ALLOWED =
            "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from"
                    + " a local connection, otherwise you need to set this option in the configuration file, and then"
                    + " restart the server.\r\n";

    private final EngineHarness harness = new EngineHarness();

    private void allow(String who) {
        harness.engine().tuning().enableDebugCommand.set(who);
    }

    @Test
    void nobody_may_use_it_unless_the_start_says_so() {
        assertThat(new Tuning().enableDebugCommand.text()).isEqualTo("no");
        allow("no");
        assertThat(harness.run("DEBUG DIGEST")).isEqualTo(NOT_ALLOWED);
        assertThat(harness.run("DEBUG HELP")).isEqualTo(NOT_ALLOWED);
        assertThat(harness.run("DEBUG nosuch")).isEqualTo(NOT_ALLOWED);
        assertThat(harness.run("DEBUG")).contains("wrong number of arguments");
        assertThat(harness.run("DEBUG POPULATE 1")).isEqualTo(NOT_ALLOWED);
        assertThat(harness.state()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:5000, true",
        "127.1.2.3:5000, true",
        "[::1]:5000, true",
        "0:0:0:0:0:0:0:1:5000, true",
        "10.0.0.7:5000, false",
        "[2001:db8::1]:5000, false",
        "localhost.example.com:5000, false",
        "'', false"
    })
    void local_is_this_machine(String address, boolean allowed) {
        allow("local");
        harness.connectFrom(address);
        assertThat(harness.run("DEBUG SLEEP 0")).isEqualTo(allowed ? "+OK\r\n" : NOT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({"a*, abc, 1", "b*, abc, 0", "h[a-e]?lo, hello, 1", "'', '', 1", "H*, hello, 0"})
    void a_pattern_may_be_tried(String pattern, String text, int matches) {
        assertThat(harness.run("DEBUG STRINGMATCH-LEN \"" + pattern + "\" \"" + text + "\""))
                .isEqualTo(":" + matches + "\r\n");
    }

    @Test
    void what_is_in_the_log_was_allowed_once() {
        harness.run("SET key:1 mine");
        harness.run("DEBUG POPULATE 3 key 4");
        assertThat(harness.log().entries()).hasSize(2);
        EngineHarness other = harness.recovered();
        assertThat(other.state())
                .isEqualTo(harness.state())
                .extracting(Datum::key, Datum::value)
                .containsExactly(tuple("key:0", "valu"), tuple("key:1", "mine"), tuple("key:2", "valu"));
    }

    @Test
    void a_population_that_adds_nothing_is_not_in_the_log() {
        harness.run("DEBUG POPULATE 2");
        harness.run("DEBUG POPULATE 2");
        assertThat(harness.log().entries()).hasSize(1);
    }

    @Test
    void a_population_for_which_there_is_no_memory_changes_nothing() {
        assertThat(harness.run("DEBUG POPULATE 9223372036854775807")).isEqualTo("-ERR OOM in dictTryExpand\r\n");
        assertThat(harness.run("DEBUG POPULATE 1 k 9223372036854775807")).isEqualTo("-ERR OOM in dictTryExpand\r\n");
        assertThat(harness.state()).isEmpty();
        assertThat(harness.log().entries()).isEmpty();
    }

    @Test
    void what_is_built_again_is_what_the_log_says_and_leaves_no_trace_in_it() {
        harness.run("SET a 1 EX 100");
        harness.run("DEBUG POPULATE 20");
        List<Datum> before = harness.state();
        harness.engine().database(3).put(1, new byte[] {'x'}, 0, 1, new byte[] {'y'}, 0, 1, Long.MAX_VALUE);
        assertThat(harness.state()).as("what no entry has made").hasSize(22);
        assertThat(harness.run("DEBUG LOADAOF")).isEqualTo("+OK\r\n");
        assertThat(harness.state()).isEqualTo(before);
        assertThat(harness.log().entries()).hasSize(2);
        harness.run("SET b 2");
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }

    @Test
    void without_a_log_nothing_is_built_again() {
        harness.engine().debugging().reloading(() -> {
            throw new CommandError("ERR unreadable");
        });
        harness.run("SET a 1");
        assertThat(harness.run("DEBUG RELOAD")).isEqualTo("-ERR unreadable\r\n");
        assertThat(harness.run("GET a")).isEqualTo("$1\r\n1\r\n");
        assertThatThrownBy(() -> new Engine(1, 1, 16, 1, harness.log(), Clocks.MACHINE, () -> {})
                        .debugging()
                        .reload())
                .isInstanceOf(CommandError.class)
                .hasMessage("ERR Nothing is written to the log (appendonly no, or --until)");
    }

    @Test
    void to_sleep_is_to_let_time_pass() {
        long before = harness.engine().now();
        assertThat(harness.run("DEBUG SLEEP 1.5")).isEqualTo("+OK\r\n");
        assertThat(harness.engine().now()).isEqualTo(before + 1500);
        assertThat(harness.run("DEBUG SLEEP -1")).isEqualTo("+OK\r\n");
        assertThat(harness.engine().now()).isEqualTo(before + 1500);
    }

    @Test
    void without_active_expiry_keys_expire_when_they_are_met() {
        harness.run("SET a 1 PX 10");
        harness.run("DEBUG SET-ACTIVE-EXPIRE 0");
        harness.pass(20);
        assertThat(harness.engine().expireSome(0)).isZero();
        assertThat(harness.run("DBSIZE")).isEqualTo(":1\r\n");
        assertThat(harness.run("GET a")).isEqualTo("$-1\r\n");
        harness.run("SET b 1 PX 10");
        harness.run("DEBUG SET-ACTIVE-EXPIRE 1");
        harness.pass(20);
        assertThat(harness.engine().expireSome(0)).isPositive();
        assertThat(harness.run("DBSIZE")).isEqualTo(":0\r\n");
    }

    @Test
    void a_push_comes_before_the_reply() {
        harness.run("HELLO 3");
        assertThat(harness.run("DEBUG PROTOCOL push"))
                .isEqualTo(
                        ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n");
    }

    @Test
    void another_replication_id_is_another_one() {
        String first = replicationId();
        assertThat(replicationId()).matches("[0-9a-f]{40}").isEqualTo(first);
        harness.run("DEBUG CHANGE-REPL-ID");
        assertThat(replicationId()).matches("[0-9a-f]{40}").isNotEqualTo(first);
    }

    private String replicationId() {
        return harness.run("INFO replication").replaceAll("(?s).*master_replid:([^\r]*)\r.*", "$1");
    }

    @Test
    void replication_is_refused_in_words() {
        for (String line : List.of("SYNC", "PSYNC ? -1", "REPLICAOF 127.0.0.1 6379", "REPLCONF listening-port 6380")) {
            assertThat(harness.run(line))
                    .as(line)
                    .isEqualTo("-ERR Mini Redis does not replicate: it is a master without replicas\r\n");
        }
    }

    @Test
    void every_version_has_its_art() {
        assertThat(List.of(Lolwut.of(5), Lolwut.of(6), Lolwut.of(7)))
                .doesNotHaveDuplicates()
                .allMatch(art -> art.endsWith("Redis ver. " + RedisVersion.TEXT + "\n"))
                .allMatch(art -> art.lines().count() == 18);
    }
}

package dev.miniredis.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recovered from the log is what was there. */
class ReplayTest {
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void an_engine_that_replays_the_log_has_the_same_data(@ForAll("lines") List<String> lines) {
        EngineHarness live = new EngineHarness();
        for (String line : lines) {
            if (line.startsWith("pass ")) {
                live.pass(Long.parseLong(line.substring(5)));
            } else if (line.startsWith("expire ")) {
                live.engine().expireSome(Integer.parseInt(line.substring(7)));
            } else {
                live.run(line);
            }
        }
        EngineHarness recovered = live.recovered();
        assertThat(recovered.state()).isEqualTo(live.state());
        assertThat(recovered.log().entries()).as("a replay writes nothing").isEmpty();

        live.pass(40);
        recovered.pass(40);
        assertThat(recovered.state()).as("later").isEqualTo(live.state());
        EngineHarness again = live.recovered();
        assertThat(again.state()).isEqualTo(live.state());
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> keys = Arbitraries.of("a", "b", "c", "d", "\"\"", "\"\\x00\\xff\"");
        Arbitrary<String> values = Arbitraries.of("1", "2", "\"\"", "\"\\r\\n\\xfe\"", "long".repeat(50));
        Arbitrary<String> conditions = Arbitraries.of("", "", "", " NX", " XX", " GET", " NX GET", " XX GET", " FOO");
        Arbitrary<String> deadlines = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just("")),
                Tuple.of(3, Arbitraries.integers().between(-1, 60).map(millis -> " PX " + millis)),
                Tuple.of(1, Arbitraries.integers().between(0, 2).map(seconds -> " EX " + seconds)),
                Tuple.of(
                        1,
                        Arbitraries.integers()
                                .between(-50, 50)
                                .map(millis -> " PXAT " + (EngineHarness.START_MILLIS + millis))),
                Tuple.of(1, Arbitraries.just(" EXAT " + EngineHarness.START_MILLIS / 1000)),
                Tuple.of(2, Arbitraries.just(" KEEPTTL")));
        Arbitrary<String> set = keys.flatMap(key -> values.flatMap(value -> conditions.flatMap(
                condition -> deadlines.map(deadline -> "SET " + key + " " + value + condition + deadline))));
        return Arbitraries.frequencyOf(
                        Tuple.of(12, set),
                        Tuple.of(3, keys.list().ofMinSize(1).ofMaxSize(3).map(all -> "DEL " + String.join(" ", all))),
                        Tuple.of(2, keys.map(key -> "GET " + key)),
                        Tuple.of(1, Arbitraries.of("FLUSHDB", "FLUSHALL", "KEYS *", "DBSIZE", "set a", "nosuch")),
                        Tuple.of(2, Arbitraries.of("SELECT 0", "SELECT 1", "SELECT 15")),
                        Tuple.of(4, Arbitraries.integers().between(0, 30).map(millis -> "pass " + millis)),
                        Tuple.of(1, Arbitraries.of("expire 0", "expire 1", "expire 15")))
                .list()
                .ofMaxSize(80);
    }

    @Test
    void an_entry_is_replayed_at_its_own_time() {
        EngineHarness live = new EngineHarness();
        live.run("SET k v PX 100");
        live.pass(50);
        live.run("SET k w XX KEEPTTL");
        live.pass(60);
        live.run("SET k x XX");
        live.run("SET k y NX");
        assertThat(live.log().entries()).hasSize(3);
        assertThat(live.recovered().state()).isEqualTo(live.state()).hasSize(1);
    }

    @Test
    void a_replay_takes_the_time_of_the_newest_entry() {
        EngineHarness live = new EngineHarness();
        live.pass(5000);
        live.run("SET k v");
        EngineHarness recovered = new EngineHarness(new MemoryLog());
        recovered.engine().replay(live.log().entries().getFirst().toEntry());
        assertThat(recovered.engine().now()).isEqualTo(EngineHarness.START_MILLIS + 5000);
        assertThat(recovered.engine().reply().size()).isZero();
        assertThat(recovered.engine().processedCommands()).isZero();
    }

    @Test
    void an_entry_of_a_database_that_there_is_not_is_not_passed_over() {
        Engine engine = new EngineHarness(new MemoryLog()).engine();
        LogEntry entry = new LogEntry()
                .reset(EngineHarness.START_MILLIS, new byte[0], EngineHarness.DATABASES)
                .add(Request.of("SET".getBytes(US_ASCII), "k".getBytes(US_ASCII), "v".getBytes(US_ASCII)));
        assertThatThrownBy(() -> engine.replay(entry)).isInstanceOf(CommandError.class);
    }

    @Test
    void an_entry_that_cannot_be_run_is_not_passed_over() {
        Engine engine = new EngineHarness(new MemoryLog()).engine();
        LogEntry unknown = new LogEntry()
                .reset(EngineHarness.START_MILLIS, new byte[0], 0)
                .add(Request.of("NOSUCH".getBytes(US_ASCII), "k".getBytes(US_ASCII)));
        assertThatThrownBy(() -> engine.replay(unknown)).isInstanceOf(CommandError.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SETRANGE k 3000000 v",
                "SETBIT k 24000000 1",
                "BITFIELD k SET u8 #3000000 7",
                "BITFIELD k GET u8 #3000000 SET u8 0 7"
            })
    void a_string_that_is_longer_than_a_setting_made_later_is_replayed(String command) {
        EngineHarness live = new EngineHarness();
        live.run(command);
        live.run("APPEND k v");
        EngineHarness recovered = new EngineHarness(new MemoryLog());
        recovered.engine().tuning().protoMaxBulkLen.set("1mb");
        live.log().entries().forEach(kept -> recovered.engine().replay(kept.toEntry()));
        recovered.loaded();
        assertThat(recovered.state()).isEqualTo(live.state()).hasSize(1);

        assertThat(recovered.run(command)).as("clients are refused").contains("-ERR ");
    }

    @Test
    void no_setting_allows_a_string_that_there_is_no_room_for() {
        EngineHarness server = new EngineHarness();
        server.engine().tuning().protoMaxBulkLen.set("9223372036854775807");
        assertThat(server.run("SETBIT k 8589934592 1"))
                .isEqualTo("-ERR bit offset is not an integer or out of range\r\n");
        assertThat(server.run("SETBIT k 9223372036854775807 1")).startsWith("-ERR bit offset");
        assertThat(server.run("BITFIELD k SET u8 8589934592 1")).startsWith("-ERR bit offset");
        assertThat(server.run("SETRANGE k 1073741824 v")).startsWith("-ERR string exceeds");
        assertThat(server.state()).isEmpty();
    }
}

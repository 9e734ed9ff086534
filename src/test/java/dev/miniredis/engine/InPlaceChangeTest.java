package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.EntryText;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.SnapshotPart;
import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * A value that is changed in place: what a snapshot, the gate, the memory account, the log and the commands on keys
 * make of it.
 */
class InPlaceChangeTest {
    private static final int KEYS = 300;

    private final EngineHarness harness = EngineHarness.withPiles();
    private final Map<String, String> taken = new TreeMap<>();

    private Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        harness.state().forEach(datum -> state.put(datum.database() + ":" + datum.key(), datum.value()));
        return state;
    }

    private void take(int database, SnapshotPart part, long atMillis) {
        part.forEach(atMillis, entry -> taken.put(database + ":" + EntryText.key(entry), EntryText.value(entry)));
    }

    private void change(Random random) {
        String key = "k" + random.nextInt(KEYS);
        String other = "k" + random.nextInt(KEYS);
        harness.run(
                switch (random.nextInt(12)) {
                    case 0 -> "DEL " + key;
                    case 1 -> "SET " + key + " text" + random.nextInt(100);
                    case 2 -> "RENAME " + key + " " + other;
                    case 3 -> "COPY " + key + " " + other + " REPLACE";
                    case 4 -> "MOVE " + key + " 1";
                    case 5 -> "PILEMOVE " + key + " " + other + " 1";
                    case 6, 7 -> "PILEPOP " + key;
                    case 8 -> "PEXPIRE " + key + " " + random.nextInt(1000);
                    default -> "PILEPUSH " + key + " e" + random.nextInt(1000);
                });
        harness.pass(1);
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void a_snapshot_has_what_there_was_and_replay_what_there_is(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            change(random);
        }
        taken.clear();
        Map<String, String> before = state();
        long atMillis = harness.engine().now();
        harness.engine().data().beginSnapshot((database, part) -> take(database, part, atMillis));
        for (boolean more = true; more; more = harness.engine().data().snapshotStep()) {
            for (int i = 0; i < 20; i++) {
                change(random);
            }
        }
        assertThat(taken).isEqualTo(before);
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
        assertThat(harness.engine().memory().bytes()).isEqualTo(recomputedBytes());
    }

    private long recomputedBytes() {
        long[] bytes = {0};
        for (int i = 0; i < EngineHarness.DATABASES; i++) {
            Keyspace keyspace = harness.engine().database(i);
            bytes[0] += keyspace.overheadBytes();
            keyspace.forEach(Long.MIN_VALUE, entry -> bytes[0] += keyspace.bytesBesideTable(entry));
        }
        return bytes[0];
    }

    @Test
    void a_read_waits_for_the_last_change_of_the_key_and_of_no_other() {
        harness.run("PILEPUSH a 1");
        harness.run("PILEPUSH b 1");
        harness.run("PILEPOP a");
        long last = harness.log().nextLsn() - 1;
        harness.connect();
        harness.run("PILEALL a");
        assertThat(harness.requiredLsn()).isEqualTo(last);
        harness.run("PILEALL b");
        assertThat(harness.requiredLsn()).isEqualTo(last - 1);
        harness.durable(last);
        harness.run("PILEALL a");
        assertThat(harness.requiredLsn()).isZero();
    }

    @Test
    void the_last_element_takes_the_key_with_it() {
        harness.run("PILEPUSH a 1 2");
        assertThat(harness.run("PILEPOP a")).isEqualTo("$1\r\n2\r\n");
        assertThat(harness.run("PILEPOP a")).isEqualTo("$1\r\n1\r\n");
        assertThat(harness.run("EXISTS a")).isEqualTo(":0\r\n");
        assertThat(harness.recovered().state()).isEmpty();
    }

    @Test
    void memory_follows_the_size_and_comes_back() {
        long before = harness.engine().memory().bytes();
        harness.run("PILEPUSH a " + "x".repeat(1000));
        long one = harness.engine().memory().bytes();
        assertThat(one).isGreaterThan(before + 1000);
        harness.run("PILEPUSH a " + "x".repeat(5000));
        assertThat(harness.engine().memory().bytes()).isGreaterThan(one + 5000);
        harness.run("DEL a");
        harness.run("FLUSHALL");
        assertThat(harness.engine().memory().bytes()).isEqualTo(before);
    }

    @Test
    void the_commands_on_keys_ask_the_value() {
        harness.run("PILEPUSH a 1 22");
        assertThat(harness.run("TYPE a")).isEqualTo("+pile\r\n");
        assertThat(harness.run("OBJECT ENCODING a")).isEqualTo("$4\r\nheap\r\n");
        assertThat(harness.run("SCAN 0 TYPE pile")).endsWith("*1\r\n$1\r\na\r\n");
        assertThat(harness.run("SCAN 0 TYPE string")).endsWith("*0\r\n");
        assertThat(harness.run("GET a")).startsWith("-WRONGTYPE");
        assertThat(harness.run("DUMP a")).contains("\1\2\300\1\300\26");
        assertThat(harness.run("DEBUG DIGEST-VALUE a")).isNotEqualTo(harness.run("DEBUG DIGEST-VALUE b"));
        String whole = harness.run("DEBUG DIGEST");
        assertThat(harness.recovered().run("DEBUG DIGEST")).isEqualTo(whole);
        harness.run("SET a text");
        assertThat(harness.run("PILEPUSH a 1")).startsWith("-WRONGTYPE");
        assertThat(harness.run("PILEALL a")).startsWith("-WRONGTYPE");
    }

    @Test
    void a_large_value_is_rebuilt_by_several_commands_and_its_deadline_by_the_last() {
        harness.run("PILEPUSH a 1 2 3 4");
        harness.run("PEXPIREAT a 2000000000000");
        List<String> commands = new ArrayList<>();
        BaseCommands<RuntimeException> base = new BaseCommands<>(command -> commands.add(text(command)));
        harness.engine().database(0).forEach(harness.engine().now(), (Entry entry) -> base.write(entry));
        assertThat(commands).containsExactly("PILEPUSH a 1 2 3", "PILEPUSH a 4", "PEXPIREAT a 2000000000000");
    }

    private static String text(Request command) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < command.size(); i++) {
            words.add(command.arg(i).toString());
        }
        return String.join(" ", words);
    }

    @Test
    void a_change_is_seen_by_those_who_watch_the_key() {
        harness.run("PILEPUSH a 1");
        harness.run("WATCH a");
        Ear other = Ear.of(harness, 50);
        harness.runAs(other.session, "PILEPUSH a 2");
        harness.run("MULTI");
        harness.run("PILEPOP a");
        assertThat(harness.run("EXEC")).isEqualTo("*-1\r\n");
    }

    @Test
    void what_a_command_has_changed_before_it_failed_is_logged_and_replayed() {
        harness.run("PILEPUSH a 1");
        assertThat(harness.run("PILEBREAK a")).isEqualTo("-ERR it is broken\r\n");
        assertThat(harness.run("PILEALL a")).isEqualTo("*2\r\n$1\r\n1\r\n$6\r\nbroken\r\n");
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }

    @Test
    void a_transaction_is_one_entry() {
        harness.run("MULTI");
        harness.run("PILEPUSH a 1 2");
        harness.run("PILEPOP a");
        harness.run("EXEC");
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(harness.log().entries().getFirst().texts()).containsExactly("PILEPUSH a 1 2", "PILEPOP a");
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }
}

package dev.miniredis.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What EXEC does to the log. What it answers, transcripts tell. */
class TransactionTest {
    private final EngineHarness harness = new EngineHarness();

    private void run(String... lines) {
        for (String line : lines) {
            harness.run(line);
        }
    }

    private List<String> logged() {
        return harness.log().entries().stream().map(Object::toString).toList();
    }

    private List<List<String>> firstEntry() {
        return harness.log().entries().getFirst().commands().stream()
                .map(command -> command.stream()
                        .map(argument -> new String(argument, US_ASCII))
                        .toList())
                .toList();
    }

    @Test
    void what_an_exec_changes_is_one_entry() {
        run("MULTI", "SET a 1", "GET a", "SET b 2", "DEL missing", "DEL a", "EXEC");
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(firstEntry())
                .containsExactly(List.of("SET", "a", "1"), List.of("SET", "b", "2"), List.of("DEL", "a"));
    }

    @Test
    void an_exec_that_changes_nothing_is_not_logged() {
        run("SET a 1", "MULTI", "GET a", "DEL missing", "EXEC", "MULTI", "EXEC", "MULTI", "SET a 2", "DISCARD");
        assertThat(logged()).hasSize(1);
    }

    @Test
    void an_entry_says_where_it_goes_to_another_database() {
        run("SELECT 3", "MULTI", "SET a 1", "SELECT 5", "SET a 2", "GET a", "SELECT 3", "SET b 1", "EXEC");
        assertThat(firstEntry())
                .containsExactly(
                        List.of("SET", "a", "1"),
                        List.of("SELECT", "5"),
                        List.of("SET", "a", "2"),
                        List.of("SELECT", "3"),
                        List.of("SET", "b", "1"));
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }

    @Test
    void a_failed_command_within_leaves_the_others() {
        run("MULTI", "SET a 1", "SET b 2 EX 0", "SET c 3", "EXEC");
        assertThat(firstEntry()).containsExactly(List.of("SET", "a", "1"), List.of("SET", "c", "3"));
        assertThat(harness.recovered().state()).isEqualTo(harness.state()).hasSize(2);
    }

    @Test
    void the_reply_of_an_exec_waits_for_its_entry() {
        run("MULTI", "SET a 1", "EXEC");
        assertThat(harness.requiredLsn()).isEqualTo(harness.log().nextLsn() - 1);
        run("MULTI", "GET a", "EXEC");
        assertThat(harness.requiredLsn()).isEqualTo(harness.log().nextLsn() - 1);
        harness.durable(harness.log().nextLsn() - 1);
        run("MULTI", "GET a", "EXEC");
        assertThat(harness.requiredLsn()).isZero();
    }
}

package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the disk must have before a reply may leave. */
class NeedsTest {
    private final EngineHarness harness = new EngineHarness();

    /** What the reply of a request needs. */
    private long needs(String line) {
        harness.run(line);
        return harness.needs();
    }

    @Test
    void a_write_needs_itself() {
        assertThat(needs("SET a 1")).isEqualTo(1);
        assertThat(needs("SET b 2")).isEqualTo(2);
        assertThat(needs("DEL a")).isEqualTo(3);
        assertThat(needs("FLUSHDB")).isEqualTo(4);
        assertThat(needs("SET c 5")).isEqualTo(5);
        assertThat(needs("FLUSHALL")).isEqualTo(6);
    }

    @Test
    void a_read_needs_the_last_change_of_its_key_while_it_is_unsettled() {
        needs("SET a 1");
        needs("SET b 2");
        needs("SET a 3");
        needs("SET c 4");
        assertThat(needs("GET a")).isEqualTo(3);
        assertThat(needs("GET b")).isEqualTo(2);
        assertThat(needs("EXISTS a")).isEqualTo(3);
        assertThat(needs("TYPE a")).isEqualTo(3);
        assertThat(needs("TTL a")).isEqualTo(3);
        harness.durable(2);
        assertThat(needs("GET a")).isEqualTo(3);
        assertThat(needs("GET b")).isZero();
        harness.durable(3);
        assertThat(needs("GET a")).isZero();
        assertThat(needs("GET c")).isEqualTo(4);
        harness.durable(4);
        assertThat(needs("GET c")).isZero();
    }

    @Test
    void a_read_of_a_settled_key_never_waits_for_others() {
        needs("SET settled 1");
        harness.durable(1);
        for (int i = 0; i < 5000; i++) {
            needs("SET other" + i + " 1");
            if (i % 100 == 0) {
                assertThat(needs("GET settled")).isZero();
                assertThat(needs("GET missing")).isZero();
                assertThat(needs("PING")).isZero();
                assertThat(needs("GET other" + i / 2)).isEqualTo(2 + i / 2);
            }
        }
    }

    @Test
    void a_read_of_many_keys_needs_the_last_change_of_any() {
        needs("SET a 1");
        needs("SET b 2");
        needs("SET c 3");
        assertThat(needs("EXISTS a b")).isEqualTo(2);
        assertThat(needs("EXISTS b a missing")).isEqualTo(2);
        assertThat(needs("EXISTS c a b")).isEqualTo(3);
    }

    @Test
    void that_a_key_is_gone_needs_its_removal() {
        needs("SET a 1");
        harness.durable(1);
        needs("DEL a");
        assertThat(needs("GET a")).isEqualTo(2);
        assertThat(needs("EXISTS a")).isEqualTo(2);
        harness.durable(2);
        assertThat(needs("GET a")).isZero();
    }

    @Test
    void that_all_keys_are_gone_needs_the_flush() {
        needs("SELECT 1");
        needs("SET a 1");
        needs("SELECT 0");
        needs("SET a 2");
        harness.durable(2);
        needs("FLUSHALL");
        assertThat(needs("GET a")).isEqualTo(3);
        assertThat(needs("GET never-seen")).isEqualTo(3);
        assertThat(needs("DBSIZE")).isEqualTo(3);
        assertThat(needs("KEYS *")).isEqualTo(3);
        needs("SELECT 1");
        assertThat(needs("GET a")).as("it flushed this database too").isEqualTo(3);
        harness.durable(3);
        assertThat(needs("GET a")).isZero();
        assertThat(needs("DBSIZE")).isZero();
    }

    @Test
    void databases_are_settled_on_their_own() {
        needs("SELECT 1");
        needs("SET a 1");
        needs("FLUSHDB");
        needs("SELECT 2");
        assertThat(needs("GET a")).isZero();
        assertThat(needs("DBSIZE")).isZero();
        assertThat(needs("KEYS *")).isZero();
        needs("SELECT 1");
        assertThat(needs("GET a")).isEqualTo(2);
        assertThat(needs("SET a 3")).isEqualTo(3);
        assertThat(needs("GET a")).isEqualTo(3);
        for (int other : new int[] {0, 2, 3, 15}) {
            needs("SELECT " + other);
            assertThat(needs("GET a")).isZero();
        }
        assertThat(needs("SET a 4")).isEqualTo(4);
        assertThat(needs("GET a")).isEqualTo(4);
        needs("SELECT 1");
        assertThat(needs("GET a")).isEqualTo(3);
    }

    @Test
    void what_tells_of_all_keys_needs_the_last_change_of_any() {
        needs("SET a 1");
        needs("SET b 2");
        assertThat(needs("DBSIZE")).isEqualTo(2);
        assertThat(needs("KEYS *")).isEqualTo(2);
        assertThat(needs("KEYS nothing")).isEqualTo(2);
        assertThat(needs("INFO keyspace")).isEqualTo(2);
        assertThat(needs("INFO")).isEqualTo(2);
        assertThat(needs("INFO server")).isZero();
        harness.durable(2);
        assertThat(needs("DBSIZE")).isZero();
        assertThat(needs("KEYS *")).isZero();
        assertThat(needs("INFO keyspace")).isZero();
    }

    @Test
    void a_write_that_was_not_made_needs_what_it_looked_at() {
        needs("SET a 1");
        needs("SET b 2");
        assertThat(needs("SET a 3 NX")).isEqualTo(1);
        assertThat(needs("SET missing 3 XX")).isZero();
        assertThat(needs("DEL missing")).isZero();
        harness.durable(2);
        assertThat(needs("SET a 3 NX")).isZero();
        assertThat(needs("SET a 3 GET")).isEqualTo(3);
    }

    @Test
    void that_a_key_has_expired_needs_what_gave_it_its_deadline() {
        needs("SET a old");
        harness.durable(1);
        needs("SET a new PX 10");
        harness.pass(10);
        assertThat(needs("GET a")).as("after a crash it would be the old one").isEqualTo(2);
        assertThat(needs("GET a")).as("also when it has been removed").isEqualTo(2);
        harness.durable(2);
        assertThat(needs("GET a")).isZero();
    }

    @Test
    void that_a_key_was_expired_in_the_background_needs_it_too() {
        needs("SET a old");
        harness.durable(1);
        needs("SET a new PX 10");
        harness.pass(10);
        harness.engine().expireSome(0);
        assertThat(needs("GET a")).isEqualTo(2);
        assertThat(needs("DBSIZE")).isEqualTo(2);
    }

    @Test
    void errors_need_nothing() {
        needs("SET a 1");
        assertThat(needs("GET")).isZero();
        assertThat(needs("NOSUCH")).isZero();
        assertThat(needs("SET a 1 FOO")).isZero();
        assertThat(needs("SELECT 99")).isZero();
        assertThat(needs("SET a 1 EX 0")).isZero();
    }

    @Test
    void what_was_recovered_is_settled() {
        needs("SET a 1");
        needs("DEL b");
        needs("FLUSHDB");
        needs("SET a 2");
        EngineHarness recovered = harness.recovered();
        recovered.run("GET a");
        assertThat(recovered.needs()).isZero();
        recovered.run("DBSIZE");
        assertThat(recovered.needs()).isZero();
        recovered.run("KEYS *");
        assertThat(recovered.needs()).isZero();
    }

    @Test
    void the_gate_opens_when_the_disk_has_it() {
        long needed = needs("SET a 1");
        long[] released = {0};
        harness.engine().gate().await(durable -> {
            released[0] = durable;
            return durable < needed;
        });
        assertThat(harness.run("INFO clients")).contains("clients_waiting_for_disk:1\r\n");
        harness.durable(0);
        assertThat(harness.engine().gate().waiting()).isOne();
        harness.durable(1);
        assertThat(released[0]).isEqualTo(1);
        assertThat(harness.engine().gate().waiting()).isZero();
    }
}

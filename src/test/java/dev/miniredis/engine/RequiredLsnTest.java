package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the disk must have before a reply may leave. */
class RequiredLsnTest {
    private final EngineHarness harness = new EngineHarness();

    /** What the reply of a request needs. */
    private long requiredLsn(String line) {
        harness.run(line);
        return harness.requiredLsn();
    }

    @Test
    void a_write_needs_itself() {
        assertThat(requiredLsn("SET a 1")).isEqualTo(1);
        assertThat(requiredLsn("SET b 2")).isEqualTo(2);
        assertThat(requiredLsn("DEL a")).isEqualTo(3);
        assertThat(requiredLsn("FLUSHDB")).isEqualTo(4);
        assertThat(requiredLsn("SET c 5")).isEqualTo(5);
        assertThat(requiredLsn("FLUSHALL")).isEqualTo(6);
    }

    @Test
    void a_read_needs_the_last_change_of_its_key_while_it_is_unsettled() {
        requiredLsn("SET a 1");
        requiredLsn("SET b 2");
        requiredLsn("SET a 3");
        requiredLsn("SET c 4");
        assertThat(requiredLsn("GET a")).isEqualTo(3);
        assertThat(requiredLsn("GET b")).isEqualTo(2);
        assertThat(requiredLsn("EXISTS a")).isEqualTo(3);
        assertThat(requiredLsn("TYPE a")).isEqualTo(3);
        assertThat(requiredLsn("TTL a")).isEqualTo(3);
        harness.durable(2);
        assertThat(requiredLsn("GET a")).isEqualTo(3);
        assertThat(requiredLsn("GET b")).isZero();
        harness.durable(3);
        assertThat(requiredLsn("GET a")).isZero();
        assertThat(requiredLsn("GET c")).isEqualTo(4);
        harness.durable(4);
        assertThat(requiredLsn("GET c")).isZero();
    }

    @Test
    void a_read_of_a_settled_key_never_waits_for_others() {
        requiredLsn("SET settled 1");
        harness.durable(1);
        for (int i = 0; i < 5000; i++) {
            requiredLsn("SET other" + i + " 1");
            if (i % 100 == 0) {
                assertThat(requiredLsn("GET settled")).isZero();
                assertThat(requiredLsn("GET missing")).isZero();
                assertThat(requiredLsn("PING")).isZero();
                assertThat(requiredLsn("GET other" + i / 2)).isEqualTo(2 + i / 2);
            }
        }
    }

    @Test
    void a_read_of_many_keys_needs_the_last_change_of_any() {
        requiredLsn("SET a 1");
        requiredLsn("SET b 2");
        requiredLsn("SET c 3");
        assertThat(requiredLsn("EXISTS a b")).isEqualTo(2);
        assertThat(requiredLsn("EXISTS b a missing")).isEqualTo(2);
        assertThat(requiredLsn("EXISTS c a b")).isEqualTo(3);
    }

    @Test
    void that_a_key_is_gone_needs_its_removal() {
        requiredLsn("SET a 1");
        harness.durable(1);
        requiredLsn("DEL a");
        assertThat(requiredLsn("GET a")).isEqualTo(2);
        assertThat(requiredLsn("EXISTS a")).isEqualTo(2);
        harness.durable(2);
        assertThat(requiredLsn("GET a")).isZero();
    }

    @Test
    void that_all_keys_are_gone_needs_the_flush() {
        requiredLsn("SELECT 1");
        requiredLsn("SET a 1");
        requiredLsn("SELECT 0");
        requiredLsn("SET a 2");
        harness.durable(2);
        requiredLsn("FLUSHALL");
        assertThat(requiredLsn("GET a")).isEqualTo(3);
        assertThat(requiredLsn("GET never-seen")).isEqualTo(3);
        assertThat(requiredLsn("DBSIZE")).isEqualTo(3);
        assertThat(requiredLsn("KEYS *")).isEqualTo(3);
        requiredLsn("SELECT 1");
        assertThat(requiredLsn("GET a")).as("it flushed this database too").isEqualTo(3);
        harness.durable(3);
        assertThat(requiredLsn("GET a")).isZero();
        assertThat(requiredLsn("DBSIZE")).isZero();
    }

    @Test
    void databases_are_settled_on_their_own() {
        requiredLsn("SELECT 1");
        requiredLsn("SET a 1");
        requiredLsn("FLUSHDB");
        requiredLsn("SELECT 2");
        assertThat(requiredLsn("GET a")).isZero();
        assertThat(requiredLsn("DBSIZE")).isZero();
        assertThat(requiredLsn("KEYS *")).isZero();
        requiredLsn("SELECT 1");
        assertThat(requiredLsn("GET a")).isEqualTo(2);
        assertThat(requiredLsn("SET a 3")).isEqualTo(3);
        assertThat(requiredLsn("GET a")).isEqualTo(3);
        for (int other : new int[] {0, 2, 3, 15}) {
            requiredLsn("SELECT " + other);
            assertThat(requiredLsn("GET a")).isZero();
        }
        assertThat(requiredLsn("SET a 4")).isEqualTo(4);
        assertThat(requiredLsn("GET a")).isEqualTo(4);
        requiredLsn("SELECT 1");
        assertThat(requiredLsn("GET a")).isEqualTo(3);
    }

    @Test
    void what_tells_of_all_keys_needs_the_last_change_of_any() {
        requiredLsn("SET a 1");
        requiredLsn("SET b 2");
        assertThat(requiredLsn("DBSIZE")).isEqualTo(2);
        assertThat(requiredLsn("KEYS *")).isEqualTo(2);
        assertThat(requiredLsn("KEYS nothing")).isEqualTo(2);
        assertThat(requiredLsn("INFO keyspace")).isEqualTo(2);
        assertThat(requiredLsn("INFO")).isEqualTo(2);
        assertThat(requiredLsn("INFO server")).isZero();
        harness.durable(2);
        assertThat(requiredLsn("DBSIZE")).isZero();
        assertThat(requiredLsn("KEYS *")).isZero();
        assertThat(requiredLsn("INFO keyspace")).isZero();
    }

    @Test
    void a_write_that_was_not_made_needs_what_it_looked_at() {
        requiredLsn("SET a 1");
        requiredLsn("SET b 2");
        assertThat(requiredLsn("SET a 3 NX")).isEqualTo(1);
        assertThat(requiredLsn("SET missing 3 XX")).isZero();
        assertThat(requiredLsn("DEL missing")).isZero();
        harness.durable(2);
        assertThat(requiredLsn("SET a 3 NX")).isZero();
        assertThat(requiredLsn("SET a 3 GET")).isEqualTo(3);
    }

    @Test
    void that_a_key_has_expired_needs_what_gave_it_its_deadline() {
        requiredLsn("SET a old");
        harness.durable(1);
        requiredLsn("SET a new PX 10");
        harness.pass(10);
        assertThat(requiredLsn("GET a"))
                .as("after a crash it would be the old one")
                .isEqualTo(2);
        assertThat(requiredLsn("GET a")).as("also when it has been removed").isEqualTo(2);
        harness.durable(2);
        assertThat(requiredLsn("GET a")).isZero();
    }

    @Test
    void that_a_key_was_expired_in_the_background_needs_it_too() {
        requiredLsn("SET a old");
        harness.durable(1);
        requiredLsn("SET a new PX 10");
        harness.pass(10);
        harness.engine().expireSome(0);
        assertThat(requiredLsn("GET a")).isEqualTo(2);
        assertThat(requiredLsn("DBSIZE")).isEqualTo(2);
    }

    @Test
    void errors_need_nothing() {
        requiredLsn("SET a 1");
        assertThat(requiredLsn("GET")).isZero();
        assertThat(requiredLsn("NOSUCH")).isZero();
        assertThat(requiredLsn("SET a 1 FOO")).isZero();
        assertThat(requiredLsn("SELECT 99")).isZero();
        assertThat(requiredLsn("SET a 1 EX 0")).isZero();
    }

    @Test
    void what_was_recovered_is_settled() {
        requiredLsn("SET a 1");
        requiredLsn("DEL b");
        requiredLsn("FLUSHDB");
        requiredLsn("SET a 2");
        EngineHarness recovered = harness.recovered();
        recovered.run("GET a");
        assertThat(recovered.requiredLsn()).isZero();
        recovered.run("DBSIZE");
        assertThat(recovered.requiredLsn()).isZero();
        recovered.run("KEYS *");
        assertThat(recovered.requiredLsn()).isZero();
    }

    @Test
    void the_gate_opens_when_the_disk_has_it() {
        long needed = requiredLsn("SET a 1");
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

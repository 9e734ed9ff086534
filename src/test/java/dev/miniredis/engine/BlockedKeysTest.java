package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.WriteLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that wait for a key: who is served, when, by what entry of the log, and what its reply waits for. */
class BlockedKeysTest {
    private final EngineHarness harness = EngineHarness.withPiles();
    private final Ear one = Ear.of(harness, 51);
    private final Ear two = Ear.of(harness, 52);

    private void as(Ear ear, String line) {
        harness.runAs(ear.session, line);
    }

    private List<String> logged() {
        return harness.log().entries().stream()
                .flatMap(entry -> entry.texts().stream())
                .toList();
    }

    @Test
    void a_waiter_is_served_by_the_push_in_an_entry_of_its_own_and_its_reply_waits_for_that() {
        as(one, "PILEWAIT k 0");
        assertThat(one.session.blocked()).isNotNull();
        assertThat(harness.run("PILEPUSH k a")).isEqualTo(":1\r\n");
        assertThat(harness.requiredLsn()).as("the writer waits for its own").isEqualTo(1);
        assertThat(one.heard).containsExactly("a ", "resumed");
        assertThat(one.requiredLsn).containsExactly(2L);
        assertThat(one.session.blocked()).isNull();
        assertThat(logged()).containsExactly("PILEPUSH k a", "PILEWAIT k 0");
        assertThat(harness.recovered().state()).isEqualTo(harness.state()).isEmpty();
    }

    @Test
    void who_came_first_is_served_first_and_nobody_is_served_twice() {
        as(one, "PILEWAIT k 0");
        as(two, "PILEWAIT k 0");
        harness.run("PILEPUSH k a");
        assertThat(one.heard).containsExactly("a ", "resumed");
        assertThat(two.heard).isEmpty();
        harness.run("PILEPUSH k b c");
        assertThat(two.heard).containsExactly("c ", "resumed");
        assertThat(harness.run("PILEALL k")).isEqualTo("*1\r\n$1\r\nb\r\n");
    }

    @Test
    void nobody_takes_what_the_waiter_was_given() {
        as(one, "PILEWAIT k 0");
        harness.run("PILEPUSH k a");
        assertThat(harness.run("PILEPOP k")).isEqualTo("$-1\r\n");
    }

    @Test
    void after_EXEC_and_not_within_it_waiters_are_served() {
        as(one, "PILEWAIT k 0");
        harness.run("MULTI");
        harness.run("PILEPUSH k a b");
        harness.run("PILEPOP k");
        assertThat(harness.run("EXEC")).isEqualTo("*2\r\n:2\r\n$1\r\nb\r\n");
        assertThat(one.heard).containsExactly("a ", "resumed");
        assertThat(harness.log().entries()).hasSize(2);
    }

    @Test
    void within_EXEC_nobody_waits() {
        harness.run("MULTI");
        harness.run("PILEWAIT k 0");
        assertThat(harness.run("EXEC")).isEqualTo("*1\r\n$-1\r\n");
        assertThat(harness.session().blocked()).isNull();
    }

    @Test
    void one_waiter_serves_the_next() {
        as(one, "PILEMOVE a b 0");
        as(two, "PILEWAIT b 0");
        harness.run("PILEPUSH a x");
        assertThat(one.heard).containsExactly("x ", "resumed");
        assertThat(two.heard).containsExactly("x ", "resumed");
        assertThat(logged()).containsExactly("PILEPUSH a x", "PILEMOVE a b 0", "PILEWAIT b 0");
        assertThat(harness.recovered().state()).isEqualTo(harness.state()).isEmpty();
    }

    @Test
    void a_key_that_is_made_by_renaming_copying_or_moving_serves_too() {
        for (String maker : List.of("RENAME x k", "COPY x k")) {
            as(one, "PILEWAIT k 0");
            harness.run("PILEPUSH x a");
            harness.run(maker);
            assertThat(one.heard).as(maker).containsExactly("a ", "resumed");
            one.heard.clear();
        }
        as(one, "SELECT 1");
        as(one, "PILEWAIT x 0");
        harness.run("MOVE x 1");
        assertThat(one.heard).containsExactly("a ", "resumed");
        one.heard.clear();
        as(one, "PILEWAIT y 0");
        harness.run("PILEPUSH y b");
        assertThat(one.heard).as("another database").isEmpty();
        harness.run("SWAPDB 0 1");
        assertThat(one.heard).containsExactly("b ", "resumed");
        assertThat(harness.recovered().state()).isEqualTo(harness.state());
    }

    @Test
    void a_key_of_another_type_serves_nobody() {
        as(one, "PILEWAIT k 0");
        harness.run("SET k text");
        assertThat(one.heard).isEmpty();
        harness.run("DEL k");
        harness.run("PILEPUSH k a");
        assertThat(one.heard).containsExactly("a ", "resumed");
    }

    @Test
    void the_first_of_several_keys_that_holds_something_is_taken() {
        as(one, "PILEWAIT a b c 0");
        harness.run("MULTI");
        harness.run("PILEPUSH c 3");
        harness.run("PILEPUSH b 2");
        harness.run("EXEC");
        assertThat(one.heard).containsExactly("2 ", "resumed");
        assertThat(harness.run("PILEALL c")).isEqualTo("*1\r\n$1\r\n3\r\n");
        assertThat(harness.engine().blockedKeys()).isZero();
    }

    @Test
    void the_time_ends_and_the_key_serves_no_more() {
        as(one, "PILEWAIT k 100");
        assertThat(harness.engine().blockedKeys()).isEqualTo(1);
        harness.pass(99);
        assertThat(one.heard).isEmpty();
        harness.pass(1);
        assertThat(one.heard).containsExactly("$-1 ", "resumed");
        assertThat(harness.engine().blockedKeys()).isZero();
        harness.run("PILEPUSH k a");
        assertThat(one.heard).hasSize(2);
    }

    @Test
    void a_client_that_leaves_or_is_unblocked_leaves_no_trace() {
        as(one, "PILEWAIT k l 0");
        as(two, "PILEWAIT k 0");
        long held = one.session.heldBytes();
        harness.engine().clients().disconnected(one.session);
        harness.run("CLIENT UNBLOCK 52 ERROR");
        assertThat(two.heard.getFirst()).startsWith("-UNBLOCKED");
        assertThat(harness.engine().blockedKeys()).isZero();
        assertThat(one.session.heldBytes()).isLessThan(held);
        harness.run("PILEPUSH k a");
        assertThat(harness.run("PILEALL k")).isEqualTo("*1\r\n$1\r\na\r\n");
    }

    @Test
    void permissions_are_looked_at_again() {
        harness.run("ACL SETUSER weak on nopass ~* +@all");
        as(one, "AUTH weak x");
        as(one, "PILEWAIT k 0");
        harness.run("ACL SETUSER weak resetkeys ~other");
        harness.run("PILEPUSH k a");
        assertThat(one.heard.getFirst()).startsWith("-NOPERM");
        assertThat(harness.run("PILEALL k")).isEqualTo("*1\r\n$1\r\na\r\n");
    }

    @Test
    void a_waiter_for_which_the_log_has_no_room_is_served_when_there_is() {
        as(one, "PILEWAIT k 0");
        harness.run("MULTI");
        harness.run("PILEPUSH k a");
        harness.log().roomAfterNext(WriteLog.Room.SOON);
        harness.run("EXEC");
        assertThat(one.heard).isEmpty();
        harness.log().room(WriteLog.Room.YES, null);
        harness.engine().look();
        assertThat(one.heard).containsExactly("a ", "resumed");
        assertThat(harness.log().submits()).isPositive();
    }

    @Test
    void what_a_waiter_keeps_is_counted_as_its_memory() {
        long before = one.session.heldBytes();
        as(one, "PILEWAIT " + "k".repeat(10_000) + " 0");
        assertThat(one.session.heldBytes()).isGreaterThan(before + 20_000);
        harness.run("PILEPUSH " + "k".repeat(10_000) + " a");
        assertThat(one.session.heldBytes()).isEqualTo(before);
    }
}

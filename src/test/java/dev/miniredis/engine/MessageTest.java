package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What one client gets of what another does, and what must be on disk before. */
class MessageTest {
    private final EngineHarness harness = new EngineHarness();
    private final Ear ear = new Ear(99);

    private void listen(String... lines) {
        harness.engine().security().admit(ear.session);
        harness.engine().clients().connected(ear.session);
        for (String line : lines) {
            harness.runAs(ear.session, line);
        }
    }

    @Test
    void a_message_reaches_who_has_subscribed_to_the_channel_or_a_pattern_of_it() {
        listen("SUBSCRIBE news", "PSUBSCRIBE n*");
        assertThat(harness.run("PUBLISH news hello")).isEqualTo(":2\r\n");
        assertThat(ear.heard).containsExactly("message news hello ", "pmessage n* news hello ");
        assertThat(ear.requiredLsn).containsExactly(0L, 0L);
    }

    @Test
    void a_message_waits_for_what_its_sender_wrote_before() {
        listen("SUBSCRIBE news");
        harness.run("SET order 5");
        harness.run("PUBLISH news saved");
        assertThat(ear.requiredLsn).containsExactly(harness.log().nextLsn() - 1);
    }

    @Test
    void a_keyspace_event_waits_for_its_change() {
        listen("PSUBSCRIBE __key*");
        harness.run("CONFIG SET notify-keyspace-events KEA");
        harness.run("SET k v PX 100");
        assertThat(ear.heard)
                .containsExactly(
                        "pmessage __key* __keyspace@0__:k set ",
                        "pmessage __key* __keyevent@0__:set k ",
                        "pmessage __key* __keyspace@0__:k expire ",
                        "pmessage __key* __keyevent@0__:expire k ");
        assertThat(ear.requiredLsn).containsOnly(harness.log().nextLsn() - 1);
        harness.pass(100);
        harness.engine().expireSome(0);
        assertThat(ear.heard).contains("pmessage __key* __keyevent@0__:expired k ");
    }

    @Test
    void who_has_cached_a_key_is_told_once_that_it_changed() {
        listen("HELLO 3", "CLIENT TRACKING ON", "GET k");
        harness.run("SET k 1");
        harness.run("SET k 2");
        assertThat(ear.heard).containsExactly("invalidate k ");
        assertThat(ear.requiredLsn).containsExactly(harness.log().nextLsn() - 2);
    }

    @Test
    void who_wants_every_change_of_a_prefix_gets_one_message_a_turn() {
        listen("HELLO 3", "CLIENT TRACKING ON BCAST PREFIX user:");
        harness.run("SET user:1 a");
        harness.run("SET other a");
        harness.run("SET user:2 a");
        assertThat(ear.heard).isEmpty();
        harness.engine().submit();
        assertThat(ear.heard).containsExactly("invalidate user:1 user:2 ");
    }

    @Test
    void a_monitor_sees_what_others_do_and_waits_for_it() {
        listen("MONITOR");
        harness.run("SET k \"a b\"");
        assertThat(ear.heard.getFirst()).endsWith("[0 10.0.0.7:51544] \"SET\" \"k\" \"a b\" ");
        assertThat(ear.requiredLsn).containsExactly(harness.log().nextLsn() - 1);
    }

    @Test
    void who_waits_gets_the_answer_when_the_time_is_over() {
        listen("WAIT 1 50");
        assertThat(ear.session.blocked()).isNotNull();
        harness.pass(49);
        assertThat(ear.heard).isEmpty();
        harness.pass(1);
        assertThat(ear.heard).containsExactly(":0 ", "resumed");
        assertThat(ear.session.blocked()).isNull();
    }

    @Test
    void waitaof_answers_when_the_disk_has_it() {
        listen("SET k v", "WAITAOF 1 0 0");
        assertThat(ear.heard).isEmpty();
        harness.durable(harness.log().nextLsn() - 1);
        assertThat(ear.heard).containsExactly(":1 :0 ", "resumed");
    }

    @Test
    void who_waits_can_be_told_not_to() {
        listen("WAIT 1 0");
        assertThat(harness.run("CLIENT UNBLOCK 99 ERROR")).isEqualTo(":1\r\n");
        assertThat(ear.heard).containsExactly("-UNBLOCKED client unblocked via CLIENT UNBLOCK ", "resumed");
        assertThat(harness.run("CLIENT UNBLOCK 99")).isEqualTo(":0\r\n");
    }

    @Test
    void what_a_client_causes_for_itself_comes_after_its_reply() {
        harness.run("HELLO 3");
        harness.run("SUBSCRIBE c");
        assertThat(harness.run("PUBLISH c m")).isEqualTo(":1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
    }

    @Test
    void a_client_without_replies_still_gets_messages() {
        harness.run("HELLO 3");
        assertThat(harness.run("CLIENT REPLY OFF")).isEmpty();
        assertThat(harness.run("SUBSCRIBE c")).startsWith(">3\r\n");
        assertThat(harness.run("PUBLISH c m")).startsWith(">3\r\n$7\r\nmessage\r\n");
        assertThat(harness.run("GET k")).isEmpty();
        assertThat(harness.run("CLIENT REPLY ON")).isEqualTo("+OK\r\n");
        assertThat(harness.run("CLIENT REPLY SKIP")).isEmpty();
        assertThat(harness.run("GET k")).isEmpty();
        assertThat(harness.run("GET k")).isEqualTo("_\r\n");
    }

    @Test
    void who_is_gone_gets_nothing() {
        listen("SUBSCRIBE news", "WATCH k", "CLIENT TRACKING ON");
        harness.engine().clients().disconnected(ear.session);
        assertThat(harness.run("PUBLISH news hello")).isEqualTo(":0\r\n");
        harness.run("SET k v");
        assertThat(ear.heard).isEmpty();
        assertThat(harness.engine().clients().watches().isEmpty()).isTrue();
    }
}

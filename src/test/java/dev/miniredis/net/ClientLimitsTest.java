package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.net.ClientLimits.Reason;
import dev.miniredis.net.EmbeddedServer.Client;
import dev.miniredis.notice.StartupFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is cut off, when, and what is told of it. */
class ClientLimitsTest {
    private static final int KB = 1024;

    private final EmbeddedServer server = new EmbeddedServer(EmbeddedServer.ENOUGH, 1024 * KB);
    private final Client writer = server.connect();

    @BeforeEach
    void set_a_value_of_30_kb() {
        writer.send("SET large " + "v".repeat(30 * KB));
        server.turn();
        assertThat(writer.lines()).containsExactly("+OK");
    }

    private Client asking(int times) {
        Client client = server.connect().deaf();
        for (int i = 0; i < times; i++) {
            client.send("GET large");
            server.turn();
        }
        return client;
    }

    private void normalLimit(String limit) {
        server.set("client-output-buffer-limit", "normal " + limit);
    }

    @Test
    void without_a_limit_a_client_may_let_replies_wait() {
        Client client = asking(20);
        assertThat(client.isOpen()).isTrue();
        assertThat(server.engine.clients().all()).hasSize(2);
    }

    @Test
    void with_more_than_the_hard_limit_a_client_is_cut_off_at_once() {
        normalLimit("100kb 0 0");
        assertThat(asking(3).isOpen()).isTrue();
        assertThat(asking(4).isOpen()).isFalse();
        assertThat(server.info("client_output_buffer_limit_disconnections")).isEqualTo("1");
        assertThat(server.limits.cutOffs(Reason.OUTPUT)).isEqualTo(1);
    }

    @Test
    void the_first_16_kb_are_free_as_in_redis() {
        normalLimit("1 0 0");
        server.set("timeout", "0");
        Client client = server.connect();
        client.send("ECHO " + "x".repeat(15 * KB));
        server.turn();
        assertThat(client.isOpen()).isTrue();
        client.send("GET large");
        server.turn();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.lines()).hasSize(2);
    }

    @Test
    void over_the_soft_limit_a_client_has_some_seconds() {
        normalLimit("0 50kb 10");
        Client slow = asking(3);
        Client quick = asking(1);
        server.pass(10);
        assertThat(slow.isOpen()).isTrue();
        server.pass(2);
        assertThat(slow.isOpen()).isFalse();
        assertThat(quick.isOpen()).isTrue();
        assertThat(server.info("client_output_buffer_limit_disconnections")).isEqualTo("1");
    }

    @Test
    void a_limit_that_is_set_later_holds_for_what_waits_already() {
        Client client = asking(5);
        server.pass(1);
        assertThat(client.isOpen()).isTrue();
        normalLimit("100kb 0 0");
        server.pass(1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void what_waits_for_the_disk_counts_too() {
        normalLimit("100kb 0 0");
        server.log.durable(1);
        Client client = server.connect();
        client.send("SET k v");
        for (int i = 0; i < 3; i++) {
            client.send("GET large");
            server.turn();
        }
        assertThat(client.isOpen()).isTrue();
        assertThat(server.engine.gate().waiting()).isEqualTo(1);
        client.send("GET large");
        server.turn();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.lines()).isEmpty();
        server.durable(2);
        assertThat(server.engine.gate().waiting()).isZero();
    }

    @Test
    void the_client_list_tells_what_waits() {
        Client client = asking(4);
        long id = server.engine.clients().all().stream()
                .mapToLong(session -> session.id())
                .max()
                .getAsLong();
        writer.send("CLIENT LIST ID " + id);
        server.turn();
        assertThat(client.isOpen()).isTrue();
        long all = 4L * (30 * KB + 10 + 96); // 96: what Netty counts for the piece itself
        assertThat(writer.lines().get(1))
                .contains(" obl=16384 oll=4 omem=" + (all - 16 * KB) + " tot-mem=" + (all + 4 * 200 + 2400) + " ");
        server.pass(0);
        assertThat(server.info("client_recent_max_output_buffer")).isEqualTo(Long.toString(all - 16 * KB));
        client.deaf = false;
        client.flush();
        server.pass(9);
        assertThat(server.info("client_recent_max_output_buffer")).isEqualTo("0");
    }

    @Test
    void when_all_clients_together_have_too_much_the_one_with_most_goes() {
        Client most = asking(20);
        Client less = asking(10);
        assertThat(most.isOpen()).isTrue();
        Client last = asking(8);
        assertThat(most.isOpen()).isFalse();
        assertThat(less.isOpen()).isTrue();
        assertThat(last.isOpen()).isTrue();
        assertThat(server.info("evicted_clients")).isEqualTo("1");
    }

    @Test
    void replies_that_are_taken_never_add_up() {
        Client client = server.connect();
        for (int i = 0; i < 200; i++) {
            client.send("GET large");
            server.turn();
            assertThat(client.lines()).hasSize(2);
        }
        assertThat(server.info("evicted_clients")).isEqualTo("0");
    }

    @Test
    void idle_clients_are_closed_after_the_timeout() {
        server.pass(1000);
        assertThat(writer.isOpen()).isTrue();
        Client other = server.connect();
        server.set("timeout", "10");
        other.send("PI");
        server.turn();
        server.pass(10);
        assertThat(writer.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        other.sendBytes("N"); // half a request is a sign of life too
        server.turn();
        server.pass(10);
        assertThat(other.isOpen()).isTrue();
        server.pass(1);
        assertThat(other.isOpen()).isFalse();
        assertThat(server.limits.cutOffs(Reason.IDLE)).isEqualTo(2);
    }

    @Test
    void who_waits_for_us_is_not_idle() {
        server.set("timeout", "10");
        server.log.durable(1);
        Client waiting = server.connect();
        waiting.send("SET k v");
        server.turn();
        server.log.room(0);
        Client paused = server.connect();
        paused.send("SET k v");
        server.turn();
        server.pass(100);
        assertThat(writer.isOpen()).isFalse();
        assertThat(waiting.isOpen()).isTrue();
        assertThat(paused.isOpen()).isTrue();
        server.durable(2);
        server.pass(11);
        assertThat(waiting.isOpen()).isFalse();
        assertThat(paused.isOpen()).isTrue();
    }

    @Test
    void who_takes_its_replies_is_not_idle() {
        server.set("timeout", "10");
        Client client = asking(2);
        for (int i = 0; i < 3; i++) {
            server.pass(8);
            client.deaf = false;
            client.flush();
            client.deaf = true;
            server.pass(0);
            if (i == 0) {
                assertThat(client.isOpen()).isTrue();
            }
        }
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void a_request_longer_than_the_limit_is_cut_off_without_a_reply() {
        server.set("client-query-buffer-limit", "1mb");
        Client client = server.connect();
        client.sendBytes("*2\r\n$4\r\nECHO\r\n$2000000\r\n");
        String piece = "x".repeat(64 * KB);
        for (int i = 0; i < 15; i++) {
            client.sendBytes(piece);
            server.turn();
            assertThat(client.isOpen()).isTrue();
        }
        client.sendBytes(piece);
        server.turn();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.lines()).isEmpty();
        assertThat(server.info("client_query_buffer_limit_disconnections")).isEqualTo("1");
    }

    @Test
    void a_word_longer_than_the_limit_is_a_protocol_error() {
        server.set("proto-max-bulk-len", "1mb");
        Client client = server.connect();
        client.sendBytes("*2\r\n$4\r\nECHO\r\n$1048576\r\n");
        server.turn();
        assertThat(client.isOpen()).isTrue();
        Client other = server.connect();
        other.sendBytes("*2\r\n$4\r\nECHO\r\n$1048577\r\n");
        server.turn();
        assertThat(other.lines()).containsExactly("-ERR Protocol error: invalid bulk length");
    }

    @Test
    void one_client_more_than_maxclients_is_rejected() {
        server.set("maxclients", "2");
        assertThat(server.limits.rejects(0)).isFalse();
        Client second = server.connect();
        assertThat(server.limits.rejects(0)).isTrue();
        assertThat(server.info("rejected_connections")).isEqualTo("1");
        assertThat(server.info("maxclients")).isEqualTo("2");
        second.close();
        second.runPendingTasks();
        assertThat(server.limits.rejects(0)).isFalse();
    }

    @Test
    void there_are_no_more_clients_than_files() {
        server.limits.limitClients(150, 20_000);
        assertThatThrownBy(() -> server.set("maxclients", "19803"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The operating system is not able to handle the specified number of clients, try with"
                        + " 19802");
        assertThat(server.info("maxclients")).isEqualTo("10000");
        server.set("maxclients", "19802");
    }

    @Test
    void the_files_that_the_server_has_open_are_not_promised_to_clients() {
        server.limits.limitClients(150, 1024);
        assertThat(server.info("maxclients")).isEqualTo(Integer.toString(1024 - 150 - 48));
    }

    @Test
    void without_files_for_a_single_client_there_is_no_start() {
        assertThatThrownBy(() -> server.limits.limitClients(150, 198))
                .isInstanceOf(StartupFailure.class)
                .hasMessage(
                        "Your current 'ulimit -n' of 198 is not enough for the server to start. Please increase your"
                                + " open file limit to at least 199.");
        server.limits.limitClients(150, 199);
        assertThat(server.info("maxclients")).isEqualTo("1");
    }
}

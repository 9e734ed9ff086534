package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.net.EmbeddedServer.Client;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that ends its direction of the connection gets what it has asked for, and then the end. */
class EndOfInputTest {
    private static final String OK = "+OK";
    private static final String PONG = "+PONG";
    private static final int MINUTE = 60;

    private final EmbeddedServer server = new EmbeddedServer(EmbeddedServer.ENOUGH);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 1000})
    void all_requests_are_answered_and_then_it_is_closed(int requests) {
        Client client = server.connect();
        client.send(EmbeddedServer.sets(requests));
        client.endInput();
        server.turn();
        assertThat(client.lines()).isEqualTo(Collections.nCopies(requests, OK));
        assertThat(client.isOpen()).isFalse();
        assertThat(server.engine.clients().all()).isEmpty();
    }

    @Test
    void the_end_after_the_replies_closes_at_once() {
        Client client = server.connect();
        client.send("PING");
        server.turn();
        assertThat(client.isOpen()).isTrue();
        client.endInput();
        assertThat(client.lines()).containsExactly(PONG);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void the_half_of_a_request_is_not_waited_for() {
        Client client = server.connect();
        client.sendBytes("PING\r\n*2\r\n$4\r\nECHO\r\n$3\r\na");
        client.endInput();
        server.turn();
        assertThat(client.lines()).containsExactly(PONG);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void what_waits_for_the_disk_is_answered_when_it_is_there() {
        server.log.durable(0);
        Client client = server.connect();
        client.send("SET a 1", "SET b 2");
        client.endInput();
        server.turn();
        server.pass(2 * MINUTE);
        assertThat(client.lines()).isEmpty();
        assertThat(client.isOpen()).isTrue();
        server.durable(2);
        assertThat(client.lines()).containsExactly(OK, OK);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void what_waits_for_room_in_the_log_is_run_when_there_is_some() {
        server.log.room(10);
        Client client = server.connect();
        client.send(EmbeddedServer.sets(30));
        server.turn();
        client.endInput();
        assertThat(client.lines()).hasSize(10);
        assertThat(client.isOpen()).isTrue();
        server.log.room(10);
        server.loop.roomChanged();
        server.turns();
        assertThat(client.lines()).hasSize(10);
        assertThat(client.isOpen()).isTrue();
        server.log.room(10);
        server.loop.roomChanged();
        server.turns();
        assertThat(client.lines()).hasSize(10);
        assertThat(client.isOpen()).isFalse();
        assertThat(server.log.entries()).hasSize(30);
    }

    @Test
    void what_was_left_to_the_next_turn_is_run_then() {
        EmbeddedServer hurried = new EmbeddedServer(EmbeddedServer.NO_BUDGET);
        Client client = hurried.connect();
        client.send(EmbeddedServer.sets(500));
        hurried.turn();
        client.endInput();
        assertThat(client.isOpen()).isTrue();
        hurried.turns();
        assertThat(client.lines()).isEqualTo(Collections.nCopies(500, OK));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void a_wait_is_answered_when_its_time_is_over() {
        Client client = server.connect();
        client.send("WAIT 1 5000", "PING");
        client.endInput();
        server.turn();
        server.pass(4);
        server.engine.look();
        assertThat(client.isOpen()).isTrue();
        server.pass(2);
        server.engine.look();
        server.turns();
        assertThat(client.lines()).containsExactly(":0", PONG);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void a_wait_without_an_end_is_ended_after_a_minute() {
        Client client = server.connect();
        client.send("WAIT 1 0", "PING");
        server.turn();
        server.pass(2 * MINUTE);
        assertThat(client.isOpen()).isTrue();
        client.endInput();
        server.pass(1);
        assertThat(client.isOpen()).isFalse();
        assertThat(client.lines()).isEmpty();
        assertThat(server.engine.clients().blocked()).isZero();
    }

    @Test
    void a_transaction_or_a_subscription_ends_with_the_input() {
        Client transaction = server.connect();
        Client subscriber = server.connect();
        Client monitor = server.connect();
        transaction.send("MULTI", "SET a 1");
        subscriber.send("SUBSCRIBE news");
        monitor.send("MONITOR");
        transaction.endInput();
        subscriber.endInput();
        monitor.endInput();
        server.turn();
        assertThat(transaction.lines()).containsExactly(OK, "+QUEUED");
        assertThat(subscriber.lines()).hasSize(6);
        assertThat(monitor.lines()).contains(OK);
        assertThat(server.limits.connections().size()).isZero();
        assertThat(server.engine.clients().subscribers()).isZero();
        assertThat(server.log.entries()).isEmpty();
    }

    @Test
    void a_protocol_error_is_told_and_nothing_follows() {
        Client client = server.connect();
        client.sendBytes("PING\r\n*1\r\n!\r\nPING\r\n");
        client.endInput();
        server.turn();
        assertThat(client.lines()).containsExactly(PONG, "-ERR Protocol error: expected '$', got '!'");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void a_client_that_takes_nothing_is_not_kept_for_ever() {
        Client client = server.connect().deaf();
        client.send("PING");
        server.turn();
        client.endInput();
        server.pass(1); // it got something
        server.pass(MINUTE);
        assertThat(client.isOpen()).isTrue();
        server.pass(1);
        assertThat(client.isOpen()).isFalse();
        assertThat(server.limits.connections().size()).isZero();
    }

    @Test
    void a_client_that_takes_something_now_and_then_is_kept() {
        Client client = server.connect().deaf();
        client.send("ECHO one", "ECHO two");
        server.turn();
        client.endInput();
        for (int i = 0; i < 5; i++) {
            server.pass(MINUTE / 2);
            client.take(1);
        }
        server.pass(MINUTE / 2);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void a_client_that_only_waits_for_its_end_makes_room_for_a_new_one() {
        server.set("maxclients", "2");
        Client first = server.connect().deaf();
        Client second = server.connect().deaf();
        second.send("PING");
        first.send("PING");
        server.turn();
        assertThat(server.limits.rejects(0)).isTrue();
        second.endInput();
        first.endInput();
        assertThat(server.limits.rejects(0)).isFalse();
        assertThat(second.isOpen()).isFalse();
        assertThat(first.isOpen()).isTrue();
        assertThat(server.info("rejected_connections")).isEqualTo("1");
    }
}

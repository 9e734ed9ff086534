package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.net.EmbeddedServer.Client;
import dev.miniredis.resp.Lookahead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are run in a turn, in which order, and what is answered when. */
class TurnTest {
    private static final String OK = "+OK";
    private static final String PONG = "+PONG";

    private final EmbeddedServer server = new EmbeddedServer(EmbeddedServer.ENOUGH);
    private final EmbeddedServer hurried = new EmbeddedServer(EmbeddedServer.NO_BUDGET);

    /** ECHO of each number, as inline commands. */
    private static String[] echoes(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "ECHO n" + i).toArray(String[]::new);
    }

    private static List<String> echoed(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            lines.add("$" + ("n" + i).length());
            lines.add("n" + i);
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 64, 65, 1000})
    void a_pipeline_is_answered_in_order(int requests) {
        Client client = server.connect();
        client.send(echoes(0, requests));
        assertThat(client.lines()).isEmpty();
        server.turn();
        assertThat(client.lines()).isEqualTo(echoed(0, requests));
        assertThat(server.log.submits()).isEqualTo(1);
    }

    @Test
    void all_connections_that_have_sent_are_answered_in_one_turn() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(server.connect());
            clients.get(i).send(echoes(100 * i, 100 * i + i));
        }
        server.turn();
        for (int i = 0; i < 50; i++) {
            assertThat(clients.get(i).lines()).isEqualTo(echoed(100 * i, 100 * i + i));
        }
        assertThat(server.log.submits()).isEqualTo(1);
    }

    @Test
    void a_request_in_pieces_is_answered_when_it_is_complete() {
        Client client = server.connect();
        Client other = server.connect();
        for (char letter : "*2\r\n$4\r\nECHO\r\n$3\r\nabc\r\n".toCharArray()) {
            assertThat(client.lines()).isEmpty();
            client.sendBytes(String.valueOf(letter));
            other.send("ECHO other");
            server.turn();
        }
        assertThat(client.lines()).containsExactly("$3", "abc");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 100})
    void what_came_before_a_protocol_error_is_answered_and_nothing_after_it(int before) {
        Client client = server.connect();
        Client other = server.connect();
        client.send(echoes(0, before));
        client.sendBytes("*1\r\n!4\r\nPING\r\n");
        client.send("PING");
        other.send("PING");
        server.turn();
        List<String> expected = echoed(0, before);
        expected.add("-ERR Protocol error: expected '$', got '!'");
        assertThat(client.lines()).isEqualTo(expected);
        assertThat(client.isOpen()).isFalse();
        assertThat(other.lines()).containsExactly(PONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 100})
    void nothing_runs_after_quit(int before) {
        Client client = server.connect();
        client.send(echoes(0, before));
        client.send("QUIT", "SET late 1");
        client.send(IntStream.range(0, 50).mapToObj(i -> "SET late " + i).toArray(String[]::new));
        server.turn();
        List<String> expected = echoed(0, before);
        expected.add(OK);
        assertThat(client.lines()).isEqualTo(expected);
        assertThat(client.isOpen()).isFalse();
        assertThat(server.log.entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 50, 99})
    void who_has_to_wait_for_room_in_the_log_goes_on_where_it_was(int room) {
        server.log.room(room);
        Client writer = server.connect();
        Client reader = server.connect();
        writer.send(EmbeddedServer.sets(100));
        reader.send(echoes(0, 100));
        server.turn();
        assertThat(writer.lines()).isEqualTo(Collections.nCopies(room, OK));
        assertThat(writer.config().isAutoRead()).isFalse();
        assertThat(reader.lines()).isEqualTo(echoed(0, 100));

        server.log.room(1);
        server.loop.roomChanged();
        server.turn();
        server.turn();
        assertThat(writer.lines()).hasSize(1);

        server.log.room(1000);
        server.loop.roomChanged();
        server.turn();
        server.turn();
        assertThat(writer.lines()).isEqualTo(Collections.nCopies(100 - room - 1, OK));
        assertThat(writer.config().isAutoRead()).isTrue();
        assertThat(server.log.entries())
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "k" + i).toList());
    }

    @Test
    void a_malformed_request_behind_one_that_waits_for_room_is_met_again() {
        server.log.room(0);
        Client client = server.connect();
        client.send("PING", "SET k v", "PING");
        client.sendBytes("*1\r\n!4\r\n");
        server.turn();
        assertThat(client.lines()).containsExactly(PONG);
        server.log.room(1);
        server.loop.roomChanged();
        server.turn();
        server.turn();
        assertThat(client.lines()).containsExactly(OK, PONG, "-ERR Protocol error: expected '$', got '!'");
    }

    @Test
    void what_a_client_sends_before_it_closes_is_run() {
        Client client = server.connect();
        client.send("SET a 1", "SET b 2");
        client.close();
        client.runPendingTasks();
        server.turn();
        assertThat(server.log.entries()).containsExactly("a", "b");
        assertThat(server.engine.clients().all()).isEmpty();
        assertThat(server.limits.connections().size()).isZero();
    }

    @Test
    void an_error_ends_one_connection_and_no_other() {
        server.log.breakAt("bad");
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(server.connect());
            clients.get(i).send("SET k" + i + " v", i == 2 ? "SET bad v" : "PING", "PING");
        }
        server.turn();
        for (int i = 0; i < 5; i++) {
            assertThat(clients.get(i).isOpen()).isEqualTo(i != 2);
            if (i != 2) {
                assertThat(clients.get(i).lines()).containsExactly(OK, PONG, PONG);
            }
        }
        Client another = server.connect();
        another.send("PING");
        server.turn();
        assertThat(another.lines()).containsExactly(PONG);
        assertThat(server.limits.connections().size()).isEqualTo(5);
    }

    @Test
    void an_error_of_the_turn_itself_ends_its_connections_and_not_the_server() {
        server.log.breakSubmit();
        Client idle = server.connect();
        List<Client> clients = List.of(server.connect(), server.connect());
        clients.forEach(client -> client.send("SET k v"));
        assertThatThrownBy(server::turn).isInstanceOf(LinkageError.class); // which the event loop logs
        for (Client client : clients) {
            assertThat(client.isOpen()).isFalse();
            assertThat(client.lines()).isEmpty();
        }
        idle.send("GET k", "PING");
        server.turn();
        assertThat(idle.lines()).containsExactly("$1", "v", PONG);
        assertThat(server.limits.connections().size()).isEqualTo(1);
    }

    @Test
    void replies_wait_for_the_disk_in_their_order() {
        server.log.durable(0);
        Client writer = server.connect();
        Client reader = server.connect();
        Client bystander = server.connect();
        writer.send("SET k 1", "PING");
        reader.send("GET k");
        bystander.send("GET other");
        server.turn();
        reader.send("PING");
        server.turn();
        writer.send("SET k 2");
        server.turn();
        assertThat(bystander.lines()).containsExactly("$-1");
        assertThat(writer.lines()).isEmpty();
        assertThat(reader.lines()).isEmpty();
        assertThat(server.engine.gate().waiting()).isEqualTo(2);

        server.durable(1);
        assertThat(writer.lines()).containsExactly(OK, PONG);
        assertThat(reader.lines()).containsExactly("$1", "1", PONG);
        server.durable(2);
        assertThat(writer.lines()).containsExactly(OK);
        assertThat(server.engine.gate().waiting()).isZero();
    }

    @Test
    void a_turn_that_takes_too_long_leaves_the_rest_to_the_next_and_others_go_first() {
        Client patient = hurried.connect();
        Client other = hurried.connect();
        patient.send(echoes(0, 500));
        hurried.turn();
        int rounds = 2 * Lookahead.MAX_REQUESTS;
        assertThat(patient.lines()).isEqualTo(echoed(0, rounds));
        assertThat(patient.config().isAutoRead()).isFalse();

        other.send("PING");
        hurried.turn();
        hurried.turn();
        assertThat(other.lines()).containsExactly(PONG);
        assertThat(patient.lines()).isNotEmpty().doesNotContain("n499");
        hurried.turns();
        assertThat(patient.lines()).endsWith("n499");
        assertThat(patient.config().isAutoRead()).isTrue();
    }

    @Test
    void requests_that_were_left_are_run_in_order_with_those_that_came_meanwhile() {
        List<Client> clients = List.of(hurried.connect(), hurried.connect(), hurried.connect());
        for (int round = 0; round < 20; round++) {
            for (Client client : clients) {
                client.send(echoes(50 * round, 50 * round + 50));
            }
            hurried.turn();
        }
        hurried.turns();
        for (Client client : clients) {
            assertThat(client.lines()).isEqualTo(echoed(0, 1000));
        }
    }

    @Test
    void what_was_left_is_run_though_the_client_has_gone() {
        Client client = hurried.connect();
        client.send(EmbeddedServer.sets(100));
        hurried.turn();
        assertThat(hurried.log.entries()).hasSize(2 * Lookahead.MAX_REQUESTS);
        client.close();
        client.runPendingTasks();
        hurried.turns();
        assertThat(hurried.log.entries()).hasSize(100);
        assertThat(hurried.limits.connections().size()).isZero();
    }

    @Test
    void who_was_left_and_then_has_to_wait_for_room_reads_again_when_there_is_room() {
        hurried.log.room(40);
        Client client = hurried.connect();
        client.send(EmbeddedServer.sets(100));
        hurried.turns();
        assertThat(client.lines()).hasSize(40);
        assertThat(client.config().isAutoRead()).isFalse();
        hurried.log.room(1000);
        hurried.loop.roomChanged();
        hurried.turn();
        hurried.turns();
        assertThat(client.lines()).hasSize(60);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void quit_among_what_was_left_closes() {
        Client client = hurried.connect();
        client.send(echoes(0, 40));
        client.send("QUIT", "PING");
        hurried.turns();
        assertThat(client.lines()).endsWith("n39", OK);
        assertThat(client.isOpen()).isFalse();
    }
}

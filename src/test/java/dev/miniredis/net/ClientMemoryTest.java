package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.net.ClientLimits.Reason;
import dev.miniredis.net.EmbeddedServer.Client;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.session.ClientMemory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What clients make the server keep is counted, given back, and bounded. */
class ClientMemoryTest {
    private static final int KB = 1024;

    private final EmbeddedServer server = new EmbeddedServer(EmbeddedServer.ENOUGH);
    private final ClientMemory memory = server.engine.clients().memory();
    private final Client other = server.connect();

    private void send(Client client, String... lines) {
        client.send(lines);
        server.turns();
    }

    /** What the names take for one client, at least. */
    private static String names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(" "));
    }

    private long counted(String field) {
        return Long.parseLong(server.info(field));
    }

    @Test
    void subscriptions_watched_keys_queued_requests_prefixes_and_names_are_counted_and_given_back() {
        long before = memory.clientBytes();
        String[] lines = {
            "SUBSCRIBE " + names("channel", 1000),
            "WATCH " + names("key", 1000),
            "CLIENT TRACKING ON BCAST PREFIX " + names("p", 1000).replace(" ", ": PREFIX ") + ":",
            "CLIENT SETNAME " + "n".repeat(5000)
        };
        for (String line : lines) {
            Client client = server.connect();
            long idle = memory.clientBytes();
            send(client, line);
            assertThat(memory.clientBytes() - idle).as(line.substring(0, 15)).isGreaterThan(4000);
            assertThat(counted("mem_clients_normal")).isEqualTo(memory.clientBytes());
            client.close();
            server.turns();
            assertThat(memory.clientBytes()).as(line.substring(0, 15)).isEqualTo(before);
        }
    }

    @Test
    void what_a_client_takes_back_is_given_back() {
        long before = memory.clientBytes();
        send(other, "WATCH " + names("key", 1000), "UNWATCH");
        send(other, "MULTI", "SET k " + "v".repeat(9000));
        assertThat(memory.clientBytes()).isGreaterThan(before + 9000);
        send(other, "EXEC");
        send(other, "CLIENT TRACKING ON BCAST PREFIX a PREFIX b", "CLIENT TRACKING OFF");
        send(other, "SUBSCRIBE " + names("channel", 1000), "UNSUBSCRIBE");
        send(other, "CLIENT SETNAME long-name", "CLIENT SETNAME \"\"");
        assertThat(memory.clientBytes()).isEqualTo(before);
    }

    @Test
    void with_maxmemory_clients_the_largest_goes_and_the_others_stay() {
        server.set("maxmemory-clients", "1mb");
        Client small = server.connect();
        send(small, "MULTI", "SET k " + "v".repeat(60 * KB));
        Client large = server.connect();
        send(large, "MULTI");
        for (int i = 0; i < 20 && large.isOpen(); i++) {
            send(large, "SET k " + "v".repeat(60 * KB));
        }
        assertThat(large.isOpen()).isFalse();
        assertThat(small.isOpen()).isTrue();
        assertThat(other.isOpen()).isTrue();
        assertThat(server.info("evicted_clients")).isEqualTo("1");
        assertThat(server.limits.cutOffs(Reason.MEMORY)).isEqualTo(1);
        assertThat(memory.clientBytes()).isLessThan(100 * KB);
    }

    @Test
    void a_request_that_is_not_complete_counts_with_its_arguments() {
        server.set("maxmemory-clients", "1mb");
        Client bulk = server.connect();
        bulk.sendBytes("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2000000\r\n");
        Client many = server.connect();
        many.sendBytes("*100000\r\n");
        for (int i = 0; i < 20 && bulk.isOpen(); i++) {
            bulk.sendBytes("v".repeat(60 * KB));
            server.turns();
        }
        assertThat(bulk.isOpen()).isFalse();
        for (int i = 0; i < 20 && many.isOpen(); i++) {
            many.sendBytes("$0\r\n\r\n".repeat(2000));
            server.turns();
        }
        assertThat(many.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void replies_that_wait_count_for_maxmemory_clients() {
        send(other, "SET large " + "v".repeat(60 * KB));
        server.set("maxmemory-clients", "500kb");
        Client deaf = server.connect().deaf();
        for (int i = 0; i < 20 && deaf.isOpen(); i++) {
            send(deaf, "GET large");
        }
        assertThat(deaf.isOpen()).isFalse();
        assertThat(server.info("mem_not_counted_for_evict")).isEqualTo("0");
    }

    @Test
    void no_evict_protects_from_the_parameter_but_not_from_the_end_of_the_heap() {
        server.set("maxmemory-clients", "200kb");
        send(other, "CLIENT NO-EVICT ON", "MULTI");
        for (int i = 0; i < 5; i++) {
            send(other, "SET k " + "v".repeat(60 * KB));
        }
        assertThat(other.isOpen()).isTrue();
        memory.limits(() -> 200 * KB, () -> Long.MAX_VALUE);
        server.pass(1);
        assertThat(other.isOpen()).isFalse();
    }

    @Test
    void names_that_are_too_many_for_any_client_are_refused_all_together() {
        server.set("maxmemory-clients", "128kb");
        send(other, "SUBSCRIBE " + names("channel", 1000));
        send(other, "WATCH " + names("key", 1000));
        assertThat(other.lines())
                .containsExactly(
                        "-OOM command not allowed when used memory > 'maxmemory'.",
                        "-OOM command not allowed when used memory > 'maxmemory'.");
        assertThat(server.engine.clients().channels().count(ChannelType.CHANNEL))
                .isZero();
        assertThat(server.engine.clients().watches().keys()).isZero();
    }

    @Test
    void the_tracking_table_forgets_the_oldest_keys_where_memory_ends() {
        memory.limits(() -> 100 * KB, () -> Long.MAX_VALUE);
        send(other, "HELLO 3", "CLIENT TRACKING ON");
        other.lines();
        send(other, "EXISTS " + names("key", 300));
        assertThat(server.engine.clients().tracking().keys()).isLessThan(250).isGreaterThan(100);
        assertThat(other.lines()).contains(">2", "invalidate", "key0").doesNotContain("key299");
        assertThat(other.isOpen()).isTrue();
        send(other, "FLUSHALL");
        assertThat(memory.heapBytes()).isEqualTo(memory.clientBytes());
    }

    @Test
    void a_percentage_is_of_maxmemory_and_without_that_no_limit() {
        server.set("maxmemory-clients", "50%");
        assertThat(memory.totalLimit()).isEqualTo(Long.MAX_VALUE);
        server.set("maxmemory", "10mb");
        assertThat(memory.totalLimit()).isEqualTo(5 * KB * KB);
        server.set("maxmemory-clients", "1");
        assertThat(memory.totalLimit()).as("the least, as in Redis").isEqualTo(128 * KB);
    }
}

package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.commands.RealRedis;
import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.it.RespSocket;
import dev.miniredis.net.RespListener;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INFO has the fields that the real server's has, in the same sections. */
@QuarkusTest
@TestProfile(OwnDataDirectory.class)
class InfoFieldsTest {
    /** What is not known here, or is not there: left out rather than invented. */
    private static final Set<String> LEFT_OUT = Set.of(
            "atomicvar_api", // no atomic variables of C
            "allocator_resident", // the heap's share of the RAM is not known
            "allocator_rss_ratio",
            "allocator_rss_bytes",
            "mem_aof_buffer", // what waits for the disk is the log thread's
            "total_eviction_exceeded_time", // not measured
            "current_eviction_exceeded_time");

    private static final String REQUEST = "INFO everything\r\n";

    private static final Set<String> OF_COMMANDS = Set.of("Commandstats", "Errorstats", "Latencystats", "Keyspace");

    @Inject
    RespListener listener;

    @Inject
    Lifecycle lifecycle;

    @BeforeEach
    void await_the_end_of_the_replay() {
        await().until(() -> lifecycle.state() == MiniRedis.State.READY);
    }

    private static Map<String, Map<String, String>> info(int port) throws IOException {
        try (RespSocket socket = new RespSocket(port)) {
            Map<String, Map<String, String>> sections = new LinkedHashMap<>();
            socket.send(REQUEST.getBytes(StandardCharsets.US_ASCII));
            for (String part : socket.readValue().toString().split("# ")) {
                if (!part.isEmpty()) {
                    String[] lines = part.split("\r\n");
                    Map<String, String> fields = new LinkedHashMap<>();
                    for (int i = 1; i < lines.length && lines[i].contains(":"); i++) {
                        int colon = lines[i].indexOf(':');
                        assertThat(fields.put(lines[i].substring(0, colon), lines[i].substring(colon + 1)))
                                .as("%s comes once", lines[i])
                                .isNull();
                    }
                    sections.put(lines[0], fields);
                }
            }
            return sections;
        }
    }

    @Test
    void every_field_of_the_real_server_is_there_or_left_out_for_a_reason() throws IOException {
        Map<String, Map<String, String>> ours = info(listener.port());
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            Map<String, Map<String, String>> theirs = info(redis.port());
            assertThat(ours.keySet()).containsExactlyElementsOf(theirs.keySet());
            theirs.forEach((section, fields) -> {
                if (!OF_COMMANDS.contains(section)) {
                    Set<String> missing = new TreeSet<>(fields.keySet());
                    missing.removeAll(LEFT_OUT);
                    missing.removeAll(ours.get(section).keySet());
                    assertThat(missing).as(section).isEmpty();
                }
            });
        }
    }

    @Test
    void what_is_not_there_is_told_as_a_lone_server_tells_it() throws IOException {
        Map<String, String> replication = info(listener.port()).get("Replication");
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            assumeTrue(redis != null, RealRedis.MISSING);
            Map<String, String> theirs = info(redis.port()).get("Replication");
            assertThat(replication.remove("master_replid")).matches("[0-9a-f]{40}");
            theirs.remove("master_replid");
            assertThat(replication).isEqualTo(theirs);
        }
    }

    @Test
    void what_goes_over_the_sockets_is_counted() throws IOException {
        Map<String, String> before = info(listener.port()).get("Stats");
        Map<String, String> after = info(listener.port()).get("Stats");
        assertThat(number(after, "total_net_input_bytes") - number(before, "total_net_input_bytes"))
                .isEqualTo(REQUEST.length());
        assertThat(number(after, "total_reads_processed") - number(before, "total_reads_processed"))
                .isPositive();
        assertThat(number(after, "total_net_output_bytes") - number(before, "total_net_output_bytes"))
                .isGreaterThan(1000);
        assertThat(number(after, "total_writes_processed") - number(before, "total_writes_processed"))
                .isEqualTo(1);
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.get(name));
    }

    @Test
    void main_thread_and_process_have_used_the_processor() throws IOException {
        Map<String, String> cpu = info(listener.port()).get("CPU");
        assertThat(cpu.entrySet().stream()
                        .map(field -> field.getKey() + (Double.parseDouble(field.getValue()) > 0 ? ">0" : "=0"))
                        .collect(Collectors.toSet()))
                .contains("used_cpu_user>0", "used_cpu_user_main_thread>0", "used_cpu_sys_children=0");
    }
}

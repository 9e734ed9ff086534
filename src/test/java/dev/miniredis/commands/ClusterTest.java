package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster of one node answers as one of Redis whose node has all slots. */
class ClusterTest {
    private static final List<String> REQUESTS = List.of(
            "CLUSTER INFO",
            "CLUSTER NODES",
            "CLUSTER SLOTS",
            "CLUSTER SHARDS",
            "CLUSTER MYID",
            "CLUSTER LINKS",
            "CLUSTER KEYSLOT {a}b",
            "CLUSTER KEYSLOT \"\"",
            "CLUSTER COUNTKEYSINSLOT 16384",
            "CLUSTER COUNTKEYSINSLOT x",
            "CLUSTER GETKEYSINSLOT -1 1",
            "CLUSTER GETKEYSINSLOT 1 -1",
            "CLUSTER GETKEYSINSLOT x 1",
            "CLUSTER REPLICAS x",
            "CLUSTER SLAVES x",
            "CLUSTER COUNT-FAILURE-REPORTS x",
            "CLUSTER FORGET x",
            "CLUSTER REPLICATE x",
            "CLUSTER FAILOVER",
            "CLUSTER FAILOVER FORCE",
            "CLUSTER FAILOVER NOW",
            "CLUSTER FAILOVER FORCE x",
            "CLUSTER ADDSLOTS 7",
            "CLUSTER ADDSLOTS 16384",
            "CLUSTER ADDSLOTS x",
            "CLUSTER ADDSLOTSRANGE 7 8",
            "CLUSTER NOSUCH",
            "READONLY",
            "READWRITE",
            "ASKING",
            "SELECT 0",
            "SELECT 1",
            "SELECT 99",
            "SWAPDB 0 1",
            "MOVE a 1",
            "COPY a {a}b DB 1",
            "COPY a {a}b DB 0",
            "REPLICAOF NO ONE",
            "FAILOVER",
            "SET a 1",
            "MSET {t}a 1 {t}b 2",
            "MSET a 1 b 2",
            "MGET {t}a {t}b",
            "MGET a b",
            "DEL a b",
            "RENAME a b",
            "BITOP AND a b c",
            "PFCOUNT a b",
            "WATCH a b",
            "EXISTS a",
            "COPY a {a}c",
            "CLUSTER COUNTKEYSINSLOT 15495",
            "CLUSTER GETKEYSINSLOT 15495 0",
            "SSUBSCRIBE a b",
            "SPUBLISH a b",
            "PUBLISH a b",
            "MULTI",
            "SET a 1",
            "SET b 2",
            "EXEC",
            "MULTI",
            "MSET a 1 b 2",
            "EXEC",
            "MULTI",
            "SET {t}a 1",
            "SET {t}b 2",
            "EXEC",
            "EXEC",
            "INFO cluster",
            "CONFIG GET cluster-enabled");

    private final EngineHarness ours = new EngineHarness();

    @BeforeEach
    void be_a_cluster() {
        ours.engine().tuning().clusterEnabled.set("yes");
    }

    @Test
    void it_answers_as_the_real_one() throws IOException {
        int busPort = RealRedis.freePort();
        try (RealRedis redis =
                RealRedis.startIfInstalled("--cluster-enabled", "yes", "--cluster-port", Integer.toString(busPort))) {
            assumeTrue(redis != null, RealRedis.MISSING);
            try (RedisConnection theirs = new RedisConnection(RealRedis.HOST, redis.port())) {
                theirs.ask("CLUSTER ADDSLOTSRANGE 0 16383");
                for (String setting : List.of("cluster-announce-ip 10.0.0.1", "cluster-announce-port 7000")) {
                    theirs.ask("CONFIG SET " + setting);
                    ours.run("CONFIG SET " + setting);
                }
                await().until(() -> theirs.ask("CLUSTER INFO").contains("cluster_state:ok")
                        && theirs.ask("CLUSTER NODES").contains("10.0.0.1:7000"));
                List<String> differences = new ArrayList<>();
                for (String protocol : List.of("HELLO 2", "HELLO 3")) {
                    theirs.ask(protocol);
                    ours.run(protocol);
                    for (String request : REQUESTS) {
                        String expected = comparable(theirs.ask(request));
                        String actual = comparable(ours.run(request));
                        if (!actual.equals(expected)) {
                            differences.add(protocol + " " + request + "\nanswers " + actual + "\nnot     " + expected);
                        }
                    }
                }
                assertThat(differences).isEmpty();
            }
        }
    }

    @Test
    void it_says_what_it_is() {
        assertThat(ours.run("HELLO")).contains("$4\r\nmode\r\n$7\r\ncluster\r\n");
        ours.run("MSET {t}a 1 {t}b 2");
        int slot = Integer.parseInt(ours.run("CLUSTER KEYSLOT t").substring(1).strip());
        assertThat(ours.run("CLUSTER COUNTKEYSINSLOT " + slot)).isEqualTo(":2\r\n");
        assertThat(ours.run("CLUSTER GETKEYSINSLOT " + slot + " 1")).startsWith("*1\r\n$4\r\n{t}");
        assertThat(ours.run("CLUSTER MYSHARDID")).matches("\\$40\r\n[0-9a-f]{40}\r\n");
        assertThat(ours.run("CLUSTER HELP")).contains("CLUSTER <subcommand> [<arg> [value] [opt] ...]");
    }

    /** But for ids and the port between nodes, of which one has none. */
    private static String comparable(String reply) {
        return reply.replaceAll("[0-9a-f]{40}", "id")
                .replaceAll("@\\d+", "@bus")
                .replaceAll("=\\d+", "");
    }

    /** From the specification of Redis Cluster, and of the CRC that it names. */
    @ParameterizedTest
    @CsvSource({
        "123456789, 12739",
        "{user1000}.following, 3443",
        "user1000, 3443",
        "foo{}{bar}, 8363",
        "foo{{bar}}zap, 4015"
    })
    void keys_are_in_the_slots_of_the_specification(String key, int slot) {
        assertThat(ours.run("CLUSTER KEYSLOT " + key)).isEqualTo(":" + slot + "\r\n");
    }

    @Test
    void it_stays_a_cluster_of_one() {
        for (String request : List.of(
                "CLUSTER MEET 127.0.0.1 7000",
                "CLUSTER RESET",
                "CLUSTER FLUSHSLOTS",
                "CLUSTER DELSLOTS 1",
                "CLUSTER DELSLOTSRANGE 1 2",
                "CLUSTER SETSLOT 1 STABLE",
                "CLUSTER BUMPEPOCH",
                "CLUSTER SAVECONFIG",
                "CLUSTER SET-CONFIG-EPOCH 1")) {
            assertThat(ours.run(request))
                    .as(request)
                    .isEqualTo(
                            "-ERR This instance is a cluster of one node with all slots, which cannot be changed\r\n");
        }
        String id = ours.run("CLUSTER MYID").split("\r\n", -1)[1];
        assertThat(ours.run("CLUSTER FORGET " + id)).isEqualTo("-ERR I tried hard but I can't forget myself...\r\n");
        assertThat(ours.run("CLUSTER REPLICATE " + id)).isEqualTo("-ERR Can't replicate myself\r\n");
        assertThat(ours.run("CLUSTER REPLICAS " + id)).isEqualTo("*0\r\n");
    }
}

package dev.miniredis.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;

/** Clients that want a cluster are content with one of one node. */
class ClusterIT {
    @TempDir
    private Path dataDir;

    private ServerProcess.Launch cluster() {
        return ServerProcess.in(dataDir).options("--cluster-enabled", "yes");
    }

    @Test
    void clients_of_clusters_find_their_node() throws IOException {
        try (ServerProcess server = cluster().start()) {
            HostAndPort address = new HostAndPort("127.0.0.1", server.port());
            try (var jedis = redis.clients.jedis.RedisClusterClient.builder()
                    .nodes(Set.of(address))
                    .build()) {
                for (int i = 0; i < 100; i++) {
                    jedis.set("key:" + i, "v" + i);
                    assertThat(jedis.get("key:" + i)).isEqualTo("v" + i);
                }
                assertThat(jedis.mset("{t}a", "1", "{t}b", "2")).isEqualTo("OK");
                assertThat(jedis.getClusterNodes()).hasSize(1);
            }
            RedisClusterClient lettuce = RedisClusterClient.create(RedisURI.create("127.0.0.1", server.port()));
            try (var connection = lettuce.connect()) {
                assertThat(connection.sync().get("key:1")).isEqualTo("v1");
                assertThat(connection.sync().mset(Map.of("a", "1", "b", "2"))).isEqualTo("OK"); // one MSET a slot
                assertThat(connection.sync().clusterInfo()).contains("cluster_state:ok");
                assertThat(connection.getPartitions().getPartition(0).getSlots())
                        .hasSize(16_384);
            } finally {
                lettuce.shutdown(0, 2, TimeUnit.SECONDS);
            }
            if (Program.isInstalled("redis-cli")) {
                Program run = Program.run("redis-cli", "-c", "-p", Integer.toString(server.port()), "GET", "key:7");
                assertThat(run.out()).isEqualTo("v7\n");
            }
        }
    }

    @Test
    void a_cluster_has_one_database() throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket client = new RespSocket(server.port())) {
            client.ask("SET", "k", "0");
            client.ask("SELECT", "3");
            client.ask("SET", "k", "3");
            assertThat(server.stop()).isZero();
        }
        try (ServerProcess refused = cluster().begin()) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.err())
                    .containsExactly("mini-redis: There are keys in other databases than 0, and a cluster has no"
                            + " others: start without cluster-enabled.");
        }
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket client = new RespSocket(server.port())) {
            assertThat(client.ask("MULTI")).isEqualTo("OK");
            client.ask("SELECT", "3");
            client.ask("RENAME", "k", "other");
            client.ask("MOVE", "other", "0");
            assertThat(client.ask("EXEC")).isEqualTo("[OK, OK, :1]");
            assertThat(server.stop()).isZero();
        }
        try (ServerProcess server = cluster().start(); // replays all of that
                RespSocket client = new RespSocket(server.port())) {
            assertThat(client.ask("MGET", "{k}", "k")).isEqualTo("[(nil), 0]");
            assertThat(client.ask("GET", "other")).isEqualTo("3");
            assertThat(client.ask("DEL", "k", "other"))
                    .isEqualTo("-CROSSSLOT Keys in request don't hash to the same slot");
            assertThat(client.ask("SELECT", "3")).isEqualTo("-ERR SELECT is not allowed in cluster mode");
        }
    }
}

package dev.miniredis.config;

import static dev.miniredis.config.ParameterType.integer;
import static dev.miniredis.config.ParameterType.longInteger;
import static dev.miniredis.config.ParameterType.memory;
import static dev.miniredis.config.ParameterType.oneOf;
import static dev.miniredis.config.ParameterType.port;
import static dev.miniredis.config.ParameterType.text;
import static dev.miniredis.config.ParameterType.yesOrNo;

/** Parameters of replicas and of Redis Cluster: this server is a lone master. */
final class ReplicationParameters {
    private static final long MIN_BACKLOG_BYTES = 16 * 1024; // CONFIG_REPL_BACKLOG_MIN_SIZE
    private static final ParameterType<Long> BACKLOG = new ParameterType<>(
            text -> Math.max(MIN_BACKLOG_BYTES, memory(1).parser().apply(text)), Object::toString);

    private ReplicationParameters() {}

    static void addTo(ParameterList all) {
        addReplicas(all);
        addCluster(all);
    }

    private static void addReplicas(ParameterList all) {
        all.fact("replicaof", text().asList(), "")
                .alias("slaveof")
                .kept("masterauth", text(), "")
                .kept("masteruser", text(), "")
                .kept("min-replicas-max-lag", integer(0), "10")
                .alias("min-slaves-max-lag")
                .kept("min-replicas-to-write", integer(0), "0")
                .alias("min-slaves-to-write")
                .kept("propagation-error-behavior", oneOf("ignore", "panic", "panic-on-replicas"), "ignore")
                .kept("repl-backlog-size", BACKLOG, "1048576")
                .kept("repl-backlog-ttl", longInteger(0), "3600")
                .kept("repl-disable-tcp-nodelay", yesOrNo(), "no")
                .kept("repl-diskless-load", oneOf("disabled", "on-empty-db", "swapdb"), "disabled")
                .kept("repl-diskless-sync", yesOrNo(), "yes")
                .kept("repl-diskless-sync-delay", integer(0), "5")
                .kept("repl-diskless-sync-max-replicas", integer(0), "0")
                .kept("repl-ping-replica-period", integer(1), "10")
                .alias("repl-ping-slave-period")
                .kept("repl-timeout", integer(1), "60")
                .kept("replica-announce-ip", text(), "")
                .alias("slave-announce-ip")
                .kept("replica-announce-port", port(), "0")
                .alias("slave-announce-port")
                .kept("replica-announced", yesOrNo(), "yes")
                .kept("replica-ignore-disk-write-errors", yesOrNo(), "no")
                .kept("replica-ignore-maxmemory", yesOrNo(), "yes")
                .alias("slave-ignore-maxmemory")
                .kept("replica-lazy-flush", yesOrNo(), "no")
                .alias("slave-lazy-flush")
                .kept("replica-priority", integer(0), "100")
                .alias("slave-priority")
                .kept("replica-read-only", yesOrNo(), "yes")
                .alias("slave-read-only")
                .kept("replica-serve-stale-data", yesOrNo(), "yes")
                .alias("slave-serve-stale-data");
    }

    private static void addCluster(ParameterList all) {
        ParameterType<String> hostname =
                text("[a-zA-Z0-9.-]{1,255}", "Hostnames may only contain alphanumeric characters, hyphens or dots");
        all.keptFromStart("cluster-config-file", text(), "nodes.conf")
                .keptFromStart("cluster-port", port(), "0")
                .kept("cluster-allow-pubsubshard-when-down", yesOrNo(), "yes")
                .kept("cluster-allow-reads-when-down", yesOrNo(), "no")
                .kept("cluster-allow-replica-migration", yesOrNo(), "yes")
                .kept("cluster-announce-bus-port", port(), "0")
                .kept("cluster-announce-hostname", hostname, "")
                .kept("cluster-announce-human-nodename", text(), "")
                .kept("cluster-announce-tls-port", port(), "0")
                .kept("cluster-link-sendbuf-limit", memory(0), "0")
                .kept("cluster-migration-barrier", integer(0), "1")
                .kept("cluster-node-timeout", longInteger(0), "15000")
                .kept("cluster-preferred-endpoint-type", oneOf("ip", "hostname", "unknown-endpoint"), "ip")
                .kept("cluster-replica-no-failover", yesOrNo(), "no")
                .alias("cluster-slave-no-failover")
                .kept("cluster-replica-validity-factor", integer(0), "10")
                .alias("cluster-slave-validity-factor")
                .kept("cluster-require-full-coverage", yesOrNo(), "yes");
    }
}

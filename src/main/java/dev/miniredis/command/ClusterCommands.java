package dev.miniredis.command;

import static dev.miniredis.command.Trait.Category.CONNECTION;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_ASYNC_LOADING;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

/** The commands of a cluster's node. This server is none, and answers all of them as a Redis that is none does. */
final class ClusterCommands {
    private static final CommandError DISABLED = new CommandError("ERR This instance has cluster support disabled");
    /** Redis first says that there is no cluster, then looks at what was asked. */
    private static final Trait UNREAD = Trait.Arguments.BY_ITSELF;

    private ClusterCommands() {}

    static void addTo(CommandTable table) {
        table.row("CLUSTER", "3.0.0", "A container for Redis Cluster commands.")
                .container(null, "5.0.0", ClusterCommands::refuse)
                .row("CLUSTER ADDSLOTS slot [slot ...]", "3.0.0", "Assigns new hash slots to a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row(
                        "CLUSTER ADDSLOTSRANGE start-slot end-slot [start-slot end-slot ...]",
                        "7.0.0",
                        "Assigns new hash slot ranges to a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER BUMPEPOCH", "3.0.0", "Advances the cluster config epoch.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING, NONDETERMINISTIC_OUTPUT)
                .row(
                        "CLUSTER COUNT-FAILURE-REPORTS node-id",
                        "3.0.0",
                        "Returns the number of active failure reports active for a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER COUNTKEYSINSLOT slot", "3.0.0", "Returns the number of keys in a hash slot.")
                .other(ClusterCommands::refuse, STALE)
                .row("CLUSTER DELSLOTS slot [slot ...]", "3.0.0", "Sets hash slots as unbound for a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row(
                        "CLUSTER DELSLOTSRANGE start-slot end-slot [start-slot end-slot ...]",
                        "7.0.0",
                        "Sets hash slot ranges as unbound for a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row(
                        "CLUSTER FAILOVER [FORCE | TAKEOVER]",
                        "3.0.0",
                        "Forces a replica to perform a manual failover of its master.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING, UNREAD)
                .row("CLUSTER FLUSHSLOTS", "3.0.0", "Deletes all slots information from a node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER FORGET node-id", "3.0.0", "Removes a node from the nodes table.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER GETKEYSINSLOT slot count", "3.0.0", "Returns the key names in a hash slot.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER INFO", "3.0.0", "Returns information about the state of a node.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER KEYSLOT key", "3.0.0", "Returns the hash slot for a key.")
                .other(ClusterCommands::refuse, STALE)
                .row("CLUSTER LINKS", "7.0.0", "Returns a list of all TCP links to and from peer nodes.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row(
                        "CLUSTER MEET ip port [cluster-bus-port]",
                        "3.0.0",
                        "Forces a node to handshake with another node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER MYID", "3.0.0", "Returns the ID of a node.")
                .other(ClusterCommands::refuse, STALE)
                .row("CLUSTER MYSHARDID", "7.2.0", "Returns the shard ID of a node.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER NODES", "3.0.0", "Returns the cluster configuration for a node.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER REPLICAS node-id", "5.0.0", "Lists the replica nodes of a master node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER REPLICATE node-id", "3.0.0", "Configures a node as replica of a master node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER RESET [HARD | SOFT]", "3.0.0", "Resets a node.")
                .other(ClusterCommands::refuse, ADMIN, NOSCRIPT, STALE, UNREAD)
                .row("CLUSTER SAVECONFIG", "3.0.0", "Forces a node to save the cluster configuration to disk.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER SET-CONFIG-EPOCH config-epoch", "3.0.0", "Sets the configuration epoch for a new node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING)
                .row(
                        "CLUSTER SETSLOT slot <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>",
                        "3.0.0",
                        "Binds a hash slot to a node.")
                .other(ClusterCommands::refuse, new Trait.Arity(-4), ADMIN, STALE, NO_ASYNC_LOADING)
                .row("CLUSTER SHARDS", "7.0.0", "Returns the mapping of cluster slots to shards.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER SLAVES node-id", "3.0.0", "Lists the replica nodes of a master node.")
                .other(ClusterCommands::refuse, ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
                .row("CLUSTER SLOTS", "3.0.0", "Returns the mapping of cluster slots to nodes.")
                .other(ClusterCommands::refuse, STALE, NONDETERMINISTIC_OUTPUT)
                .row("ASKING", "3.0.0", "Signals that a cluster client is following an -ASK redirect.")
                .other(ClusterCommands::refuse, FAST, CONNECTION)
                .row("READONLY", "3.0.0", "Enables read-only queries for a connection to a Redis Cluster replica node.")
                .other(ClusterCommands::refuse, LOADING, STALE, FAST, CONNECTION)
                .row(
                        "READWRITE",
                        "3.0.0",
                        "Enables read-write queries for a connection to a Redis Cluster replica node.")
                .other(ClusterCommands::refuse, LOADING, STALE, FAST, CONNECTION);
    }

    private static void refuse(Call call) {
        throw DISABLED;
    }
}

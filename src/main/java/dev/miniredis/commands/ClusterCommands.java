package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Arguments.READ_BY_BODY;
import static dev.miniredis.command.Trait.Category.CONNECTION;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_ASYNC_LOADING;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.HashSlot;
import dev.miniredis.command.Trait;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.stats.Info;
import java.util.HexFormat;

/**
 * The commands of a node of a cluster. Without {@code cluster-enabled} all of them reply that there is no cluster; with
 * it the server is a cluster of one node that has all slots, for programs that only know how to talk to a cluster. It
 * stays at that.
 */
final class ClusterCommands {
    private static final CommandError DISABLED = new CommandError("ERR This instance has cluster support disabled");
    /** Redis first reports that there is no cluster, then checks the subcommand. */
    private static final Trait UNREAD = new Trait.ByItself("whatever is asked for is refused");

    private static final CommandError UNCHANGEABLE =
            new CommandError("ERR This instance is a cluster of one node with all slots, which cannot be changed");
    private static final int BUS_PORT_OFFSET = 10_000;
    private static final int ID_BYTES = 20;

    // The id of the node while it runs; Redis keeps it in a file. Null until it is needed.
    private String id;
    private String shardId;

    private static final Trait FAILOVER_WORD = new Trait.OptionError((call, index) ->
            call.args() > 3 ? CommandError.unknownSubcommandOrArity(call.arg(1), "CLUSTER") : CommandError.SYNTAX);

    private ClusterCommands() {}

    private String id(Call call) {
        id = id == null ? random(call) : id;
        return id;
    }

    private String shardId(Call call) {
        shardId = shardId == null ? random(call) : shardId;
        return shardId;
    }

    private static String random(Call call) {
        byte[] bytes = new byte[ID_BYTES];
        call.host.security().secrets().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What only a node does. */
    private static Command.Body ofNode(Command.Body body) {
        return call -> {
            if (!call.host.tuning().clusterEnabled.value()) {
                throw DISABLED;
            }
            body.run(call);
        };
    }

    // spotless:off
    static void addTo(CommandTable table) {
        ClusterCommands node = new ClusterCommands();
        table
            .row("CLUSTER", "3.0.0", "A container for Redis Cluster commands.")
                .container(null, "5.0.0", ofNode(HelpTexts.CLUSTER))
            .row("CLUSTER ADDSLOTS slot:integer [slot:integer ...]", "3.0.0", "Assigns new hash slots to a node.")
                .other(ofNode(ClusterCommands::addSlots), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER ADDSLOTSRANGE start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]", "7.0.0", "Assigns new hash slot ranges to a node.")
                .other(ofNode(ClusterCommands::addSlots), READ_BY_BODY, Trait.OptionError.ARITY, ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER BUMPEPOCH", "3.0.0", "Advances the cluster config epoch.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, STALE, NO_ASYNC_LOADING, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER COUNT-FAILURE-REPORTS node-id", "3.0.0", "Returns the number of active failure reports active for a node.")
                .other(ofNode(node::countFailureReports), ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER COUNTKEYSINSLOT slot:integer", "3.0.0", "Returns the number of keys in a hash slot.")
                .other(ofNode(ClusterCommands::countKeys), STALE)
            .row("CLUSTER DELSLOTS slot:integer [slot:integer ...]", "3.0.0", "Sets hash slots as unbound for a node.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER DELSLOTSRANGE start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]", "7.0.0", "Sets hash slot ranges as unbound for a node.")
                .other(ofNode(ClusterCommands::refuse), UNREAD, ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER FAILOVER [FORCE | TAKEOVER]", "3.0.0", "Forces a replica to perform a manual failover of its master.")
                .other(ofNode(ClusterCommands::failover), READ_BY_BODY, FAILOVER_WORD, ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER FLUSHSLOTS", "3.0.0", "Deletes all slots information from a node.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER FORGET node-id", "3.0.0", "Removes a node from the nodes table.")
                .other(ofNode(node::forget), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER GETKEYSINSLOT slot:integer count:integer", "3.0.0", "Returns the key names in a hash slot.")
                .other(ofNode(ClusterCommands::getKeys), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER INFO", "3.0.0", "Returns information about the state of a node.")
                .other(ofNode(ClusterCommands::info), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER KEYSLOT key", "3.0.0", "Returns the hash slot for a key.")
                .other(ofNode(call -> call.reply.integer(HashSlot.of(call.arg(2)))), STALE)
            .row("CLUSTER LINKS", "7.0.0", "Returns a list of all TCP links to and from peer nodes.")
                .other(ofNode(call -> call.reply.array(0)), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER MEET ip port:integer [cluster-bus-port:integer]", "3.0.0", "Forces a node to handshake with another node.")
                .other(ofNode(ClusterCommands::refuse), UNREAD, ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER MYID", "3.0.0", "Returns the ID of a node.")
                .other(ofNode(call -> call.reply.bulk(node.id(call))), STALE)
            .row("CLUSTER MYSHARDID", "7.2.0", "Returns the shard ID of a node.")
                .other(ofNode(call -> call.reply.bulk(node.shardId(call))), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER NODES", "3.0.0", "Returns the cluster configuration for a node.")
                .other(ofNode(node::nodes), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER REPLICAS node-id", "5.0.0", "Lists the replica nodes of a master node.")
                .other(ofNode(node::replicas), ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER REPLICATE node-id", "3.0.0", "Configures a node as replica of a master node.")
                .other(ofNode(node::replicate), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER RESET [HARD | SOFT]", "3.0.0", "Resets a node.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, NOSCRIPT, STALE, UNREAD)
            .row("CLUSTER SAVECONFIG", "3.0.0", "Forces a node to save the cluster configuration to disk.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER SET-CONFIG-EPOCH config-epoch:integer", "3.0.0", "Sets the configuration epoch for a new node.")
                .other(ofNode(ClusterCommands::refuse), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER SETSLOT slot:integer <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>", "3.0.0", "Binds a hash slot to a node.")
                .other(ofNode(ClusterCommands::refuse), UNREAD, new Trait.Arity(-4), ADMIN, STALE, NO_ASYNC_LOADING)
            .row("CLUSTER SHARDS", "7.0.0", "Returns the mapping of cluster slots to shards.")
                .other(ofNode(node::shards), STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER SLAVES node-id", "3.0.0", "Lists the replica nodes of a master node.")
                .other(ofNode(node::replicas), ADMIN, STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLUSTER SLOTS", "3.0.0", "Returns the mapping of cluster slots to nodes.")
                .other(ofNode(node::slots), STALE, NONDETERMINISTIC_OUTPUT)
            .row("ASKING", "3.0.0", "Signals that a cluster client is following an -ASK redirect.")
                .other(ofNode(call -> call.reply.ok()), FAST, CONNECTION)
            .row("READONLY", "3.0.0", "Enables read-only queries for a connection to a Redis Cluster replica node.")
                .other(ofNode(call -> call.reply.ok()), LOADING, STALE, FAST, CONNECTION)
            .row("READWRITE", "3.0.0", "Enables read-write queries for a connection to a Redis Cluster replica node.")
                .other(ofNode(call -> call.reply.ok()), LOADING, STALE, FAST, CONNECTION);
    }
    // spotless:on

    /** This node has all slots already, so the reply is Redis's for a slot that is taken. */
    private static void addSlots(Call call) {
        call.options.read();
        for (int i = 2; i < call.args(); i++) {
            slot(call, i, "ERR Invalid or out of range slot");
        }
        throw new CommandError("ERR Slot " + call.integer(2) + " is already busy");
    }

    private static int slot(Call call, int index, String error) {
        CommandError invalid = new CommandError(error);
        long slot = call.integer(index, invalid);
        if (slot < 0 || slot >= HashSlot.COUNT) {
            throw invalid;
        }
        return (int) slot;
    }

    private static void refuse(Call call) {
        throw UNCHANGEABLE;
    }

    private void countFailureReports(Call call) {
        requireMyself(call);
        call.reply.integer(0);
    }

    /** Scans all keys, unlike Redis, which keeps a list for each slot. */
    private static void countKeys(Call call) {
        long slot = call.integer(2);
        if (slot < 0 || slot >= HashSlot.COUNT) {
            throw new CommandError("ERR Invalid slot");
        }
        int[] count = {0};
        call.keyspace().forEach(call.now(), entry -> {
            if (slotOf(entry) == slot) {
                count[0]++;
            }
        });
        call.reply.integer(count[0]);
    }

    private static void failover(Call call) {
        call.options.read();
        throw new CommandError("ERR You should send CLUSTER FAILOVER to a replica");
    }

    private void forget(Call call) {
        requireMyself(call);
        throw new CommandError("ERR I tried hard but I can't forget myself...");
    }

    private static void getKeys(Call call) {
        long slot = call.integer(2);
        long wanted = call.integer(3);
        if (slot < 0 || slot >= HashSlot.COUNT || wanted < 0) {
            throw new CommandError("ERR Invalid slot or number of keys");
        }
        int mark = call.reply.mark();
        int[] count = {0};
        call.keyspace().forEach(call.now(), entry -> {
            if (count[0] < wanted && slotOf(entry) == slot) {
                call.reply.bulk(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
                count[0]++;
            }
        });
        call.reply.arrayFrom(mark, count[0]);
    }

    private static int slotOf(Entry entry) {
        return HashSlot.of(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
    }

    private static void info(Call call) {
        StringBuilder text = new StringBuilder();
        Info.Facts facts =
                (field, value) -> text.append(field).append(':').append(value).append("\r\n");
        facts.add("cluster_state", "ok");
        facts.add("cluster_slots_assigned", HashSlot.COUNT);
        facts.add("cluster_slots_ok", HashSlot.COUNT);
        facts.zeros("cluster_slots_pfail", "cluster_slots_fail");
        facts.add("cluster_known_nodes", 1);
        facts.add("cluster_size", 1);
        facts.zeros(
                "cluster_current_epoch",
                "cluster_my_epoch",
                "cluster_stats_messages_sent",
                "cluster_stats_messages_received",
                "total_cluster_links_buffer_limit_exceeded");
        call.reply.verbatim(text.toString());
    }

    private void nodes(Call call) {
        int port = port(call);
        call.reply.verbatim(id(call) + " " + host(call) + ":" + port + "@" + (port + BUS_PORT_OFFSET)
                + " myself,master - 0 0 0 connected 0-" + (HashSlot.COUNT - 1) + "\n");
    }

    private void replicas(Call call) {
        requireMyself(call);
        call.reply.array(0);
    }

    private void replicate(Call call) {
        requireMyself(call);
        throw new CommandError("ERR Can't replicate myself");
    }

    private void requireMyself(Call call) {
        if (!call.text(2).equals(id(call))) {
            throw new CommandError("ERR Unknown node " + call.text(2));
        }
    }

    private void shards(Call call) {
        call.reply.array(1);
        call.reply.map(2);
        call.reply.bulk("slots");
        call.reply.array(2);
        call.reply.integer(0);
        call.reply.integer(HashSlot.COUNT - 1);
        call.reply.bulk("nodes");
        call.reply.array(1);
        call.reply.map(7);
        call.reply.bulk("id");
        call.reply.bulk(id(call));
        call.reply.bulk("port");
        call.reply.integer(port(call));
        call.reply.bulk("ip");
        call.reply.bulk(host(call));
        call.reply.bulk("endpoint");
        call.reply.bulk(host(call));
        call.reply.bulk("role");
        call.reply.bulk("master");
        call.reply.bulk("replication-offset");
        call.reply.integer(0);
        call.reply.bulk("health");
        call.reply.bulk("online");
    }

    /** The address of the node: the announced one, or the one that this client connected to. */
    private static String host(Call call) {
        String announced = call.host.tuning().clusterAnnounceIp.value();
        String local = call.session().localAddress();
        String reached = local.substring(0, Math.max(0, local.lastIndexOf(':')));
        return announced.isEmpty() ? reached.replaceAll("[\\[\\]]", "") : announced; // [::1] without the port is ::1
    }

    private static int port(Call call) {
        int announced = call.host.tuning().clusterAnnouncePort.value();
        String local = call.session().localAddress();
        return announced == 0 ? Integer.parseInt(local.substring(local.lastIndexOf(':') + 1)) : announced;
    }

    private void slots(Call call) {
        call.reply.array(1);
        call.reply.array(3);
        call.reply.integer(0);
        call.reply.integer(HashSlot.COUNT - 1);
        call.reply.array(4);
        call.reply.bulk(host(call));
        call.reply.integer(port(call));
        call.reply.bulk(id(call));
        call.reply.map(0);
    }
}

package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.ALLOW_BUSY;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_ASYNC_LOADING;
import static dev.miniredis.command.Trait.Flag.NO_MULTI;
import static dev.miniredis.command.Trait.Flag.STALE;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import java.util.Locale;
import java.util.Set;

/**
 * The commands on masters and replicas. This server is always a master without replicas: what a Redis in that
 * place answers it answers too, and what would need another server it refuses.
 */
final class ReplicationCommands {
    private static final CommandError NO_REPLICATION =
            new CommandError("ERR Mini Redis does not replicate: it is a master without replicas");
    private static final long MAX_PORT = 65535;
    /** Sent by a Redis that wants to become a replica before it requests the data. */
    private static final Set<String> REPLICA_OPTIONS =
            Set.of("listening-port", "ip-address", "capa", "version", "ack", "getack", "rdb-only", "rdb-filter-only");

    private static final Trait NO_ONE = new Trait.ByItself("NO may be the name of a host");

    private ReplicationCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("FAILOVER [TO host port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds:integer]", "6.2.0", "Starts a coordinated failover from a server to one of its replicas.")
                .other(ReplicationCommands::failover, ADMIN, NOSCRIPT, STALE, new Trait.ByItself("no option is taken twice, and FORCE without TO"))
            .row("PSYNC replicationid offset:integer", "2.8.0", "An internal command used in replication.")
                .other(ReplicationCommands::psync, new Trait.Arity(-3), ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .row("REPLCONF", "3.0.0", "An internal command for configuring the replication stream.")
                .other(ReplicationCommands::replconf, new Trait.Arity(-1), ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
            .row("REPLICAOF <host port:integer | NO ONE>", "5.0.0", "Configures a server as replica of another, or promotes it to a master.")
                .other(ReplicationCommands::replicaof, NO_ONE, ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)
            .row("ROLE", "2.8.12", "Returns the replication role.")
                .other(ReplicationCommands::role, Trait.Category.ADMIN, DANGEROUS, NOSCRIPT, LOADING, STALE, FAST)
            .row("SLAVEOF <host port:integer | NO ONE>", "1.0.0", "Sets a Redis server as a replica of another, or promotes it.")
                .other(ReplicationCommands::replicaof, NO_ONE, ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)
            .row("SYNC", "1.0.0", "An internal command used in replication.")
                .other(ReplicationCommands::refuse, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI);
    }
    // spotless:on

    /** As {@code failoverCommand} of Redis without replicas. */
    private static void failover(Call call) {
        call.refuseInCluster("FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.");
        if (call.args() == 2 && call.argIs(1, "ABORT")) {
            throw new CommandError("ERR No failover in progress.");
        }
        boolean to = false;
        boolean timeout = false;
        boolean force = false;
        for (int i = 1; i < call.args(); i++) {
            if (!timeout && call.argIs(i, "TIMEOUT") && i + 1 < call.args()) {
                if (call.integer(++i) <= 0) {
                    throw new CommandError("ERR FAILOVER timeout must be greater than 0");
                }
                timeout = true;
            } else if (!to && call.argIs(i, "TO") && i + 2 < call.args()) {
                i += 2;
                call.integer(i);
                to = true;
            } else if (!force && call.argIs(i, "FORCE")) {
                force = true;
            } else {
                throw CommandError.SYNTAX;
            }
        }
        throw new CommandError("ERR FAILOVER requires connected replicas.");
    }

    private static void psync(Call call) {
        if (!call.arg(2).isLong()) {
            throw CommandError.NOT_AN_INTEGER;
        }
        throw NO_REPLICATION;
    }

    private static void replconf(Call call) {
        if (call.args() % 2 == 0) {
            throw CommandError.SYNTAX;
        }
        if (call.args() > 1) {
            String option = call.text(1);
            throw REPLICA_OPTIONS.contains(option.toLowerCase(Locale.ROOT))
                    ? NO_REPLICATION
                    : new CommandError("ERR Unrecognized REPLCONF option: " + option);
        }
        call.reply.ok();
    }

    private static void replicaof(Call call) {
        call.refuseInCluster("REPLICAOF not allowed in cluster mode.");
        if (!call.argIs(1, "NO") || !call.argIs(2, "ONE")) {
            CommandError invalid = new CommandError("ERR Invalid master port");
            long port = call.integer(2, invalid);
            throw port < 0 || port > MAX_PORT ? invalid : NO_REPLICATION;
        }
        call.reply.ok();
    }

    private static void role(Call call) {
        call.reply.array(3);
        call.reply.bulk("master");
        call.reply.integer(0); // the replication offset
        call.reply.array(0);
    }

    private static void refuse(Call call) {
        throw NO_REPLICATION;
    }
}

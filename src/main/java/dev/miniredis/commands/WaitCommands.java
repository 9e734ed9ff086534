package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Category.CONNECTION;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Rule.WITHOUT_KEYS;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.RESPONSE_AGG_MIN;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.LogProgress;
import dev.miniredis.resp.Reply;
import dev.miniredis.session.Blocked;

/**
 * The commands that wait until the writes of their client are safe in more places. There are no replicas; and what is
 * answered at all is on this server's disk, unless {@code appendfsync} says that it need not be.
 */
final class WaitCommands {
    private WaitCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("WAIT numreplicas:integer timeout:integer", "3.0.0", "Blocks until the asynchronous replication of all preceding write commands sent by the connection is completed.")
                .other(WaitCommands::await, WITHOUT_KEYS, NOSCRIPT, CONNECTION, REQUEST_ALL_SHARDS, RESPONSE_AGG_MIN)
            .row("WAITAOF numlocal:integer numreplicas:integer timeout:integer", "7.2.0", "Blocks until all of the preceding write commands sent by the connection are written to the append-only file of the master and/or replicas.")
                .other(WaitCommands::awaitAof, WITHOUT_KEYS, NOSCRIPT, CONNECTION, REQUEST_ALL_SHARDS, RESPONSE_AGG_MIN);
    }
    // spotless:on

    /** No replica acknowledges, so it waits for the whole timeout. */
    private record NoReplicas(long deadlineMillis) implements Blocked {
        @Override
        public void timeOut(Reply reply) {
            reply.integer(0);
        }

        @Override
        public boolean isDone(Reply reply) {
            return false;
        }
    }

    private record Synced(LogProgress log, long lsn, boolean wantsReplicas, long deadlineMillis) implements Blocked {
        private boolean isSynced() {
            return log.isKept() && log.syncedLsn() >= lsn;
        }

        @Override
        public void timeOut(Reply reply) {
            reply.array(2);
            reply.integer(isSynced() ? 1 : 0);
            reply.integer(0);
        }

        @Override
        public boolean isDone(Reply reply) {
            if (wantsReplicas || !isSynced()) {
                return false;
            }
            timeOut(reply);
            return true;
        }
    }

    private static void await(Call call) {
        long replicas = call.integer(1);
        long deadline = ClientCommands.timeout(call, 2);
        if (replicas <= 0 || call.isNested()) {
            call.reply.integer(0);
        } else {
            call.host.clients().block(call.session(), new NoReplicas(deadline));
        }
    }

    private static void awaitAof(Call call) {
        long local = call.integer(1, CommandError.range(0, 1));
        if (local < 0 || local > 1) {
            throw CommandError.range(0, 1);
        }
        long replicas = call.integer(2);
        if (replicas < 0) {
            throw CommandError.POSITIVE;
        }
        long deadline = ClientCommands.timeout(call, 3);
        LogProgress log = call.host.log();
        if (local == 1 && !log.isKept()) {
            throw new CommandError("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        }
        Synced wanted = new Synced(log, call.session().lastWriteLsn(), replicas > 0, deadline);
        boolean done = replicas == 0 && (local == 0 || wanted.isSynced());
        if (done || call.isNested()) {
            wanted.timeOut(call.reply);
        } else {
            call.host.clients().block(call.session(), wanted);
        }
    }
}

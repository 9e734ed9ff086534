package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ALLOW_BUSY;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.SKIP_SLOWLOG;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.Rule.EXECUTES;
import static dev.miniredis.command.Trait.Rule.NOT_QUEUED;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Request;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Session;
import dev.miniredis.session.Transaction;
import dev.miniredis.session.Watches;

/** The commands that let others take effect together. What one {@code EXEC} changes is one entry of the log. */
final class TransactionCommands {
    private static final CommandError NESTED = new CommandError("ERR MULTI calls can not be nested");
    private static final CommandError EXEC_WITHOUT_MULTI = new CommandError("ERR EXEC without MULTI");
    private static final CommandError DISCARD_WITHOUT_MULTI = new CommandError("ERR DISCARD without MULTI");
    private static final CommandError WATCH_INSIDE_MULTI = new CommandError("ERR WATCH inside MULTI is not allowed");
    private static final CommandError ABORTED =
            new CommandError("EXECABORT Transaction discarded because of previous errors.");

    private TransactionCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("DISCARD", "2.0.0", "Discards a transaction.")
                .other(TransactionCommands::discard, NOT_QUEUED, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
            .row("EXEC", "1.2.0", "Executes all commands in a transaction.")
                .other(TransactionCommands::exec, NOT_QUEUED, EXECUTES, NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)
            .row("MULTI", "1.2.0", "Starts a transaction.")
                .other(TransactionCommands::multi, NOT_QUEUED, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
            .row("UNWATCH", "2.2.0", "Forgets about watched keys of a transaction.")
                .other(TransactionCommands::unwatch, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
            .row("WATCH key [key ...]", "2.2.0", "Monitors changes to keys to determine the execution of a transaction.")
                .other(TransactionCommands::watch, NOT_QUEUED, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY, RO);
    }
    // spotless:on

    private static void discard(Call call) {
        if (call.session().transaction() == null) {
            throw DISCARD_WITHOUT_MULTI;
        }
        end(call);
        call.reply.ok();
    }

    private static void end(Call call) {
        call.session().transaction(null);
        call.host.clients().watches().unwatch(call.session());
    }

    private static void exec(Call call) {
        Session session = call.session();
        Transaction transaction = session.transaction();
        if (transaction == null) {
            throw EXEC_WITHOUT_MULTI;
        }
        meetExpired(call);
        boolean changed = session.hasWatchedChanged();
        end(call);
        if (transaction.isRefused()) {
            throw ABORTED;
        }
        if (changed) {
            call.reply.nilArray();
        } else {
            call.reply.array(transaction.requests().size());
            for (Request request : transaction.requests()) {
                call.reply.protocol(session.protocol());
                call.host.run(session, request);
            }
        }
    }

    /** A watched key that has expired since counts as changed, also if it was not removed yet. */
    private static void meetExpired(Call call) {
        for (Watches.Key key : call.session().watched()) {
            byte[] name = key.name().bytes();
            call.host.database(key.database()).removeIfExpired(name, 0, name.length, call.now());
        }
    }

    private static void multi(Call call) {
        if (call.session().transaction() != null) {
            throw NESTED;
        }
        call.session().transaction(new Transaction());
        call.reply.ok();
    }

    private static void unwatch(Call call) {
        call.host.clients().watches().unwatch(call.session());
        call.reply.ok();
    }

    private static void watch(Call call) {
        if (call.session().transaction() != null) {
            throw WATCH_INSIDE_MULTI;
        }
        call.requireMemory(call.args() - 1, ClientMemory.WATCH_BYTES);
        for (int i = 1; i < call.args(); i++) {
            call.exists(i); // one that has expired is not there from the start
            call.host
                    .clients()
                    .watches()
                    .watch(call.session(), new Watches.Key(call.database(), ByteString.of(call.arg(i))));
        }
        call.reply.ok();
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait.Rule;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.session.Session.ReplyMode;
import dev.miniredis.session.Transaction;
import java.util.Arrays;

/**
 * Processes requests, as Redis's {@code processCommand}: each is admitted, then queued or run in a unit of work of its
 * own, and then the clients are served that wait for what it has changed.
 */
final class RequestProcessor {
    private final CommandTable commands;
    private final Admission admission;
    private final UnitOfWork unit;
    private final CommandRunner runner;
    private final BlockedKeys blockedKeys;
    private final Databases databases;
    private final Clients clients;
    private final EngineTime time;
    private final Reply reply;
    private long processedCommands;
    private long changes;
    private long requiredLsn; // of the last reply, and of what follows it

    RequestProcessor(
            CommandTable commands,
            Admission admission,
            UnitOfWork unit,
            CommandRunner runner,
            BlockedKeys blockedKeys,
            Databases databases,
            Clients clients,
            EngineTime time,
            Reply reply) {
        this.commands = commands;
        this.admission = admission;
        this.unit = unit;
        this.runner = runner;
        this.blockedKeys = blockedKeys;
        this.databases = databases;
        this.clients = clients;
        this.time = time;
        this.reply = reply;
    }

    /**
     * Runs a request; its reply is added.
     *
     * @return false when it has to wait for room in the log; nothing has happened then
     */
    boolean execute(Session session, Request request) {
        int mark = reply.mark();
        reply.protocol(session.protocol());
        begin();
        clients.serve(session);
        Command command = null;
        try {
            command = commands.commandOf(request);
            if (admission.check(command, request, session, time.monotonicMillis()) == Admission.Verdict.WAIT) {
                clients.postpone(session);
                return false;
            }
        } catch (CommandError | OutOfMemoryError e) { // the latter for its log entry
            OutOfMemory.endUnlessRoom(e);
            CommandError error = e instanceof CommandError itsOwn ? itsOwn : CommandError.OUT_OF_MEMORY;
            refuse(session, request, commands.named(request), error);
            finish(session, command, mark);
            return true;
        }
        Transaction transaction = session.transaction();
        if (transaction != null && !command.has(Rule.NOT_QUEUED)) {
            session.queue(request, command.isWrite(), command.mayTakeMemory());
            reply.simple("QUEUED");
        } else {
            begin(); // again: what was evicted has been logged
            runUnit(session, request, command);
        }
        finish(session, command, mark);
        serveBlocked();
        return true;
    }

    private void begin() {
        unit.begin(admission.isLoading());
    }

    /** Runs a request and logs what has changed, all in one entry. */
    private void runUnit(Session session, Request request, Command command) {
        unit.beginEntry(time.millis(), session.origin(), session.database());
        runner.run(session, request, command);
        processedCommands++;
        long lsn = unit.commit();
        if (lsn > 0) {
            changes++;
            session.lastWriteLsn(lsn);
        }
    }

    private void refuse(Session session, Request request, Command command, CommandError e) {
        if (command != null) {
            command.countRefusal();
        } else if (CrossProtocol.isHttp(request)) {
            CrossProtocol.cutOff(session);
            return;
        }
        if (command != null && command.has(Rule.EXECUTES)) {
            session.transaction(null);
            clients.watches().unwatch(session);
            runner.error(e.execAbortMessage());
            return;
        }
        if (session.transaction() != null) {
            session.transaction().refuse();
        }
        runner.error(e.getMessage());
    }

    /**
     * Withholds the reply where the client wants none, and adds the messages that the request has caused for its own
     * client.
     */
    private void finish(Session session, Command command, int mark) {
        if (session.replyMode() != ReplyMode.ON) {
            if (command == null || !command.has(Rule.REPLIES_BY_PUSH)) { // pushes are not replies
                reply.rewind(mark);
            }
            session.replyWithheld();
        }
        long moreLsn = clients.hasMore() ? clients.addMore(reply) : 0;
        requiredLsn = Math.max(unit.shownLsn(), moreLsn);
        clients.served();
    }

    /** Whether a client waits for a key that has changed, and could not be served at once. */
    boolean hasReadyKeys() {
        return blockedKeys.hasReady();
    }

    /** Serves the clients that wait for keys that have changed. */
    void serveBlocked() {
        if (blockedKeys.hasReady() && !admission.isLoading()) {
            blockedKeys.serve(this::serve, databases, time.millis());
        }
    }

    /** Runs the command of a client that waits, in a unit of its own; its reply waits for that unit to be on disk. */
    private BlockedKeys.Outcome serve(BlockedKeys.Waiter waiter) {
        Session session = waiter.session();
        Request request = waiter.request();
        int mark = reply.mark(); // its reply is written behind those that are to be sent, and taken from there
        reply.protocol(session.protocol());
        begin();
        clients.serve(session);
        try {
            Command command = commands.commandOf(request);
            if (admission.check(command, request, session, time.monotonicMillis()) == Admission.Verdict.WAIT) {
                clients.served();
                return BlockedKeys.Outcome.LATER;
            }
            begin(); // again: what was evicted has been logged
            runUnit(session, request, command);
        } catch (CommandError e) {
            runner.error(e.getMessage());
        }
        if (blockedKeys.waitsAgain()) {
            clients.served();
            reply.rewind(mark);
            return BlockedKeys.Outcome.STILL_WAITS;
        }
        long moreLsn = clients.hasMore() ? clients.addMore(reply) : 0;
        clients.served();
        byte[] bytes = Arrays.copyOfRange(reply.bytes(), mark, reply.size());
        reply.rewind(mark);
        clients.unblock(session, bytes, Math.max(unit.shownLsn(), moreLsn));
        return BlockedKeys.Outcome.SERVED;
    }

    /** The lsn that must be durable before the reply of the last request may leave; 0 when it need not wait. */
    long requiredLsn() {
        return requiredLsn;
    }

    /** The number of requests run. */
    long processedCommands() {
        return processedCommands;
    }

    /** The number of requests that have changed data. */
    long changes() {
        return changes;
    }
}

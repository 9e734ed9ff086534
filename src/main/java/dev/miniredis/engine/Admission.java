package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Security;
import dev.miniredis.command.SlotCheck;
import dev.miniredis.command.Trait.Rule;
import dev.miniredis.config.Parameter;
import dev.miniredis.config.Tuning;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.session.Transaction;
import java.util.Objects;

/** Checks whether a command may run, in the order of Redis's {@code processCommand}. */
final class Admission {
    /** The outcome of the check. */
    enum Verdict {
        RUN,
        /**
         * The data are being loaded, clients are paused, or the log is making room for this entry or for the deletion
         * of evicted keys. Try again when that is over.
         */
        WAIT
    }

    private final WriteLog log;
    private final Eviction eviction;
    private final Clients clients;
    private final Security security;
    private final SlotCheck slots;
    private final Parameter<Long> loadingPatience;
    private boolean loading = true;
    private long waitedForLoadingSince; // in milliseconds of the monotonic clock; 0 before the first client waits

    Admission(
            WriteLog log, Eviction eviction, Clients clients, Security security, CommandTable commands, Tuning tuning) {
        this.log = log;
        this.eviction = eviction;
        this.clients = clients;
        this.security = security;
        this.slots = new SlotCheck(commands, tuning);
        this.loadingPatience = tuning.loadingReplyThreshold;
    }

    void loaded() {
        loading = false;
    }

    boolean isLoading() {
        return loading;
    }

    /** @throws CommandError it may not run */
    Verdict check(Command command, Request request, Session session, long monotonicMillis) {
        security.checkLogin(command, session);
        Transaction transaction = session.transaction();
        if (transaction != null && command.isBarredFromTransactions()) {
            throw CommandError.NOT_IN_TRANSACTION;
        }
        security.checkPermissions(command, request, session, monotonicMillis);
        Transaction executed = transaction != null && command.has(Rule.EXECUTES) ? transaction : null;
        slots.check(command, request, executed);
        boolean mayTakeMemory = command.mayTakeMemory() || executed != null && executed.takesMemory();
        if (eviction.isOver() && !loading && !checkMemory(mayTakeMemory)) {
            return Verdict.WAIT;
        }
        boolean write = command.isWrite(request) || executed != null && executed.isWrite();
        if (write && !loading && checkLog(request, executed, session, mayTakeMemory) == Verdict.WAIT) {
            return Verdict.WAIT;
        }
        if (session.isRestricted()) {
            checkRestrictions(command, session);
        }
        if (loading && (!command.runsWhileLoading() || write)) {
            return waitForLoading(monotonicMillis);
        }
        boolean mayReplicate = command.mayReplicate() || write;
        return clients.isPaused(monotonicMillis) && (clients.isAllPaused() || mayReplicate)
                ? Verdict.WAIT
                : Verdict.RUN;
    }

    /**
     * Lets clients wait while the data are loaded: many clients retry a refused connection, but take LOADING for a
     * final answer. After a long wait they get LOADING all the same.
     */
    private Verdict waitForLoading(long now) {
        if (waitedForLoadingSince == 0) {
            waitedForLoadingSince = now;
            clients.lookAgain(now + loadingPatience.value() + 1);
        }
        if (now - waitedForLoadingSince >= loadingPatience.value()) {
            throw CommandError.LOADING;
        }
        return Verdict.WAIT;
    }

    private static void checkRestrictions(Command command, Session session) {
        if (session.isMonitoring() && (command.isRead() || command.mayReplicate())) {
            throw CommandError.MONITORS_ONLY_WATCH;
        }
        if (session.isSubscribed() && session.protocol() == 2 && !command.has(Rule.WHILE_SUBSCRIBED)) {
            throw CommandError.subscribed(command.name());
        }
    }

    /** @return false when it has to wait for room in the log, which the deletion of other keys needs */
    private boolean checkMemory(boolean mayTakeMemory) {
        Eviction.Outcome outcome = eviction.makeRoom();
        if (outcome == Eviction.Outcome.FULL && mayTakeMemory) {
            throw CommandError.OUT_OF_MEMORY;
        }
        return outcome != Eviction.Outcome.WAIT || !mayTakeMemory;
    }

    /** @param mayTakeMemory whether it has to leave some room to those that free memory */
    private Verdict checkLog(Request request, Transaction executed, Session session, boolean mayTakeMemory) {
        long bytes = executed == null
                ? LineWriter.bound(session.origin(), request)
                : LineWriter.bound(session.origin(), executed.requests());
        return switch (log.roomFor(bytes, mayTakeMemory ? WriteLog.SPARE_BYTES : 0)) {
            case YES -> Verdict.RUN;
            case SOON -> Verdict.WAIT;
            case NO -> throw CommandError.logNotWritable(Objects.requireNonNullElse(log.problem(), "no room"));
            case TOO_LARGE -> throw CommandError.TOO_LARGE;
            case READ_ONLY -> throw CommandError.READ_ONLY;
        };
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Session;
import java.util.Objects;

/** What is checked before a command may run, in the order in which Redis's {@code processCommand} does. */
final class Admission {
    /** What becomes of a request. */
    enum Verdict {
        RUN,
        /** The log is making room, for this or for the deletion of evicted keys: ask again when it has. */
        WAIT
    }

    private final WriteLog log;
    private final Eviction eviction;
    private boolean loading = true;

    Admission(WriteLog log, Eviction eviction) {
        this.log = log;
        this.eviction = eviction;
    }

    void loaded() {
        loading = false;
    }

    boolean isLoading() {
        return loading;
    }

    /** @throws CommandError it may not run */
    Verdict check(Command command, Request request, Session session) {
        if (loading && (!command.runsWhileLoading() || command.isWrite(request))) {
            throw CommandError.LOADING;
        }
        if (eviction.isOver() && !loading && !checkMemory(command)) {
            return Verdict.WAIT;
        }
        return command.isWrite(request) ? checkLog(request, session) : Verdict.RUN;
    }

    /** @return false when it has to wait for room in the log, which the deletion of other keys needs */
    private boolean checkMemory(Command command) {
        Eviction.Outcome outcome = eviction.makeRoom();
        if (outcome == Eviction.Outcome.FULL && command.mayTakeMemory()) {
            throw CommandError.OUT_OF_MEMORY;
        }
        return outcome != Eviction.Outcome.WAIT || !command.mayTakeMemory();
    }

    private Verdict checkLog(Request request, Session session) {
        return switch (log.roomFor(LineWriter.bound(session.origin(), request))) {
            case YES -> Verdict.RUN;
            case SOON -> Verdict.WAIT;
            case NO -> throw CommandError.logNotWritable(Objects.requireNonNullElse(log.problem(), "no room"));
            case TOO_LARGE -> throw CommandError.TOO_LARGE;
            case READ_ONLY -> throw CommandError.READ_ONLY;
        };
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.Host;
import dev.miniredis.keyspace.OpenValues;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.session.Tracking;
import dev.miniredis.stats.Statistics;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs commands in the unit of work under way, also one inside another: EXEC runs the queued ones. An error becomes the
 * reply.
 */
final class CommandRunner {
    private static final System.Logger LOGGER = System.getLogger(CommandRunner.class.getName());

    private final Host host;
    private final Reply reply;
    private final UnitOfWork unit;
    private final OpenValues openValues;
    private final EngineTime time;
    private final CommandTimes times;
    private final Clients clients;
    private final Statistics statistics;
    private final List<Call> calls = new ArrayList<>(); // by depth
    private int depth; // of the next run: 0 for what a client has sent

    CommandRunner(
            Host host,
            Reply reply,
            UnitOfWork unit,
            OpenValues openValues,
            EngineTime time,
            CommandTimes times,
            Clients clients,
            Statistics statistics) {
        this.host = host;
        this.reply = reply;
        this.unit = unit;
        this.openValues = openValues;
        this.time = time;
        this.times = times;
        this.clients = clients;
        this.statistics = statistics;
    }

    /** Runs a command that has been admitted; its reply is added. */
    void run(Session session, Request request, Command command) {
        Call call = next();
        int mark = reply.mark();
        long began = times.mark();
        session.running(command.name(), time.monotonicMillis());
        depth++;
        try {
            call.begin(command, request, session, time.millis(), time.behindMillis());
            command.run(call);
        } catch (CommandError e) {
            fail(command, mark, e);
        } catch (OutOfMemoryError e) {
            OutOfMemory.endUnlessRoom(e);
            Notice.MEMORY_EXHAUSTED.tell(LOGGER, command.name(), e.getMessage());
            fail(command, mark, CommandError.OUT_OF_MEMORY);
        } catch (RuntimeException e) { // a bug; what it has changed is logged, and replay will change the same
            Notice.BUG_IN_COMMAND.tell(LOGGER, e, command.name());
            fail(command, mark, CommandError.INTERNAL);
        } finally {
            depth--;
        }
        openValues.close();
        times.ended(began, command, request, session);
        unit.ran(call, command);
        Tracking tracking = session.tracking();
        if (tracking != null) {
            trackReads(session, tracking, request, command);
        }
        if (clients.hasMonitors() && command.isShownToMonitors()) {
            clients.showMonitors(MonitorLine.of(session, command, request, time.wallMicros()), unit.currentLsn());
        }
    }

    private Call next() {
        if (depth == calls.size()) {
            calls.add(new Call(host, reply, depth));
        }
        return calls.get(depth);
    }

    /** As Redis's {@code trackingRememberKeys}. */
    private void trackReads(Session session, Tracking tracking, Request request, Command command) {
        if (command.isRead() && tracking.remembersReads()) {
            command.forEachKey(request, (index, flags) -> clients.remember(session, ByteString.of(request.arg(index))));
        }
        if (session.transaction() == null) {
            tracking.commandRan();
        }
    }

    private void fail(Command command, int mark, CommandError e) {
        command.countFailure();
        reply.rewind(mark);
        error(e.getMessage());
    }

    /** Replies with an error, and counts it. */
    void error(String message) {
        statistics.errors().count(message);
        reply.error(message);
    }

    /** Redis's {@code keyspace_hits}. */
    long keyspaceHits() {
        return calls.stream().mapToLong(Call::hits).sum();
    }

    /** Redis's {@code keyspace_misses}. */
    long keyspaceMisses() {
        return calls.stream().mapToLong(Call::misses).sum();
    }
}

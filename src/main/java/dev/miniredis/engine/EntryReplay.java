package dev.miniredis.engine;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Host;
import dev.miniredis.keyspace.OpenValues;
import dev.miniredis.keyspace.PendingWrites;
import dev.miniredis.log.LogEntry;
import dev.miniredis.notice.Notice;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Session;

/** Runs entries of the log again. Nothing is checked, and no client is told. */
final class EntryReplay {
    private static final System.Logger LOGGER = System.getLogger(EntryReplay.class.getName());

    private final Host host;
    private final CommandTable commands;
    private final Session session;
    private final EngineTime time;
    private final PendingWrites pendingWrites;
    private final OpenValues openValues;
    private final Call call;

    /** @param session the log's */
    EntryReplay(Host host, Session session, EngineTime time, PendingWrites pendingWrites, OpenValues openValues) {
        this.host = host;
        this.commands = host.commands();
        this.session = session;
        this.time = time;
        this.pendingWrites = pendingWrites;
        this.openValues = openValues;
        this.call = new Call(host, new Reply(), 0);
    }

    /**
     * Runs an entry again, at its own time.
     *
     * @throws CommandError it cannot be run; it was written by another version
     */
    void run(LogEntry entry) {
        time.advance(entry.atMillis());
        pendingWrites.begin(entry.lsn());
        if (entry.database() >= host.databases()) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        session.database(entry.database());
        for (Request request : entry.commands()) {
            call.reply.clear();
            run(request, entry);
        }
        call.reply.clear();
    }

    private void run(Request request, LogEntry entry) {
        Command command = commands.commandOf(request);
        long changes = pendingWrites.changes();
        try {
            call.begin(command, request, session, entry.atMillis(), 0);
            command.run(call);
        } catch (CommandError e) {
            if (pendingWrites.changes() == changes) {
                throw e;
            } // else it failed in the same way when it was logged, after the same changes
        } catch (RuntimeException e) { // a bug, as when it was logged, after the same changes
            Notice.BUG_IN_REPLAYED_COMMAND.tell(LOGGER, e, entry.lsn());
        } finally {
            openValues.close();
        }
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.keyspace.PendingWrites;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;

/**
 * What becomes one entry of the log, or none where it changes nothing: a command, a whole EXEC, an eviction, the
 * command of a client that has waited for a key. One object serves all units, one after the other.
 */
final class UnitOfWork {
    private static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.US_ASCII);

    private final WriteLog log;
    private final PendingWrites pendingWrites;
    private final LogEntry entry = new LogEntry();
    private long loggedChanges; // of all units, those that are in an entry
    private int database; // that the next request of the entry works on

    UnitOfWork(WriteLog log, PendingWrites pendingWrites) {
        this.log = log;
        this.pendingWrites = pendingWrites;
    }

    /** Begins to track what is read and changed. While loading, nothing is on its way to the disk. */
    void begin(boolean isLoading) {
        pendingWrites.begin(isLoading ? 0 : log.nextLsn());
    }

    /**
     * Begins the entry.
     *
     * @param origin of the changes, for the log: a user and an address, or the engine's own work
     */
    void beginEntry(long atMillis, byte[] origin, int newDatabase) {
        loggedChanges = pendingWrites.changes();
        database = newDatabase;
        entry.reset(atMillis, origin, database);
    }

    /** The changes made so far need no entry. */
    void changesAreLogged() {
        loggedChanges = pendingWrites.changes();
    }

    /** A command has run: adds it to the entry, if it has changed anything. */
    void ran(Call call, Command command) {
        if (pendingWrites.changes() == loggedChanges) {
            return;
        }
        if (call.database() != database) {
            database = call.database();
            entry.add(Request.of(SELECT, Integer.toString(database).getBytes(StandardCharsets.US_ASCII)));
        }
        Request logged = call.logged();
        if (logged == call.request()) {
            logged.arg(command.nameIndex()).wrap(command.upperName(), 0, command.upperName().length);
        }
        add(logged);
    }

    /** Adds a command that has changed something. */
    void add(Request command) {
        loggedChanges = pendingWrites.changes();
        entry.add(command);
    }

    /**
     * Gives the entry to the log.
     *
     * @return its lsn; 0 where nothing has changed
     */
    long commit() {
        return entry.commands().isEmpty() ? 0 : log.append(entry);
    }

    /** The lsn that must be durable before what the unit has done until now may be seen by others. */
    long currentLsn() {
        return pendingWrites.hasChanged() ? log.nextLsn() : log.nextLsn() - 1;
    }

    /** The lsn that must be durable before what the unit has seen and done may be shown to its client. */
    long shownLsn() {
        return pendingWrites.shown();
    }

    /** As {@link #currentLsn}, where the unit has changed something; else 0. */
    long changeLsn() {
        return pendingWrites.hasChanged() ? currentLsn() : 0;
    }
}

package dev.miniredis.log;

import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the log: a unit of work, that is, commands that take effect together, or a note of the log itself. The log
 * does not interpret commands. One object can be reused for many entries.
 */
public final class LogEntry {
    /** The kind of a line. */
    public enum Kind {
        /** Commands that took effect together. */
        COMMANDS,
        /** A note of a {@link Repair} that entries are lost here. */
        LOST,
        /** A note that everything before it is on disk: the end of a log that was closed. */
        DURABLE
    }

    private final List<Request> commands = new ArrayList<>(1);
    private final List<Request> own = new ArrayList<>(1);
    private int ownInUse;
    private long lsn;
    private long atMillis;
    private byte[] by = {};
    private int database;
    private long durable;
    private long lostFrom;
    private long baseLine;

    /** Begins a new entry without commands. */
    @SuppressWarnings("ReferenceEquality") // only saves the store
    public LogEntry reset(long newAtMillis, byte[] newBy, int newDatabase) {
        commands.clear();
        ownInUse = 0;
        atMillis = newAtMillis;
        if (by != newBy) { // to store a reference costs a memory barrier of the collector
            by = newBy;
        }
        database = newDatabase;
        durable = 0;
        lostFrom = 0;
        baseLine = 0;
        return this;
    }

    public LogEntry add(Request command) {
        commands.add(command);
        return this;
    }

    /** Adds an empty command for the caller to fill; it is reused after {@link #reset}. */
    Request addEmpty() {
        if (ownInUse == own.size()) {
            own.add(new Request());
        }
        Request command = own.get(ownInUse++);
        command.clear();
        commands.add(command);
        return command;
    }

    public List<Request> commands() {
        return commands;
    }

    public Kind kind() {
        if (lostFrom > 0) {
            return Kind.LOST;
        }
        return commands.isEmpty() ? Kind.DURABLE : Kind.COMMANDS;
    }

    /** The lsn of a unit of work; the last of lost entries; otherwise 0. */
    public long lsn() {
        return lsn;
    }

    void lsn(long newLsn) {
        lsn = newLsn;
    }

    /** As {@link #lsn}, but the first of lost entries. */
    public long firstLsn() {
        return lostFrom > 0 ? lostFrom : lsn;
    }

    void lost(long from, long to) {
        lostFrom = from;
        lsn = to;
    }

    /** The number of the command in a base, from 1; 0 for an entry. */
    long baseLine() {
        return baseLine;
    }

    void baseLine(long number) {
        baseLine = number;
    }

    /** The time of execution, milliseconds since 1970. */
    public long atMillis() {
        return atMillis;
    }

    void atMillis(long newAtMillis) {
        atMillis = newAtMillis;
    }

    /** The sender: {@code user@host:port}. */
    public byte[] by() {
        return by;
    }

    void by(byte[] newBy) {
        by = newBy;
    }

    public int database() {
        return database;
    }

    void database(int newDatabase) {
        database = newDatabase;
    }

    /** Everything up to this lsn was on disk before this entry was written; 0 if the entry does not tell. */
    public long durable() {
        return durable;
    }

    void durable(long newDurable) {
        durable = newDurable;
    }
}

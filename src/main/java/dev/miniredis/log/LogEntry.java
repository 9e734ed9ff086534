package dev.miniredis.log;

import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the log: a unit of work, which is commands that take effect together, or a note of the log to itself. The
 * log knows neither what the commands are called nor what they do. One object may serve many entries, one after the
 * other.
 */
public final class LogEntry {
    /** What a line says. */
    public enum Kind {
        /** Commands that took effect together. */
        COMMANDS,
        /** That entries are missing here, since a {@link Repair}. */
        LOST,
        /** Only that what came before it is on disk: the end of a log that was closed. */
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
    public LogEntry reset(long newAtMillis, byte[] newBy, int newDatabase) {
        commands.clear();
        ownInUse = 0;
        atMillis = newAtMillis;
        by = newBy;
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

    /** Adds a command for its caller to fill, that belongs to this object and is used again after {@link #reset}. */
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

    /** Of a unit of work, its number; of lost ones, the last of them; else 0. */
    public long lsn() {
        return lsn;
    }

    void lsn(long newLsn) {
        lsn = newLsn;
    }

    /** As {@link #lsn}, but of lost ones the first of them. */
    public long firstLsn() {
        return lostFrom > 0 ? lostFrom : lsn;
    }

    void lost(long from, long to) {
        lostFrom = from;
        lsn = to;
    }

    /** Which of the commands of a base it is, from 1; 0 for an entry. */
    long baseLine() {
        return baseLine;
    }

    void baseLine(long number) {
        baseLine = number;
    }

    /** When it happened, in milliseconds since 1970. */
    public long atMillis() {
        return atMillis;
    }

    void atMillis(long newAtMillis) {
        atMillis = newAtMillis;
    }

    /** Who sent it: {@code user@host:port}. */
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

    /** Everything up to this lsn was on disk before this entry was written; 0 where the entry does not say. */
    public long durable() {
        return durable;
    }

    void durable(long newDurable) {
        durable = newDurable;
    }
}

package dev.miniredis.migrate;

/** A key of an RDB file. */
final class RdbKey {
    /** The value by which Redis represents no deadline. */
    static final long NO_DEADLINE = -1;

    private final int database;
    private final byte[] name;
    private final long deadlineMillis;

    RdbKey(int database, byte[] name, long deadlineMillis) {
        this.database = database;
        this.name = name;
        this.deadlineMillis = deadlineMillis;
    }

    int database() {
        return database;
    }

    byte[] name() {
        return name;
    }

    /** The deadline, milliseconds since 1970; {@link #NO_DEADLINE} if there is none. */
    long deadlineMillis() {
        return deadlineMillis;
    }

    boolean hasDeadline() {
        return deadlineMillis != NO_DEADLINE;
    }

    boolean isExpired(long nowMillis) {
        return hasDeadline() && deadlineMillis <= nowMillis;
    }
}

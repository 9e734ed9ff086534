package dev.miniredis.migrate;

/** A key of an RDB file. */
final class RdbKey {
    /** As Redis reads it, should a file have it as a deadline. */
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

    /** Milliseconds since 1970; {@link #NO_DEADLINE} without one. */
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

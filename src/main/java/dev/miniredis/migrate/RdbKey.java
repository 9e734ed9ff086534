package dev.miniredis.migrate;

/** A key of an RDB file. */
final class RdbKey {
    static final long NO_DEADLINE = Long.MAX_VALUE;

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
}

package dev.miniredis.command;

/** The durability of the log, for {@code WAITAOF}. */
public interface LogProgress {
    /** There is no log. */
    LogProgress NONE = new LogProgress() {
        @Override
        public boolean isKept() {
            return false;
        }

        @Override
        public long syncedLsn() {
            return 0;
        }
    };

    /** Whether there is a log. */
    boolean isKept();

    /** All records up to this lsn are synced to disk. This does not depend on the {@code appendfsync} policy. */
    long syncedLsn();
}

package dev.miniredis.command;

/** How far the log is on its way to the disk, as {@code WAITAOF} asks. */
public interface LogProgress {
    /** Nothing is kept. */
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

    /** Everything up to this lsn is on disk, whatever the policy says about when replies leave. */
    long syncedLsn();
}

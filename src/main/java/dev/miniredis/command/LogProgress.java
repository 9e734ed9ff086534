package dev.miniredis.command;

/** The progress of the log to the disk, for {@code WAITAOF}. */
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

    /** Everything up to this lsn is on disk, under any sync policy. */
    long syncedLsn();
}

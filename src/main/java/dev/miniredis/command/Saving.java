package dev.miniredis.command;

/**
 * Writes a base: a file with the whole state, which replaces the log before it. To be called on the engine's thread.
 */
public interface Saving {
    /** There is no log, so there is no base. */
    Saving NONE = new Saving() {
        @Override
        public void start() {
            throw new CommandError("ERR Nothing is written to the log (appendonly no, or --until)");
        }

        @Override
        public void run() {
            start();
        }

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public long lastSeconds() {
            return 0;
        }

        @Override
        public long changesBefore() {
            return 0;
        }
    };

    /**
     * Starts to write a base of the current state in the background.
     *
     * @throws CommandError it cannot start
     */
    void start();

    /**
     * Writes a base and blocks the engine's thread until it is complete.
     *
     * @throws CommandError the base could not be written
     */
    void run();

    /** Whether a base is being written. */
    boolean isRunning();

    /** The time when the last base was completed, in seconds since 1970; the start of the server if there is none. */
    long lastSeconds();

    /** The number of changes since the start of the server that the last base contains. */
    long changesBefore();
}

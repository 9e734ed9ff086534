package dev.miniredis.command;

/** The making of a base: the whole state in a file, which replaces the log before it. On the engine's thread. */
public interface Saving {
    /** Without a log there are no bases. */
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
     * Starts a base of the present data in the background.
     *
     * @throws CommandError it cannot begin
     */
    void start();

    /**
     * Makes a base while nothing else happens.
     *
     * @throws CommandError it could not be made
     */
    void run();

    /** Whether a base is being made. */
    boolean isRunning();

    /** When the last base was complete, in seconds since 1970; the start of the server if there is none. */
    long lastSeconds();

    /** How many of the changes since the start the last base holds. */
    long changesBefore();
}

package dev.miniredis.server;

/** The server cannot start, for a reason that whoever started it can mend. The message is the one line they see. */
final class StartupFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

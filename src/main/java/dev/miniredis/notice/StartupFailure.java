package dev.miniredis.notice;

/** The server cannot start, for a reason that whoever started it can mend. The message is the one line they see. */
public final class StartupFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

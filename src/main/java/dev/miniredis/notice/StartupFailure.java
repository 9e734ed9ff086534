package dev.miniredis.notice;

/** The server cannot start for a reason that the user can fix. The message is the one line that the user sees. */
public final class StartupFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

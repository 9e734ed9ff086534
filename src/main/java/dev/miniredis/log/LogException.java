package dev.miniredis.log;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The log cannot be opened or read. The message says to a person what is wrong and where. */
public final class LogException extends Exception {
    private static final long serialVersionUID = 1L;

    public LogException(String message) {
        super(message);
    }

    public LogException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether something failed because the disk is full or the quota is used up, as far as the system's English message tells. */
    public static boolean isNoRoom(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("quota exceeded");
    }

    /** What the operating system said, or at least what kind of failure it was. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> gone.getFile() + ": No such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": Permission denied";
            default -> e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
        };
    }
}

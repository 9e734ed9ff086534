package dev.miniredis.cli;

import dev.miniredis.log.LogCursor;
import dev.miniredis.log.LogDirectory;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import java.io.Closeable;
import java.io.IOException;

/** The entries of a log and the lines of its base; damage is reported on standard error. */
final class LogScan implements Closeable {
    private final LogCursor cursor;
    private final LogOutput out;
    private boolean inBase;
    private boolean damaged;

    LogScan(LogDirectory directory, LogOutput out) throws LogException {
        this.cursor = directory.read();
        this.out = out;
    }

    /**
     * Moves to the next entry or line of a base.
     *
     * @return false if there is none at present
     */
    boolean next() throws IOException, LogException {
        while (true) {
            LogCursor.Finding kind = cursor.next();
            switch (kind) {
                case ENTRY, BASE_LINE -> {
                    inBase = kind == LogCursor.Finding.BASE_LINE;
                    return true;
                }
                case FILE, CLOSED -> {}
                case LOST -> out.note(lost(cursor));
                case DAMAGE -> {
                    damaged = true;
                    out.note(damage(cursor));
                }
                case TORN -> out.note(torn(cursor));
                case MISSED ->
                    out.note("mini-redis: entries " + cursor.lostFirst() + " to " + cursor.lostLast()
                            + " went into a base before they were read.");
                case END -> {
                    return false;
                }
            }
        }
    }

    static String damage(LogCursor cursor) {
        return "mini-redis: " + cursor.location() + " is damaged: line " + cursor.lineNumber() + ", byte "
                + cursor.offset() + ": " + cursor.problem() + ".";
    }

    static String lost(LogCursor cursor) {
        String which = cursor.isInBase()
                ? "something of the entries up to " + cursor.lostLast() + " is lost"
                : "entries " + cursor.lostFirst() + " to " + cursor.lostLast() + " are lost";
        return "mini-redis: " + cursor.location() + ": line " + cursor.lineNumber() + ": " + which
                + ", as a repair has found.";
    }

    static String torn(LogCursor cursor) throws IOException {
        return "mini-redis: " + cursor.location() + ": after byte " + cursor.offset() + ", " + cursor.tornBytes()
                + " bytes are no whole entry: a write under way, or one that a crash cut short."
                + " They were never synced; the next start of the server sets them aside.";
    }

    LogEntry entry() {
        return cursor.entry();
    }

    boolean isBaseLine() {
        return inBase;
    }

    /** Whether a base includes the effect of this entry. */
    boolean isCoveredByBase() {
        return !inBase && cursor.entry().lsn() <= cursor.baseLsn();
    }

    LogCursor cursor() {
        return cursor;
    }

    /** The exit code of a command that has read all. */
    int exitCode() {
        return damaged ? LogFolder.DIFFERENT : LogFolder.FINE;
    }

    @Override
    public void close() {
        cursor.close();
    }
}

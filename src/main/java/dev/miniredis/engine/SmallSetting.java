package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogEntry;

/**
 * The setting without which the log cannot be replayed, {@code databases}: there is no place for the keys of those that
 * are missing. No other one refuses what was accepted once.
 */
public final class SmallSetting {
    private SmallSetting() {}

    /** Advice for a refused entry; null where no setting is the cause. */
    public static String ofEntry(LogEntry entry, CommandError refusal, Engine engine) {
        String what = "Entry " + entry.lsn() + " of the log";
        int databases = engine.data().count();
        if (entry.database() >= databases) {
            return databases(
                    what + " changes database " + entry.database(), databases, entry.database() + 1L + " or more");
        }
        if (refusal == CommandError.DATABASE_OUT_OF_RANGE) {
            return databases(what + " changes a database of a higher number", databases, "more");
        }
        return null;
    }

    /** Advice for a base that has keys in more databases than there are; null where it has not. */
    public static String ofBase(BaseHeader header, Engine engine) {
        int wanted = header.keys().size();
        int databases = engine.data().count();
        return wanted <= databases
                ? null
                : databases(
                        "The base of the log up to entry " + header.lsn() + " has keys in database " + (wanted - 1),
                        databases,
                        wanted + " or more");
    }

    private static String databases(String what, int databases, String wanted) {
        return what + ", and there are " + databases + " databases: 0 to " + (databases - 1)
                + ". Start with --databases " + wanted + ", as when the log was written.";
    }
}

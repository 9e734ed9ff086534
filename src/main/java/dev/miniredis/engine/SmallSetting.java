package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogEntry;
import java.util.Set;

/**
 * The setting that is smaller than when the log was written, so that it cannot be replayed. The entry was accepted once, so a
 * refusal that depends on a setting is that setting's.
 */
public final class SmallSetting {
    /** What is refused for {@code proto-max-bulk-len} only, of a command that was accepted once. */
    private static final Set<CommandError> TOO_LONG = Set.of(CommandError.STRING_TOO_LONG, CommandError.BIT_OFFSET);

    private SmallSetting() {}

    /** What to do about an entry that was refused; null where it is no setting's fault. */
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
        if (TOO_LONG.contains(refusal)) {
            return what + " makes a string that is longer than proto-max-bulk-len, which is "
                    + engine.tuning().protoMaxBulkLen.value()
                    + " bytes. Start with a larger --proto-max-bulk-len, as when the log was written; 512mb is the"
                    + " default.";
        }
        return null;
    }

    /** What to do about a base that has keys in more databases than there are; null where it has not. */
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

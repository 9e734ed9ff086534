package dev.miniredis.log;

/**
 * An entry, or a command of a base, that is readable but cannot be run: it was written by another version, or a tool.
 *
 * @param lsn of the entry; for a command of a base, the lsn of the base
 * @param baseLine the number of the command in the base, from 1; 0 for an entry
 * @param reason the error of the command
 */
public record Unrunnable(long lsn, long baseLine, String reason) {
    public static Unrunnable of(LogEntry entry, String reason) {
        return new Unrunnable(entry.lsn(), entry.baseLine(), reason);
    }

    boolean isInBase() {
        return baseLine > 0;
    }

    @Override
    public String toString() {
        String what = isInBase() ? "A key of the base of the entries up to " + lsn : "Entry " + lsn + " of the log";
        return what + " cannot be replayed: " + reason;
    }
}

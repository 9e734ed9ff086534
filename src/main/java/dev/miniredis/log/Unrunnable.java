package dev.miniredis.log;

/**
 * An entry, or a line of a base, that is whole but cannot be run: another version wrote it, or a tool.
 *
 * @param lsn its number; of a line of a base, that of the last entry that the base stands for
 * @param baseLine which of the commands of the base it is, from 1; 0 for an entry
 * @param reason the answer to the command that cannot be run
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

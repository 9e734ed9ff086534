package dev.miniredis.log;

import java.util.Locale;

/** What the start does if the log is damaged. */
public enum OnDamage {
    /** Refuses to start, changes nothing, and tells what can be done. */
    REFUSE,
    /**
     * Repairs the log and starts without damaged lines and entries that cannot be run; {@link Repair} keeps copies of
     * the files.
     */
    QUARANTINE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

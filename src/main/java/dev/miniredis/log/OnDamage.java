package dev.miniredis.log;

import java.util.Locale;

/** What the start does with a log that is damaged. */
public enum OnDamage {
    /** Refuses, changes nothing, and says what can be done. */
    REFUSE,
    /** Goes on without the damaged lines and the entries that cannot be run; they are kept, as {@link Repair} does. */
    QUARANTINE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

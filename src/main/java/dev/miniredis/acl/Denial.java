package dev.miniredis.acl;

import java.util.Locale;

/**
 * Why somebody may not do something; a later one is more telling where several selectors deny for different reasons.
 */
public enum Denial {
    COMMAND,
    KEY,
    CHANNEL,
    /** A name and a password that do not match. */
    AUTH;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

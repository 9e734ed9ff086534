package dev.miniredis.acl;

import java.util.Locale;

/**
 * Why a request is denied. If several selectors deny it for different reasons, the last constant is reported.
 */
public enum Denial {
    COMMAND,
    KEY,
    CHANNEL,
    /** A wrong password, or an unknown user. */
    AUTH;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

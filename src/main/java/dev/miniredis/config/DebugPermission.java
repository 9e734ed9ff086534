package dev.miniredis.config;

import java.util.Locale;

/** Which clients may use DEBUG: the parameter {@code enable-debug-command}. */
public enum DebugPermission {
    NO,
    YES,
    /** Clients of this machine. */
    LOCAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

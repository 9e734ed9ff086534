package dev.miniredis.log;

import java.util.Locale;

/** When a write counts as durable: Redis's {@code appendfsync}. */
public enum FsyncPolicy {
    /** When it is synced to disk. */
    ALWAYS,
    /** When it is written to the operating system; a sync follows within a second. */
    EVERYSEC,
    /** When it is written to the operating system, which decides when to write it to disk. */
    NO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

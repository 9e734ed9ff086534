package dev.miniredis.log;

import java.util.Locale;

/** When a write counts as done; Redis's {@code appendfsync}. */
public enum FsyncPolicy {
    /** When it is on disk. */
    ALWAYS,
    /** When the operating system has it; it is on disk a second later. */
    EVERYSEC,
    /** When the operating system has it; when it is on disk, only that knows. */
    NO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.miniredis.acl;

import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Slice;

/**
 * Keys that may be used.
 *
 * @param read whether what is there may be seen
 * @param write whether it may be changed
 */
record KeyPattern(String pattern, Glob glob, boolean read, boolean write) {
    KeyPattern(String pattern, boolean read, boolean write) {
        this(pattern, Glob.of(Slice.of(pattern)), read, write);
    }

    KeyPattern and(KeyPattern other) {
        return new KeyPattern(pattern, glob, read || other.read, write || other.write);
    }

    boolean allows(Slice key, boolean toRead, boolean toWrite) {
        return (read || !toRead) && (write || !toWrite) && glob.matches(key.bytes(), key.offset(), key.length());
    }

    /** As a rule. */
    @Override
    public String toString() {
        return (read && write ? "~" : read ? "%R~" : "%W~") + pattern;
    }
}

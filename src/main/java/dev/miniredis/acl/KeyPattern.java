package dev.miniredis.acl;

import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Slice;

/**
 * A pattern of keys that a user may use.
 *
 * @param read whether the values may be read
 * @param write whether the keys may be changed
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

    /** The rule that makes it. */
    @Override
    public String toString() {
        return (read && write ? "~" : read ? "%R~" : "%W~") + pattern;
    }
}

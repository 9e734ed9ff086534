package dev.miniredis.migrate;

/** Takes what an {@link RdbReader} finds, in the order of the file. What it gets is its own. */
interface RdbSink {
    /** Something that the file says of itself, such as {@code redis-ver}. */
    void about(String name, String value);

    void string(RdbKey key, byte[] value) throws ImportException;

    /**
     * A value that was read past.
     *
     * @param type as the command TYPE calls it; {@code module} for what a module has made
     */
    void unread(RdbKey key, String type) throws ImportException;

    /** Something that belongs to no key and was read past: a library of functions, what a module keeps for itself. */
    void unread(String what);
}

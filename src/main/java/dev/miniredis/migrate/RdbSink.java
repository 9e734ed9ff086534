package dev.miniredis.migrate;

/** Takes what an {@link RdbReader} reads, in the order of the file. The arguments are not reused. */
interface RdbSink {
    /** A field about the file, such as {@code redis-ver}. */
    void about(String name, String value);

    void string(RdbKey key, byte[] value) throws ImportException;

    /**
     * A value that was skipped.
     *
     * @param type as the command TYPE names it; {@code module} for a module's type
     */
    void unread(RdbKey key, String type) throws ImportException;

    /** Something skipped that belongs to no key: a library of functions, a module's own data. */
    void unread(String what);
}

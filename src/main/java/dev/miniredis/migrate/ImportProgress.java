package dev.miniredis.migrate;

/** Who wants to know how an import gets on; called often. */
@FunctionalInterface
public interface ImportProgress {
    /** So many bytes of the source are read, so many entries made of them. */
    void at(long bytes, long ofBytes, long entries);
}

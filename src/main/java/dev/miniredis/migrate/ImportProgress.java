package dev.miniredis.migrate;

/** Who wants to know how an import gets on; called often. */
@FunctionalInterface
public interface ImportProgress {
    /** Tells how many bytes of the source were read and how many entries were written. */
    void at(long bytes, long ofBytes, long entries);
}

package dev.miniredis.log;

/**
 * Receives notifications of the log. Called by the log's threads, sometimes under its lock: must be quick and must not
 * block.
 */
public interface LogListener {
    /** Everything up to {@code lsn} is durable. */
    void durable(long lsn);

    /** Room was made, could not be made, or the log can be written again. */
    void roomChanged();

    /** A sync has ended. */
    void synced(long nanos);
}

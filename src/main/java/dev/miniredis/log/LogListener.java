package dev.miniredis.log;

/**
 * Who wants to know how the log gets on. Called by the log's own threads, sometimes under its lock: must be quick and wait
 * for nothing.
 */
public interface LogListener {
    /** Everything up to {@code lsn} is durable. */
    void durable(long lsn);

    /** Room was made, could not be made, or the log can be written again. */
    void roomChanged();

    /** One sync ended. */
    void synced(long nanos);
}

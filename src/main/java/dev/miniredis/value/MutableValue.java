package dev.miniredis.value;

import java.nio.charset.StandardCharsets;

/**
 * A value that is changed in place. It may be changed only while it is open, that is, after the keyspace has kept what
 * a snapshot needs and has marked the key as changed, and until the command ends.
 */
public abstract non-sealed class MutableValue implements Value {
    private static final byte[] PEXPIREAT = "PEXPIREAT".getBytes(StandardCharsets.US_ASCII);

    private boolean open;
    private long accountedBytes;

    /** Whether nothing is left in it; then its key goes. */
    public abstract boolean isEmpty();

    /** How many bytes of the heap it takes. */
    public abstract long memoryBytes();

    /**
     * The value as it is now, for a snapshot that another thread reads while this one changes. It is called for many
     * values at once, so it must not copy what may be large.
     */
    public abstract MutableValue frozen();

    /** An equal value that may be changed without this one. */
    public abstract MutableValue copy();

    /** Writes the commands that make the value again, without its deadline. */
    protected abstract <X extends Exception> void rebuild(CommandSink<X> sink) throws X;

    @Override
    public final <X extends Exception> void rebuild(long deadline, CommandSink<X> sink) throws X {
        rebuild(sink);
        if (deadline != 0) {
            sink.begin(PEXPIREAT);
            sink.add(deadline);
            sink.end();
        }
    }

    /** Allows changes, until {@link #close}. */
    public final void open() {
        open = true;
    }

    /** Allows no more changes. */
    public final void close() {
        open = false;
    }

    /**
     * Every method that changes the value begins with this.
     *
     * @throws IllegalStateException the value was not opened by the keyspace
     */
    protected final void requireOpen() {
        if (!open) {
            throw new IllegalStateException("a value may be changed only through Keyspace.change");
        }
    }

    /** The size that the memory account has of this value. */
    public final long accountedBytes() {
        return accountedBytes;
    }

    /**
     * Says that the memory account is told the present size.
     *
     * @return by how many bytes the value has grown since the last time
     */
    public final long account() {
        long growth = memoryBytes() - accountedBytes;
        accountedBytes += growth;
        return growth;
    }
}

package dev.miniredis.value;

/**
 * Takes commands on one key, argument by argument.
 *
 * @param <X> what it may throw
 */
public interface CommandSink<X extends Exception> {
    /** Begins a command; the key follows its name. */
    void begin(byte[] name);

    /** Adds an argument, whose bytes stay as they are until the command ends. */
    void add(byte[] bytes, int offset, int length);

    /** Adds a number. */
    void add(long number);

    /** The command is complete. */
    void end() throws X;
}

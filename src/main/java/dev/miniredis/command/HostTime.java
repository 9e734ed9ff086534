package dev.miniredis.command;

/** The server's clocks. The time of a command is {@link Call#now} instead. */
public interface HostTime {
    /** The time of the wall clock in microseconds since 1970, for display. */
    long wallMicros();

    /** The time of the wall clock in milliseconds since 1970, for display. */
    long wallMillis();

    /** The monotonic clock in milliseconds, for measuring intervals. Its origin is arbitrary. */
    long monotonicMillis();
}

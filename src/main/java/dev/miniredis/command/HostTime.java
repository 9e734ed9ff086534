package dev.miniredis.command;

/** The clocks of the server. The time of a command is {@link Call#now}. */
public interface HostTime {
    /** The wall clock, for output to people, in microseconds since 1970. */
    long wallMicros();

    /** The same in milliseconds. */
    long wallMillis();

    /** Milliseconds of the monotonic clock, for intervals: only the difference of two means something. */
    long monotonicMillis();
}

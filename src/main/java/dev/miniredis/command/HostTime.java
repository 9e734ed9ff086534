package dev.miniredis.command;

/** What the server knows of the time, besides the one that a command takes place at, {@link Call#now}. */
public interface HostTime {
    /** The wall clock's, which is told to people, in microseconds since 1970. */
    long wallMicros();

    /** The same in milliseconds. */
    long wallMillis();

    /** Milliseconds of the monotonic clock, for intervals: only the difference of two means something. */
    long monotonicMillis();
}

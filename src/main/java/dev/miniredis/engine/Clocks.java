package dev.miniredis.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The machine's clocks: one tells the time of day and may be set, one runs on evenly and tells no time of day. */
public interface Clocks {
    Clocks MACHINE = new Clocks() {
        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long wallMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };

    /** The wall clock, in milliseconds since 1970. */
    long wallMillis();

    /** The same in microseconds. */
    default long wallMicros() {
        return wallMillis() * 1000;
    }

    /** The monotonic clock, for intervals: only the difference of two readings means something. */
    long nanos();
}

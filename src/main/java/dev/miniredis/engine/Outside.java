package dev.miniredis.engine;

import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Peers;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Saving;
import java.util.function.LongSupplier;

/** Whom commands ask about what is outside of the engine. Until somebody is named, nobody knows anything. */
public final class Outside {
    private static final long MICROS_PER_MILLI = 1000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private Saving saving = Saving.NONE;
    private LogProgress log = LogProgress.NONE;
    private ProcessMemory processMemory = ProcessMemory.UNKNOWN;
    private Peers peers = Peers.NONE;
    private LongSupplier microClock = () -> 0;

    Saving saving() {
        return saving;
    }

    /** Says who makes bases of the log. */
    public void saving(Saving newSaving) {
        saving = newSaving;
    }

    LogProgress log() {
        return log;
    }

    /** Says whom to ask how far the log is. */
    public void log(LogProgress newLog) {
        log = newLog;
    }

    ProcessMemory processMemory() {
        return processMemory;
    }

    /** Says whom to ask about the memory of the process. */
    public void processMemory(ProcessMemory newProcessMemory) {
        processMemory = newProcessMemory;
    }

    /**
     * The time, as exact as may be.
     *
     * @param nowMillis the time of what is happening now, in milliseconds since 1970
     * @return microseconds since 1970, of the clock; or of that time where it is another one's
     */
    long micros(long nowMillis) {
        long micros = microClock.getAsLong();
        long ahead = micros - nowMillis * MICROS_PER_MILLI;
        return ahead >= 0 && ahead < MICROS_PER_SECOND ? micros : nowMillis * MICROS_PER_MILLI;
    }

    /** Says what the time is, in microseconds since 1970. */
    public void microClock(LongSupplier newMicroClock) {
        microClock = newMicroClock;
    }

    Peers peers() {
        return peers;
    }

    /** Says who speaks with other servers. */
    public void peers(Peers newPeers) {
        peers = newPeers;
    }
}

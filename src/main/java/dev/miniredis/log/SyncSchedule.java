package dev.miniredis.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** When the log is to be synced: what the policy says, which may change. By the log's thread, but for the policy. */
final class SyncSchedule {
    private static final long EVERY_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private final long maxWaitingBytes;
    private volatile FsyncPolicy policy;
    private long lastNanos;

    /** @param maxWaitingBytes with more unsynced, it does not wait for the second to be over */
    SyncSchedule(FsyncPolicy policy, LongSupplier nanoTime, long maxWaitingBytes) {
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    FsyncPolicy policy() {
        return policy;
    }

    /** From any thread; what was promised before stays promised. */
    void policy(FsyncPolicy newPolicy) {
        policy = newPolicy;
    }

    /** All that is there is synced: the second begins now. */
    void restart() {
        began(nanoTime.getAsLong());
    }

    /** A sync began; what is written while it runs is not in it. */
    void began(long nanos) {
        lastNanos = nanos;
    }

    /** How long until the second is over, in nanoseconds; 0 or less when it is. */
    long leftNanos() {
        return lastNanos + EVERY_SECOND - nanoTime.getAsLong();
    }

    /** Whether what was written is to be synced now. */
    boolean isDue(long unsyncedBytes) {
        return switch (policy) {
            case ALWAYS -> true;
            case EVERYSEC -> leftNanos() <= 0 || unsyncedBytes >= maxWaitingBytes;
            case NO -> false;
        };
    }
}

package dev.miniredis.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Decides when to sync the log, by a policy that may change. For the log's thread, except the policy. */
final class SyncSchedule {
    private static final long EVERY_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private final long maxWaitingBytes;
    private volatile FsyncPolicy policy;
    private long lastNanos;

    /** @param maxWaitingBytes with more unsynced bytes, a sync is due before the second is over */
    SyncSchedule(FsyncPolicy policy, LongSupplier nanoTime, long maxWaitingBytes) {
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    FsyncPolicy policy() {
        return policy;
    }

    /** Changes the policy for later writes. From any thread. */
    void policy(FsyncPolicy newPolicy) {
        policy = newPolicy;
    }

    /** Tells that everything is synced; the second begins now. */
    void restart() {
        began(nanoTime.getAsLong());
    }

    /** Tells when a sync began; writes during it are not covered by it. */
    void began(long nanos) {
        lastNanos = nanos;
    }

    /** Nanoseconds until the second is over; 0 or less if it is. */
    long leftNanos() {
        return lastNanos + EVERY_SECOND - nanoTime.getAsLong();
    }

    /** Whether a sync is due. */
    boolean isDue(long unsyncedBytes) {
        return switch (policy) {
            case ALWAYS -> true;
            case EVERYSEC -> leftNanos() <= 0 || unsyncedBytes >= maxWaitingBytes;
            case NO -> false;
        };
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.ServerLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits on the engine's thread until the disk has what was appended, for the few commands that must not go on before. */
public record Durability(ServerLog log) {
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /**
     * Waits until all up to this entry counts as done under the policy in force.
     *
     * @throws CommandError the log cannot be written
     */
    public void await(long lsn) {
        log.submit();
        while (log.durableLsn() < lsn) {
            if (log.problem() != null) {
                throw CommandError.logNotWritable(log.problem());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** From now on, writes count as done when this policy says; under the strictest one, those that were done already too. */
    public void change(FsyncPolicy policy) {
        log.submit();
        log.fsync(policy);
        while (policy == FsyncPolicy.ALWAYS && log.syncedLsn() < log.nextLsn() - 1 && log.problem() == null) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}

package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LogStorage;
import dev.miniredis.log.WriteLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits on the engine's thread until entries are on disk, for the few commands that must not go on before. */
public record Durability(WriteLog log) {
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

    /**
     * Changes the policy; a change to the strictest one also waits for the writes made so far.
     *
     * @param storage the files of the same log
     */
    public void change(FsyncPolicy policy, LogStorage storage) {
        log.submit();
        storage.fsync(policy);
        while (policy == FsyncPolicy.ALWAYS && storage.syncedLsn() < log.nextLsn() - 1 && log.problem() == null) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}

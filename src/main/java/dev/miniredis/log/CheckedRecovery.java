package dev.miniredis.log;

import java.io.IOException;
import java.util.List;

/**
 * A {@link Recovery} that also runs the entries. If some cannot be run, the start is refused, or they are set aside and
 * the log is read again from its beginning, so that nothing of their partial effects remains.
 */
final class CheckedRecovery {
    private final Disk disk;
    private final WriteLog.Applier applier;
    private final long nowMillis;
    private final Moment until;
    private final RecoveryProgress progress;
    private final OnDamage onUnrunnable;
    private final Repair repair;
    private List<String> setAside = List.of();
    private Recovery recovery;

    /** @param onUnrunnable what to do about entries that cannot be run */
    CheckedRecovery(
            Disk disk,
            WriteLog.Applier applier,
            long nowMillis,
            Moment until,
            RecoveryProgress progress,
            OnDamage onUnrunnable) {
        this.disk = disk;
        this.applier = applier;
        this.nowMillis = nowMillis;
        this.until = until;
        this.progress = progress;
        this.onUnrunnable = onUnrunnable;
        this.repair = new Repair(disk, nowMillis);
    }

    /** @throws LogException the log is damaged, or entries cannot be run and must not be set aside */
    Recovery.Result run() throws LogException, IOException, InterruptedException {
        while (true) {
            recovery = new Recovery(disk, applier, nowMillis, until, progress);
            Recovery.Result result = recovery.run();
            List<Unrunnable> unrunnable = applier.finish();
            if (unrunnable.isEmpty()) {
                return result;
            }
            if (onUnrunnable == OnDamage.REFUSE) {
                throw new LogException(refusal(unrunnable.getFirst()));
            }
            setAside = repair.setAside(unrunnable);
            applier.restart();
        }
    }

    /** The recovery that succeeded. */
    Recovery last() {
        return recovery;
    }

    /** What was set aside, a line for each file. */
    List<String> setAside() {
        return setAside;
    }

    private String refusal(Unrunnable first) {
        boolean past = !until.equals(Moment.END);
        return first + ". Another version of Mini Redis wrote it, or a tool. Start the one that wrote it, or run"
                + " 'mini-redis log repair --data-dir " + disk.location() + "'"
                + (past
                        ? ", which keeps the file beside the log and goes on without the entry; or give an earlier moment."
                        : ", or start with --on-damage=quarantine: both keep the file beside the log and go on without"
                                + " the entry.");
    }
}

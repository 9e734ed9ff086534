package dev.miniredis.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Where output waits for the disk. A connection whose output shows something that a crash could still take back waits
 * here; when the log has come far enough, it is told to let go what may leave.
 */
public final class Gate {
    /** Somebody with output that waits. */
    public interface Waiter {
        /**
         * Lets go what needs no more than {@code durableLsn}.
         *
         * @return whether something still waits
         */
        boolean release(long durableLsn);
    }

    private final List<Waiter> waiters = new ArrayList<>();

    /** Adds somebody who is not waiting yet. */
    public void await(Waiter waiter) {
        waiters.add(waiter);
    }

    /** How many wait. */
    public int waiting() {
        return waiters.size();
    }

    /** Tells all who wait how far the log has come. */
    void open(long durableLsn) {
        int left = 0;
        for (int i = 0; i < waiters.size(); i++) {
            Waiter waiter = waiters.get(i);
            if (waiter.release(durableLsn)) {
                waiters.set(left++, waiter);
            }
        }
        while (waiters.size() > left) {
            waiters.removeLast();
        }
    }
}

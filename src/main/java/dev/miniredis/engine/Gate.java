package dev.miniredis.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The gate where output waits for the disk. A connection whose output shows changes that are not on disk yet waits
 * here; when they are, it is told to send.
 */
public final class Gate {
    /** A connection with output that waits. */
    public interface Waiter {
        /**
         * Sends the output that needs no more than {@code durableLsn}.
         *
         * @return whether something still waits
         */
        boolean release(long durableLsn);
    }

    private final List<Waiter> waiters = new ArrayList<>();

    /** Adds a connection that is not waiting yet. */
    public void await(Waiter waiter) {
        waiters.add(waiter);
    }

    /** The number of waiting connections. */
    public int waiting() {
        return waiters.size();
    }

    /** Tells all waiting connections how far the log has come. */
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

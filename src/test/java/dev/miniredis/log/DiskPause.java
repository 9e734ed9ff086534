package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.Step;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A place where operations of a {@link SimulatedDisk} wait until a test lets them go. */
final class DiskPause {
    private static final int ALL = 1_000_000;

    private final Predicate<Step> which;
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore allowed = new Semaphore(0);

    DiskPause(Predicate<Step> which) {
        this.which = which;
    }

    void pass(Step step) {
        if (which.test(step)) {
            arrived.release();
            allowed.acquireUninterruptibly();
        }
    }

    /** Waits until one more operation has come here. */
    void awaitArrival() throws InterruptedException {
        assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS))
                .as("an operation that matches")
                .isTrue();
    }

    /** Lets one operation pass. */
    void allowOne() {
        allowed.release();
    }

    /** Lets all pass from now on. */
    void release() {
        allowed.release(ALL);
    }
}

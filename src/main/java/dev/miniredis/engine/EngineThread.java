package dev.miniredis.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The thread that owns the data: takes tasks from other threads, and tasks for later. */
public interface EngineThread {
    /** How many times a second the regular work runs, Redis's {@code hz}. */
    int CRON_HZ = 10;

    /** Runs a task after those that were given before. */
    void execute(Runnable task);

    /** Runs a task after a delay; with a delay of 0 after the next look at the network. */
    void schedule(Runnable task, long delayMillis);

    /** Runs a question on the thread, and completes with the answer. */
    <T> CompletableFuture<T> ask(Supplier<T> question);
}

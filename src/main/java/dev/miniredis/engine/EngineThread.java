package dev.miniredis.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The one thread that owns the data, as other threads reach it, and as it leaves work for later. */
public interface EngineThread {
    /** How often its regular work is done, a second. */
    int CRON_HZ = 10;

    /** Runs a task on it, after those that it was given before. */
    void execute(Runnable task);

    /** Runs a task on it later; with a delay of 0 as soon as the network was looked at. */
    void schedule(Runnable task, long delayMillis);

    /** Asks something that only it may look at. */
    <T> CompletableFuture<T> ask(Supplier<T> question);
}

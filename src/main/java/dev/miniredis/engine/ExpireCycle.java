package dev.miniredis.engine;

import dev.miniredis.stats.LatencyMonitor.Event;
import java.util.concurrent.TimeUnit;

/** Removes expired keys, a little at a time, on the engine's thread. */
public final class ExpireCycle {
    /** The most time that one round may take. */
    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Engine engine;
    private long nanos;
    private long cutShort;

    public ExpireCycle(Engine engine) {
        this.engine = engine;
    }

    public void run() {
        long began = System.nanoTime();
        long deadline = began + BUDGET_NANOS;
        boolean late = false;
        for (int database = 0; database < engine.databases(); database++) {
            int steps = engine.expireSome(database);
            for (int step = 1; step < steps && !late; step++) {
                engine.expireSome(database);
                late = System.nanoTime() >= deadline;
            }
        }
        long took = System.nanoTime() - began;
        nanos += took;
        cutShort += late ? 1 : 0;
        engine.statistics().latency().took(Event.EXPIRE_CYCLE, took);
    }

    /** The time that all rounds took together. */
    public long nanos() {
        return nanos;
    }

    /** The number of rounds that ended because their time was over. */
    public long cutShort() {
        return cutShort;
    }
}

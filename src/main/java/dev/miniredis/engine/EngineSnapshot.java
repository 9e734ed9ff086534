package dev.miniredis.engine;

import dev.miniredis.keyspace.Keyspace;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Figures of the engine as its thread last saw them, for other threads to read.
 */
public final class EngineSnapshot {
    private final AtomicIntegerArray keys;
    private final AtomicIntegerArray expiring;
    private volatile int subscribers;
    private int taken;

    /** @param databases how many there are */
    public EngineSnapshot(int databases) {
        keys = new AtomicIntegerArray(databases);
        expiring = new AtomicIntegerArray(databases);
    }

    /** On the engine's thread, {@link EngineThread#CRON_HZ} times a second. */
    public void take(Engine engine) {
        for (int i = 0; i < keys.length(); i++) {
            Keyspace database = engine.database(i);
            keys.set(i, database.size());
            expiring.set(i, database.expiring());
        }
        if (taken++ % EngineThread.CRON_HZ == 0) { // looks at every client
            subscribers = engine.clients().subscribers();
        }
    }

    public int databases() {
        return keys.length();
    }

    public int keys(int database) {
        return keys.get(database);
    }

    /** How many of them have a deadline. */
    public int expiring(int database) {
        return expiring.get(database);
    }

    /** Clients that listen to channels; a second old at most. */
    public int subscribers() {
        return subscribers;
    }
}

package dev.miniredis.server;

import dev.miniredis.engine.Engine;

/** Numbers of the engine as its thread last saw them, for others to read at any time. */
final class EngineSnapshot {
    private volatile int clients;
    private volatile long keys;
    private volatile long memoryBytes;
    private volatile int waiting;

    /** On the engine's thread. */
    void take(Engine engine) {
        clients = engine.clients().size();
        keys = engine.data().keys();
        memoryBytes = engine.memory().bytes();
        waiting = engine.gate().waiting();
    }

    int clients() {
        return clients;
    }

    long keys() {
        return keys;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    int waiting() {
        return waiting;
    }
}

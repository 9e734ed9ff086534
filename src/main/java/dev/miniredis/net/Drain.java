package dev.miniredis.net;

import dev.miniredis.engine.Engine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of the engine's work, on its thread: no more requests; then it waits until the last reply may leave, and for
 * a moment until clients have taken what they are owed.
 */
public final class Drain implements Runnable {
    private static final long LOOK_AGAIN_MILLIS = 5;
    /** Nothing more comes of a client that has everything. */
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A client that takes nothing for so long has stopped. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /**
     * However busy they are; of that what the disk takes first is a part, so that the two together do not take too
     * long.
     */
    private static final long AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RespListener listener;
    private final Engine engine;
    private final EngineLoop loop;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long beganNanos;
    private long movedNanos; // when clients took or sent something last; 0 while some of it waits for the disk
    private long unsentBytes;
    private long readBytes;

    public Drain(RespListener listener, Engine engine, EngineLoop loop) {
        this.listener = listener;
        this.engine = engine;
        this.loop = loop;
    }

    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void run() {
        beganNanos = System.nanoTime();
        listener.stop();
        engine.submit();
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (engine.gate().waiting() == 0 && clientsHaveAll()) {
            done.complete(null);
        } else {
            loop.schedule(this::completeWhenEmpty, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean clientsHaveAll() {
        Connections connections = loop.limits().connections();
        if (connections.size() == 0) {
            return true;
        }
        long now = System.nanoTime();
        long unsent = 0;
        for (int i = 0; i < connections.size(); i++) {
            unsent += connections.get(i).output().untaken();
        }
        long read = loop.network().inputBytes();
        if (movedNanos == 0 || unsent != unsentBytes || read != readBytes) {
            movedNanos = now;
        }
        unsentBytes = unsent;
        readBytes = read;
        return now - movedNanos >= (unsent == 0 ? SILENCE_NANOS : PATIENCE_NANOS) || now - beganNanos >= AT_MOST_NANOS;
    }
}

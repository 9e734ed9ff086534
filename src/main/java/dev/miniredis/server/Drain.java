package dev.miniredis.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The end of the engine's work, on its thread: no more requests, then wait until the last reply may leave. */
final class Drain implements Runnable {
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final Lifecycle.Parts parts;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Drain(Lifecycle.Parts parts) {
        this.parts = parts;
    }

    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void run() {
        parts.listener().stop();
        parts.engine().submit();
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (parts.engine().gate().waiting() == 0) {
            done.complete(null);
        } else {
            parts.loop().schedule(this::completeWhenEmpty, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}

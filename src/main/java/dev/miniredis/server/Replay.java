package dev.miniredis.server;

import dev.miniredis.command.CommandError;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.ReadBatch;
import dev.miniredis.log.ServerLog;
import dev.miniredis.resp.Lookahead;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Takes the entries of the log from the thread that reads them to the engine's thread, which applies them, a batch at a
 * time: between two batches it answers clients.
 */
final class Replay implements ServerLog.Replay {
    private final Engine engine;
    private final EngineLoop loop;
    private volatile String failure;

    Replay(Engine engine, EngineLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    @Override
    public void begin(BaseHeader header) {
        if (header.hashSeed() != 0) { // else it was not written down
            loop.execute(() -> engine.data().prepare(header.hashSeed(), header.keys()));
        }
    }

    @Override
    public void apply(ReadBatch batch) {
        loop.execute(() -> {
            try {
                applyNow(batch.entries());
            } finally {
                batch.release();
            }
        });
    }

    private void applyNow(List<LogEntry> entries) {
        for (int i = 0; i < entries.size() && failure == null; i++) {
            if (i % Lookahead.MAX_REQUESTS == 0) {
                engine.data().expect(entries.subList(i, Math.min(entries.size(), i + Lookahead.MAX_REQUESTS)));
            }
            try {
                engine.replay(entries.get(i));
            } catch (CommandError e) {
                failure = "Entry " + entries.get(i).lsn() + " of the log cannot be replayed: " + e.getMessage()
                        + ". It was written by another version; use that.";
            }
        }
    }

    /**
     * Waits until everything is applied.
     *
     * @throws LogException something could not be
     */
    void finish() throws InterruptedException, LogException {
        CountDownLatch applied = new CountDownLatch(1);
        loop.execute(applied::countDown); // behind all of them
        applied.await();
        if (failure != null) {
            throw new LogException(failure);
        }
    }
}

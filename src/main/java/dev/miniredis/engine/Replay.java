package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.ReadBatch;
import dev.miniredis.log.Unrunnable;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Lookahead;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Takes the entries of the log from the thread that reads them to the engine's thread, which applies them, a batch at a
 * time: between two batches it answers clients.
 */
public final class Replay implements WriteLog.Applier {
    private final Engine engine;
    private final EngineThread loop;
    /**
     * Half way between what the data may take of the heap and all of it: a server that ran with this heap had less, and
     * with more there would be no memory left even to say so.
     */
    private final long mostBytes;

    private final RefusedEntries refused = new RefusedEntries();
    private volatile String failure;

    public Replay(Engine engine, EngineThread loop) {
        this.engine = engine;
        this.loop = loop;
        long limit = engine.processMemory().heapLimitBytes();
        mostBytes = limit + (Runtime.getRuntime().maxMemory() - limit) / 2;
    }

    @Override
    public void begin(BaseHeader header) {
        failure = SmallSetting.ofBase(header, engine);
        if (header.hashSeed() != 0) { // 0 in a base of an earlier version
            loop.execute(() -> prepare(header));
        }
    }

    private void prepare(BaseHeader header) {
        try {
            engine.data().prepare(header.hashSeed(), header.keys());
        } catch (RuntimeException | Error e) {
            failure = reason(header.lsn(), e);
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

    /** A failure of the server itself ends the replay: data with a gap must not be served. */
    private void applyNow(List<LogEntry> entries) {
        int i = 0;
        try {
            for (; i < entries.size() && failure == null; i++) {
                if (i % Lookahead.MAX_REQUESTS == 0) {
                    engine.data().expect(entries.subList(i, Math.min(entries.size(), i + Lookahead.MAX_REQUESTS)));
                }
                refused.replay(engine, entries.get(i));
                if (engine.memory().bytes() > mostBytes) {
                    failure = noMemory(
                            "what the log holds, from entry " + entries.get(i).lsn() + " on");
                }
            }
        } catch (RuntimeException | Error e) {
            String setting =
                    e instanceof CommandError refusal ? SmallSetting.ofEntry(entries.get(i), refusal, engine) : null;
            failure = setting != null ? setting : reason(entries.get(i).lsn(), e);
        }
    }

    private static String reason(long lsn, Throwable problem) {
        return problem instanceof OutOfMemoryError
                ? noMemory("entry " + lsn + " of the log")
                : "Entry " + lsn + " of the log cannot be replayed: " + problem + ". This is a bug in Mini Redis.";
    }

    /** The error message when there is not enough memory. */
    public static String noMemory(String what) {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return "There is no memory for " + what + ": the heap has " + megabytes
                + " MiB. Give the server a larger one, for example MINI_REDIS_JAVA_OPTS=-Xmx4g.";
    }

    @Override
    public List<Unrunnable> finish() throws InterruptedException, LogException {
        CountDownLatch applied = new CountDownLatch(1);
        loop.execute(applied::countDown); // behind all of them
        applied.await();
        if (failure != null) {
            throw new LogException(failure);
        }
        return refused.take(); // no entry is applied meanwhile
    }

    @Override
    public void restart() {
        loop.execute(() -> {
            for (int i = 0; i < engine.databases(); i++) {
                engine.database(i).clear();
            }
        });
    }
}

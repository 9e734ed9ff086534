package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.NoLog;
import dev.miniredis.log.ReadBatch;
import dev.miniredis.log.Unrunnable;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.util.List;

/**
 * Runs commands as a server would replay them, in memory only, to know beforehand whether it can. It takes as much
 * memory as that server.
 */
public final class DryRun implements WriteLog.Applier {
    /** More than servers have; each costs some hundred bytes. */
    private static final int DATABASES = 16 * 1024;

    private static final byte[] NO_SENDER = {};

    private final LogEntry entry = new LogEntry();
    private final RefusedEntries refused = new RefusedEntries();
    private Engine engine = newEngine();

    private static Engine newEngine() {
        return new Engine(DATABASES, 1, 16, Long.MAX_VALUE, new NoLog(), Clocks.MACHINE, () -> {});
    }

    /**
     * Runs a command.
     *
     * @throws CommandError it cannot be run; nothing has changed
     */
    public void run(int database, Request command, long atMillis) {
        engine.replay(entry.reset(atMillis, NO_SENDER, database).add(command));
    }

    @Override
    public void apply(ReadBatch batch) {
        for (LogEntry read : batch.entries()) {
            try {
                refused.replay(engine, read);
            } catch (CommandError smallSetting) {
                // a server with a larger one can run it
            }
        }
        batch.release();
    }

    @Override
    public List<Unrunnable> finish() {
        return refused.take();
    }

    @Override
    public void restart() {
        engine = newEngine();
    }
}

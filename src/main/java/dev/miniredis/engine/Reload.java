package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.Disk;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Moment;
import dev.miniredis.log.PastLog;
import dev.miniredis.log.ReadBatch;
import dev.miniredis.log.WriteLog;
import dev.miniredis.notice.Notice;
import java.util.function.Consumer;

/**
 * Builds the data again from the log on the disk while the server runs, for {@code DEBUG RELOAD}: what there is then is
 * what a start would make of it. On the engine's thread, which does nothing else meanwhile.
 *
 * <p>The log is read twice: the first time only to know that it can be read, so that its damage takes no data from
 * memory.
 */
public final class Reload implements Runnable {
    private static final System.Logger LOGGER = System.getLogger(Reload.class.getName());

    private final Engine engine;
    private final WriteLog log;
    private final Disk disk;

    public Reload(Engine engine, WriteLog log, Disk disk) {
        this.engine = engine;
        this.log = log;
        this.disk = disk;
    }

    @Override
    public void run() {
        if (engine.saving().isRunning()) {
            throw new CommandError("ERR Background save already in progress");
        }
        Moment now = new Moment(log.nextLsn() - 1, Long.MAX_VALUE);
        new Durability(log).await(now.lsn());
        read(now, entry -> {});
        engine.beginReload();
        try {
            read(now, engine::replay);
        } catch (CommandError e) {
            Notice.DATA_LOST.tell(LOGGER, e);
            engine.shutdown();
            throw e;
        } finally {
            engine.endReload();
        }
    }

    private void read(Moment until, Consumer<LogEntry> taker) {
        try {
            new PastLog(disk, until).recover(batch -> take(batch, taker), engine.now());
        } catch (LogException e) {
            throw new CommandError("ERR " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandError("ERR The server is ending");
        }
    }

    private static void take(ReadBatch batch, Consumer<LogEntry> taker) {
        try {
            batch.entries().forEach(taker);
        } finally {
            batch.release();
        }
    }
}

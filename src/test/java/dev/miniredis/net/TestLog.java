package dev.miniredis.net;

import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogFigures;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.Retention;
import dev.miniredis.log.ServerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A log in memory. The test decides how many entries it has room for, when they are durable, and which one breaks it.
 */
public final class TestLog implements ServerLog {
    private final List<String> entries = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private long durableLsn;
    private String bad = "";
    private int submits;
    private boolean submitFails;
    private long writtenBytes;
    private long roomForBase;
    private final AtomicInteger attempts = new AtomicInteger();

    /** There is room for so many more entries, and more will come. */
    void room(int count) {
        room = count;
    }

    /** Up to this lsn all is on disk; {@link Long#MAX_VALUE} for everything as soon as it is written. */
    public void durable(long lsn) {
        durableLsn = lsn;
    }

    /** An entry with this key is an Error, as if memory were out or there were a bug. */
    void breakAt(String key) {
        bad = key;
    }

    /** The next submit is an Error. */
    void breakSubmit() {
        submitFails = true;
    }

    /** It is large enough for a base now. */
    public void grow() {
        writtenBytes = 1L << 40;
    }

    /** The disk is full, but a base of so many bytes has room. */
    public void full(long bytesForBase) {
        roomForBase = bytesForBase;
    }

    @Override
    public long roomForBase() {
        return roomForBase;
    }

    /** How many bases were begun, all in vain. */
    public int attempts() {
        return attempts.get();
    }

    /** The keys of the entries. */
    List<String> entries() {
        return entries;
    }

    int submits() {
        return submits;
    }

    @Override
    public Room roomFor(long bytes, long left) {
        return room > 0 ? Room.YES : Room.SOON;
    }

    @Override
    public String problem() {
        return null;
    }

    @Override
    public long nextLsn() {
        return entries.size() + 1L;
    }

    @Override
    public long append(LogEntry entry) {
        String key = new String(entry.commands().getFirst().arg(1).copy(), StandardCharsets.UTF_8);
        if (key.equals(bad)) {
            throw new LinkageError("the test's");
        }
        room--;
        entries.add(key);
        return entries.size();
    }

    @Override
    public void submit() {
        submits++;
        if (submitFails) {
            submitFails = false;
            throw new LinkageError("the test's");
        }
    }

    @Override
    public long durableLsn() {
        return durableLsn;
    }

    @Override
    public long rotate() {
        return entries.size();
    }

    @Override
    public BaseFile newBase(BaseHeader header) throws IOException {
        attempts.incrementAndGet();
        throw new IOException("the test has no disk");
    }

    @Override
    public void install(BaseFile base, Retention retention) {
        throw new IllegalStateException("there is no base");
    }

    @Override
    public boolean needsBase() {
        return false;
    }

    @Override
    public void fsync(FsyncPolicy policy) {
        // all is done as soon as it is published
    }

    @Override
    public void look() {
        // there are no files
    }

    @Override
    public LogFigures figures() {
        return new LogFigures(
                "a test's",
                null,
                new LogFigures.Progress(0, 0),
                entries.size(),
                durableLsn,
                entries.size(),
                0,
                0,
                0,
                writtenBytes,
                0,
                null,
                0,
                0,
                0);
    }

    @Override
    public Recovered recover(Applier applier, long nowMillis) {
        return new Recovered(0, nowMillis, null, List.of());
    }

    @Override
    public void start(LogListener listener) {
        // the test tells whatever there is to tell
    }

    @Override
    public long syncedLsn() {
        return durableLsn;
    }

    @Override
    public void close() {
        // nothing is open
    }
}

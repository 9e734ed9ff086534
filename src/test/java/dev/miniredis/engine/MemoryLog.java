package dev.miniredis.engine;

import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A log in memory whose room and durability the test decides. It keeps a deep copy of every entry, since an engine uses
 * one entry object for all, and its arguments die with the call.
 */
public final class MemoryLog implements WriteLog {
    /** An entry as it was given. */
    public record Kept(long lsn, long atMillis, String by, int database, List<List<byte[]>> commands) {
        /** The commands as text, a character a byte, words with a space between them. */
        public List<String> texts() {
            return commands.stream()
                    .map(words -> String.join(
                            " ",
                            words.stream()
                                    .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                                    .toList()))
                    .toList();
        }

        /** The entry again, as recovery would read it. */
        LogEntry toEntry() {
            LogEntry entry = new LogEntry().reset(atMillis, by.getBytes(StandardCharsets.UTF_8), database);
            commands.forEach(words -> entry.add(Request.of(words.toArray(byte[][]::new))));
            return entry;
        }
    }

    private final List<Kept> entries = new ArrayList<>();
    private final boolean keeping;
    private Room room = Room.YES;
    private Room roomAfterNext;
    private String problem;
    private long lastLsn;
    private long durableLsn;
    private long askedBytes;
    private int submits;

    public MemoryLog() {
        this(true);
    }

    /** @param keeping false to count entries only, where the test measures what others allocate */
    MemoryLog(boolean keeping) {
        this.keeping = keeping;
    }

    /** There is room from now on, or not; {@code newProblem} says why not. */
    public void room(Room newRoom, String newProblem) {
        room = newRoom;
        problem = newProblem;
    }

    /** There is room for the next entry, and then this. */
    void roomAfterNext(Room newRoom) {
        roomAfterNext = newRoom;
    }

    public List<Kept> entries() {
        return entries;
    }

    /** Everything up to this lsn is on disk. */
    void durable(long lsn) {
        durableLsn = lsn;
    }

    long lastLsn() {
        return lastLsn;
    }

    /** What {@link #roomFor} was asked for last. */
    long askedBytes() {
        return askedBytes;
    }

    int submits() {
        return submits;
    }

    @Override
    public Recovered recover(Applier applier, long nowMillis) {
        return new Recovered(0, nowMillis, null, List.of());
    }

    @Override
    public void start(LogListener listener) {
        // the test tells the engine what is durable
    }

    @Override
    public void close() {
        // nothing is open
    }

    @Override
    public Room roomFor(long bytes, long left) {
        askedBytes = bytes;
        return room;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public long nextLsn() {
        return lastLsn + 1;
    }

    @Override
    public long append(LogEntry entry) {
        lastLsn++;
        if (roomAfterNext != null) {
            room = roomAfterNext;
            roomAfterNext = null;
        }
        if (keeping) {
            entries.add(copy(entry));
        }
        return lastLsn;
    }

    private Kept copy(LogEntry entry) {
        List<List<byte[]>> commands = new ArrayList<>();
        for (Request command : entry.commands()) {
            List<byte[]> words = new ArrayList<>();
            for (int i = 0; i < command.size(); i++) {
                words.add(command.arg(i).copy());
            }
            commands.add(words);
        }
        return new Kept(
                lastLsn, entry.atMillis(), new String(entry.by(), StandardCharsets.UTF_8), entry.database(), commands);
    }

    @Override
    public void submit() {
        submits++;
    }

    @Override
    public long durableLsn() {
        return durableLsn;
    }
}

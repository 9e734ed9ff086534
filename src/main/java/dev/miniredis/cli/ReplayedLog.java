package dev.miniredis.cli;

import dev.miniredis.command.CommandError;
import dev.miniredis.engine.BaseCommands;
import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Engine;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.KeyListener;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.NoLog;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The data of a log at an entry: its commands, replayed in memory at their own times. So the tools that show what
 * commands did need to know none of them. It takes as much memory as the data.
 */
final class ReplayedLog implements KeyListener {
    /** More than any server has; each costs some hundred bytes. */
    private static final int DATABASES = 1024;

    private static final byte[] NO_SENDER = {};

    private final Engine engine = new Engine(DATABASES, 1, 16, Long.MAX_VALUE, new NoLog(), Clocks.MACHINE, () -> {});
    private final LogEntry entry = new LogEntry();
    private final Entry found = new Entry();
    private final Set<KeyName> changed = new LinkedHashSet<>();
    private final Set<KeyName> mortal = new HashSet<>();
    private boolean inBase;
    private boolean passing;

    /** A key in its database. */
    record KeyName(int database, ByteString name) {
        static KeyName of(int database, Slice key) {
            return new KeyName(database, ByteString.of(key.bytes(), key.offset(), key.length()));
        }
    }

    ReplayedLog() {
        engine.listen(this);
    }

    /** Sets where the next commands come from: the lines of a base start from empty databases. */
    void at(boolean isBaseLine) {
        if (isBaseLine && !inBase) {
            engine.beginReload();
            mortal.clear();
        }
        inBase = isBaseLine;
    }

    /**
     * Runs a command.
     *
     * @throws CommandError this version cannot run it; nothing has changed
     */
    void apply(int database, Request command, long atMillis) {
        changed.clear();
        passing = false;
        engine.replay(entry.reset(atMillis, NO_SENDER, database).add(command));
        for (KeyName key : changed) {
            boolean before = mortal.remove(key);
            boolean after = deadline(key) != Keyspace.NEVER && mortal.add(key);
            passing |= before || after;
        }
    }

    /**
     * The keys that the last command has changed, or found to be expired; none if it has cleared
     * databases.
     */
    Set<KeyName> changed() {
        return changed;
    }

    /** Whether a key that the last command has changed had a deadline, before or after it. */
    boolean hasChangedSomethingMortal() {
        return passing;
    }

    /** Whether a key has a deadline, which may be past. */
    boolean isMortal(KeyName key) {
        return mortal.contains(key);
    }

    /** When a key expires, in milliseconds since 1970. */
    long deadline(KeyName key) {
        Entry there = find(key);
        return there == null ? Keyspace.NEVER : there.deadline();
    }

    /** The commands that rebuild a key. */
    List<Request> state(KeyName key) {
        Entry there = find(key);
        if (there == null) {
            return List.of(Request.of(
                    "DEL".getBytes(StandardCharsets.US_ASCII), key.name().bytes()));
        }
        List<Request> commands = new ArrayList<>();
        new BaseCommands<RuntimeException>(command -> commands.add(command.copy())).write(there);
        return commands;
    }

    /** Whether there is such a key, expired or not. */
    boolean contains(KeyName key) {
        return find(key) != null;
    }

    private Entry find(KeyName key) {
        byte[] name = key.name().bytes();
        Keyspace keyspace = engine.database(key.database());
        return keyspace.peek(keyspace.hash(name, 0, name.length), name, 0, name.length, Long.MIN_VALUE, found);
    }

    @Override
    public void changed(int database, byte[] key, int offset, int length) {
        changed.add(new KeyName(database, ByteString.of(key, offset, length)));
    }

    @Override
    public void added(int database, byte[] key, int offset, int length) {
        // it has changed too
    }

    @Override
    public void expired(int database, byte[] key, int offset, int length) {
        changed(database, key, offset, length);
    }

    @Override
    public void clearing(Keyspace keyspace) {
        mortal.removeIf(key -> key.database() == keyspace.index());
    }

    @Override
    public void swapped(Keyspace one, Keyspace other) {
        Set<KeyName> before = Set.copyOf(mortal);
        mortal.clear();
        for (KeyName key : before) {
            boolean ofOne = key.database() == one.index();
            boolean ofOther = key.database() == other.index();
            int database = ofOne ? other.index() : ofOther ? one.index() : key.database();
            mortal.add(new KeyName(database, key.name()));
        }
    }
}

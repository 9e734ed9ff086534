package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.Unrunnable;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays entries and remembers those that cannot be run. The ones after such an entry are replayed as if it were not
 * there. But where some of an entry's commands have been run before the one that cannot be, the data are not as they
 * would be without it: then nothing more is replayed, and another replay from the beginning, without it, has to tell
 * about the rest.
 */
public final class RefusedEntries {
    /** After so many, the rest is left to another replay, so that they take little memory. */
    private static final int MAX = 1_000_000;
    /** The reason is kept for the first so many; it is not shown for the others. */
    private static final int MAX_REASONS = 10;

    private final List<Unrunnable> found = new ArrayList<>();
    private boolean stopped;

    /**
     * Replays an entry, or passes it over.
     *
     * @throws CommandError a setting is too small for the entry, see {@link SmallSetting}
     */
    public void replay(Engine engine, LogEntry entry) {
        if (stopped) {
            return;
        }
        boolean begun = false;
        try {
            if (entry.commands().size() > 1) {
                entry.commands()
                        .forEach(engine.commands()::commandOf); // an unknown command is found before any has run
                begun = true;
            }
            engine.replay(entry);
        } catch (CommandError e) {
            boolean canDatabaseExist = entry.database() < Integer.MAX_VALUE; // the setting's largest value is one more
            if (canDatabaseExist && SmallSetting.ofEntry(entry, e, engine) != null) {
                throw e;
            }
            found.add(Unrunnable.of(entry, found.size() < MAX_REASONS ? e.getMessage() : ""));
            stopped = begun || found.size() == MAX;
        }
    }

    /** Those found, in their order; begins anew. */
    public List<Unrunnable> take() {
        List<Unrunnable> taken = List.copyOf(found);
        found.clear();
        stopped = false;
        return taken;
    }
}

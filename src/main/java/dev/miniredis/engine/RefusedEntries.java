package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.Unrunnable;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays entries and remembers those that cannot be run. The ones after such an entry are replayed as if it were not there;
 * unless some of its commands have been run, for then only another replay can tell about them.
 */
public final class RefusedEntries {
    /** More than this are not remembered at once, so that they take little memory. */
    private static final int MAX = 1_000_000;
    /** Of so many it is known why; people read no more. */
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
                        .forEach(engine.commands()::commandOf); // one that is not known leaves no trace of the others
                begun = true;
            }
            engine.replay(entry);
        } catch (CommandError e) {
            boolean isOfAnyServer = entry.database() < Integer.MAX_VALUE;
            if (isOfAnyServer && SmallSetting.ofEntry(entry, e, engine) != null) {
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

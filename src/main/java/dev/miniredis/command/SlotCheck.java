package dev.miniredis.command;

import dev.miniredis.config.Parameter;
import dev.miniredis.config.Tuning;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Transaction;
import java.util.Set;

/**
 * Refuses requests to a cluster's node whose keys are not in one hash slot, as {@code getNodeByQuery} of Redis. That
 * there is one node, which could carry them out, is no excuse: it would not be one for long.
 */
public final class SlotCheck implements KeyWalk.Visitor {
    private static final int NONE = -1;
    private static final int SEVERAL = -2;

    private final CommandTable commands;
    private final Parameter<Boolean> enabled;
    private Request request;
    private int slot;

    public SlotCheck(CommandTable commands, Tuning tuning) {
        this.commands = commands;
        this.enabled = tuning.clusterEnabled;
    }

    /**
     * Checks the keys of a request.
     *
     * @param executed the transaction that it executes; null for none
     * @throws CommandError they are in several slots
     */
    public void check(Command command, Request newRequest, Transaction executed) {
        if (!enabled.value()) {
            return;
        }
        slot = NONE;
        add(command, newRequest);
        if (executed != null) {
            for (Request queued : executed.requests()) {
                add(commands.commandOf(queued), queued);
            }
        }
        if (slot == SEVERAL) {
            throw CommandError.CROSS_SLOT;
        }
    }

    private void add(Command command, Request newRequest) {
        request = newRequest;
        command.forEachKey(newRequest, this);
        for (KeySpec spec : command.keys().specs()) {
            int first = spec.isNotKey() ? spec.first(newRequest) : 0; // channels lie in slots too
            int last = first == 0 ? 0 : spec.last(newRequest, first);
            for (int i = first; i > 0 && i <= last; i++) {
                visit(i, spec.flags());
            }
        }
    }

    @Override
    public void visit(int index, Set<Trait.KeyFlag> flags) {
        int its = HashSlot.of(request.arg(index));
        slot = slot == NONE || slot == its ? its : SEVERAL;
    }
}

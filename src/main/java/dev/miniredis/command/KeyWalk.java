package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.Set;

/** Finds the keys of a request by looking at its arguments. */
@FunctionalInterface
public interface KeyWalk {
    /** Visits a key. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Visits a key.
         *
         * @param index its place in the request
         * @param flags what the command does with it
         */
        void visit(int index, Set<Trait.KeyFlag> flags);
    }

    /**
     * Visits the keys of a request.
     *
     * @return false if the keys cannot be found; then none was visited
     */
    boolean forEachKey(Request request, Visitor visitor);
}

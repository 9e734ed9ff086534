package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.Set;

/** Finds the keys of a request by looking at its arguments. */
@FunctionalInterface
public interface KeyWalk {
    /** Takes a key. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Visits a key.
         *
         * @param index its place in the request
         * @param flags what becomes of it
         */
        void visit(int index, Set<Trait.KeyFlag> flags);
    }

    /**
     * Visits the keys of a request.
     *
     * @return whether it can be told which keys there are; where not, none was visited
     */
    boolean forEachKey(Request request, Visitor visitor);
}

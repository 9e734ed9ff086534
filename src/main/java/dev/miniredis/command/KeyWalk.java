package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.Set;

/** Finds the keys of a request from its arguments, like Redis's {@code getkeys_proc}. */
@FunctionalInterface
public interface KeyWalk {
    /** Receives the keys. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Visits a key.
         *
         * @param index the key's index in the request
         * @param flags the access to the key
         */
        void visit(int index, Set<Trait.KeyFlag> flags);
    }

    /**
     * Visits the keys of a request.
     *
     * @return false if the request is malformed, so that its keys are unknown; no key was visited then
     */
    boolean forEachKey(Request request, Visitor visitor);
}

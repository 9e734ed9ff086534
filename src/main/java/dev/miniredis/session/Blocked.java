package dev.miniredis.session;

import dev.miniredis.resp.Reply;

/** What a client waits for: until then, its next request is not run. */
public interface Blocked {
    /** When it no longer waits, in milliseconds of the monotonic clock; 0 is never. */
    long deadlineMillis();

    /** Writes the reply that it gets when the time is over. */
    void timeOut(Reply reply);

    /** Writes the reply, if what it waits for has come; else writes nothing. */
    boolean isDone(Reply reply);

    /** The client no longer waits, or is gone. */
    default void ended() {}

    /** How many bytes of the heap are kept for it. */
    default long heldBytes() {
        return 0;
    }
}

package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import java.util.NavigableSet;

/** How a client wants to be told that keys it has read may have changed, as {@code CLIENT TRACKING ON} has it. */
public final class Tracking {
    /** Which of the keys that it reads the client caches. */
    public enum Choice {
        ALL,
        /** Those read after {@code CLIENT CACHING YES}. */
        OPTIN,
        /** All but those read after {@code CLIENT CACHING NO}. */
        OPTOUT
    }

    private final long redirect;
    private final boolean broadcast;
    private final boolean noLoop;
    private final Choice choice;
    private final NavigableSet<ByteString> prefixes;
    private boolean redirectBroken;
    private boolean cachingSaid; // CLIENT CACHING, for the next command
    private boolean cachingNext;

    /**
     * @param redirect the client that is told instead; 0 for the client itself
     * @param broadcast whether it is told of every change, whatever it has read
     * @param noLoop whether it is not told of its own changes
     * @param prefixes with {@code broadcast}, which keys it is told of already; see {@link TrackingTable#enable}
     */
    public Tracking(
            long redirect, boolean broadcast, boolean noLoop, Choice choice, NavigableSet<ByteString> prefixes) {
        this.redirect = redirect;
        this.broadcast = broadcast;
        this.noLoop = noLoop;
        this.choice = choice;
        this.prefixes = prefixes;
    }

    public long redirect() {
        return redirect;
    }

    public boolean isBroadcast() {
        return broadcast;
    }

    public boolean isNoLoop() {
        return noLoop;
    }

    public Choice choice() {
        return choice;
    }

    /** Of the keys that it is told of, in their order; the empty prefix is all. None begins with another. */
    public NavigableSet<ByteString> prefixes() {
        return prefixes;
    }

    /** Whether the client that is told instead is gone. */
    public boolean isRedirectBroken() {
        return redirectBroken;
    }

    void breakRedirect() {
        redirectBroken = true;
    }

    /** What the client has said of its next command: {@code CLIENT CACHING}. */
    public void caching() {
        cachingSaid = true;
        cachingNext = true;
    }

    public boolean isCachingSaid() {
        return cachingSaid;
    }

    /** A command has run, other than {@code CLIENT CACHING}: what was said was for this one. */
    public void commandRan() {
        if (cachingNext) {
            cachingNext = false;
        } else {
            cachingSaid = false;
        }
    }

    /** Whether the keys that the command under way reads are to be remembered. */
    public boolean remembersReads() {
        return !broadcast
                && switch (choice) {
                    case ALL -> true;
                    case OPTIN -> cachingSaid;
                    case OPTOUT -> !cachingSaid;
                };
    }
}

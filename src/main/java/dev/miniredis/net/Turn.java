package dev.miniredis.net;

import dev.miniredis.engine.Engine;
import dev.miniredis.resp.Lookahead;
import dev.miniredis.resp.TurnBuffer;
import dev.miniredis.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn of the event loop: first every connection that is ready reads, then all that they have read is run, then the
 * log gets what was changed, then every answer goes to the network.
 *
 * <p>So the requests of many connections, each with one, are looked ahead at as those of one long pipeline are; and a
 * client that sleeps is woken once for all its connections.
 *
 * <p>A turn ends when it has taken too long, even with requests left: each connection brings 64 KiB of them at most,
 * but those may be eight thousand {@code KEYS *}. A connection that has more to run reads nothing meanwhile, and comes
 * last in the next turn.
 */
public final class Turn {
    private final Engine engine;
    private final TurnBuffer buffer = new TurnBuffer();
    private final Lookahead lookahead = new Lookahead();
    private final Session[] sessions = new Session[Lookahead.MAX_REQUESTS];
    private final List<Connection> ready = new ArrayList<>();
    private final long budgetNanos;
    private int finished; // how many of those ready have nothing left to run
    private boolean running;

    /** @param budgetNanos after how long no more requests are begun, in rounds of {@link Lookahead#MAX_REQUESTS} */
    public Turn(Engine engine, long budgetNanos) {
        this.engine = engine;
        this.budgetNanos = budgetNanos;
    }

    /** What connections read into. */
    TurnBuffer buffer() {
        return buffer;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** This connection, which is not in the turn yet, has something to run. */
    void add(Connection connection) {
        ready.add(connection);
    }

    /**
     * Runs what was read, as long as there is time, and sends the answers that may leave. If it {@link #isEmpty} then,
     * that was all.
     *
     * @return false when it is running already, and nothing was done
     */
    boolean run() {
        if (running) {
            return false;
        }
        running = true;
        finished = ready.size(); // should an Error come, none of them comes again
        int ended = 0;
        try {
            long began = engine.beginTurn();
            engine.reply().clear(); // an Error may have left something of another connection's
            execute(began + budgetNanos);
            engine.submit();
            while (ended < finished) {
                ready.get(ended++).endTurn();
            }
        } finally {
            while (ended < finished) { // no answer of theirs has left: it must not seem that nothing happened
                ready.get(ended++).abandon();
            }
            if (finished == ready.size()) {
                ready.clear(); // the usual case, without the object that subList makes
            } else {
                ready.subList(0, finished).clear();
            }
            buffer.clear();
            running = false;
        }
        return true;
    }

    /** Rounds of as many requests as are looked ahead at; the requests of a connection stay together and in order. */
    private void execute(long deadlineNanos) {
        int next = 0;
        while (next < ready.size()) {
            next = executeRound(next);
            if (next < ready.size() && System.nanoTime() - deadlineNanos >= 0) {
                postpone(next);
                return;
            }
        }
    }

    /** @return the first connection that has requests left */
    private int executeRound(int first) {
        int next = first;
        lookahead.clear();
        while (next < ready.size() && readAhead(ready.get(next))) {
            next++;
        }
        engine.data().expect(sessions, lookahead);
        int request = 0;
        for (int i = first; i <= Math.min(next, ready.size() - 1); i++) {
            Connection connection = ready.get(i);
            int count = connection.takeAhead();
            connection.execute(lookahead, request, count, i < next);
            request += count;
        }
        lookahead.clear();
        return next;
    }

    /** Leaves the others to the next turn, and the one that may be in the middle to its end. */
    private void postpone(int first) {
        finished = first;
        for (int i = first; i < ready.size(); i++) {
            ready.get(i).postpone();
        }
        ready.add(ready.remove(first));
    }

    /** @return whether all that this connection has read is in the round */
    private boolean readAhead(Connection connection) {
        int before = lookahead.count();
        boolean all = connection.readAhead(lookahead);
        for (int i = before; i < lookahead.count(); i++) {
            sessions[i] = connection.session();
        }
        return all;
    }
}

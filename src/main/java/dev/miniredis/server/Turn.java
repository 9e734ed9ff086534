package dev.miniredis.server;

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
 */
final class Turn {
    private final Engine engine;
    private final TurnBuffer buffer = new TurnBuffer();
    private final Lookahead lookahead = new Lookahead();
    private final Session[] sessions = new Session[Lookahead.MAX_REQUESTS];
    private final List<Connection> ready = new ArrayList<>();
    private boolean running;

    Turn(Engine engine) {
        this.engine = engine;
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

    /** Runs what was read, and sends the answers that may leave. Does nothing when it is running already. */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            engine.tick(System.currentTimeMillis());
            engine.reply().clear(); // an Error may have left something of another connection's
            execute();
            engine.submit();
            for (int i = 0; i < ready.size(); i++) {
                ready.get(i).endTurn();
            }
        } finally {
            ready.clear();
            buffer.clear();
            running = false;
        }
    }

    /** Rounds of as many requests as are looked ahead at; the requests of a connection stay together and in order. */
    private void execute() {
        int next = 0;
        while (next < ready.size()) {
            int first = next;
            lookahead.clear();
            while (next < ready.size() && readAhead(ready.get(next))) {
                next++;
            }
            engine.expect(sessions, lookahead);
            int request = 0;
            for (int i = first; i <= Math.min(next, ready.size() - 1); i++) {
                Connection connection = ready.get(i);
                int count = connection.takeAhead();
                connection.execute(lookahead, request, count, i < next);
                request += count;
            }
        }
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

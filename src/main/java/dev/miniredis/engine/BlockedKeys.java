package dev.miniredis.engine;

import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Blocked;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.session.Watches;
import dev.miniredis.value.Value;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The clients that wait for a key to hold something, after Redis's {@code blocked.c}: for each key those that wait for
 * it, in the order in which they came. When a unit of work has changed such a key, the commands of those that wait for
 * it are run again, each in a unit of its own, before anything else is run. So no other client can take what a waiter
 * was given.
 */
final class BlockedKeys {
    /** The outcome of running a waiting client's command again. */
    enum Outcome {
        SERVED,
        /** The key holds nothing for it. */
        STILL_WAITS,
        /** It may not run now: try again later. */
        LATER
    }

    /** Runs the command of a client that waits. */
    @FunctionalInterface
    interface Server {
        Outcome serve(Waiter waiter);
    }

    /** A client that waits for one of some keys, and the command that it waits with. */
    final class Waiter implements Blocked {
        private final Session session;
        private final Request request;
        private final Set<Watches.Key> keys = new LinkedHashSet<>();
        private final Class<? extends Value> type;
        private final long deadlineMillis;
        private final Consumer<Reply> timeOut;

        private Waiter(
                Session session,
                Request request,
                int database,
                List<ByteString> names,
                Class<? extends Value> type,
                long deadlineMillis,
                Consumer<Reply> timeOut) {
            this.session = session;
            this.request = request;
            this.type = type;
            this.deadlineMillis = deadlineMillis;
            this.timeOut = timeOut;
            names.forEach(name -> keys.add(new Watches.Key(database, name)));
        }

        Session session() {
            return session;
        }

        Request request() {
            return request;
        }

        @Override
        public long deadlineMillis() {
            return deadlineMillis;
        }

        @Override
        public void timeOut(Reply reply) {
            timeOut.accept(reply);
        }

        @Override
        public boolean isDone(Reply reply) {
            return false; // it is served when a key changes
        }

        @Override
        public void ended() {
            remove(this);
        }

        @Override
        public long heldBytes() {
            long bytes = 0;
            for (int i = 0; i < request.size(); i++) {
                bytes += request.arg(i).length();
            }
            return 2 * bytes // the request, and the names of the keys
                    + ClientMemory.QUEUED_REQUEST_BYTES
                    + (long) request.size() * ClientMemory.ARGUMENT_BYTES
                    + (long) keys.size() * ClientMemory.WATCH_BYTES;
        }
    }

    private final Clients clients;
    private final Map<Watches.Key, Set<Waiter>> waiters = new HashMap<>();
    private final LinkedHashSet<Watches.Key> ready =
            new LinkedHashSet<>(); // that have changed since their waiters were served
    private Waiter serving; // whose command is being run again
    private boolean waitsAgain;

    BlockedKeys(Clients clients) {
        this.clients = clients;
    }

    /**
     * Blocks the client whose command is being run. A waiting client whose command was run again keeps its place.
     *
     * @param session the client
     * @param request its request, which is copied
     * @param names the keys, of {@code database}
     * @param type what a key must hold
     * @param deadlineMillis until when, by the monotonic clock; 0 for ever
     * @param timeOut writes the reply when the time is over
     */
    void block(
            Session session,
            Request request,
            int database,
            List<ByteString> names,
            Class<? extends Value> type,
            long deadlineMillis,
            Consumer<Reply> timeOut) {
        if (serving != null && serving.session == session) {
            waitsAgain = true;
            return;
        }
        Waiter waiter = new Waiter(session, request.copy(), database, names, type, deadlineMillis, timeOut);
        waiter.keys.forEach(
                key -> waiters.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(waiter));
        clients.block(session, waiter);
    }

    private void remove(Waiter waiter) {
        for (Watches.Key key : waiter.keys) {
            Set<Waiter> queue = waiters.get(key);
            if (queue != null && queue.remove(waiter) && queue.isEmpty()) {
                waiters.remove(key);
            }
        }
    }

    /** How many keys clients wait for. */
    int keys() {
        return waiters.size();
    }

    /** A key has changed. */
    void changed(int database, byte[] key, int offset, int length) {
        if (!waiters.isEmpty()) {
            Watches.Key name = new Watches.Key(database, ByteString.of(key, offset, length));
            if (waiters.containsKey(name)) {
                ready.add(name);
            }
        }
    }

    /** Any key of a database may have changed. */
    void allChanged(int database) {
        for (Watches.Key key : waiters.keySet()) {
            if (key.database() == database) {
                ready.add(key);
            }
        }
    }

    /** Whether there is a key that has changed since its waiters were served. */
    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Serves the clients that wait for changed keys, and for keys that change while they are served. */
    void serve(Server server, Databases databases, long now) {
        while (!ready.isEmpty()) {
            Watches.Key key = ready.getFirst();
            for (Waiter waiter : List.copyOf(waiters.getOrDefault(key, Set.of()))) {
                if (holds(databases.get(key.database()), key.name(), waiter.type, now) && !serve(waiter, server)) {
                    return;
                }
            }
            ready.remove(key);
        }
    }

    /** @return whether to go on */
    private boolean serve(Waiter waiter, Server server) {
        serving = waiter;
        waitsAgain = false;
        try {
            return server.serve(waiter) != Outcome.LATER;
        } finally {
            serving = null;
        }
    }

    /** Whether the command that has just been run again found nothing, so that its client goes on waiting. */
    boolean waitsAgain() {
        return waitsAgain;
    }

    private static boolean holds(Keyspace keyspace, ByteString name, Class<? extends Value> type, long now) {
        byte[] key = name.bytes();
        return type.isInstance(keyspace.valueOf(key, now));
    }
}

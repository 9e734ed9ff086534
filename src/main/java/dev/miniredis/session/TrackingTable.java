package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which clients may have cached which keys, so that they are told when one changes; Redis's {@code tracking.c}. A key is
 * a name here, whatever its database, and a client that was told of it is forgotten until it reads it again.
 */
public final class TrackingTable {
    /** Tells a client. */
    @FunctionalInterface
    public interface Sender {
        /**
         * Tells one.
         *
         * @param keys what may have changed; null for everything
         */
        void invalidate(Session client, List<ByteString> keys);
    }

    private static final class Broadcast {
        private final Set<Session> clients = new LinkedHashSet<>();
        private final Map<ByteString, Session> changes = new LinkedHashMap<>(); // and who did the last
    }

    private final Sender sender;
    private final Map<ByteString, Set<Session>> readers = new LinkedHashMap<>();
    private final Map<ByteString, Broadcast> broadcasts = new HashMap<>();
    private final Set<Session> clients = new LinkedHashSet<>();
    private long reads; // of clients and keys, the pairs
    private boolean broadcastsPending;

    public TrackingTable(Sender sender) {
        this.sender = sender;
    }

    /** Whether no client wants to be told of anything. */
    public boolean isEmpty() {
        return clients.isEmpty();
    }

    public int clients() {
        return clients.size();
    }

    public int keys() {
        return readers.size();
    }

    public int prefixes() {
        return broadcasts.size();
    }

    /** How many clients may have how many keys: the number of pairs. */
    public long items() {
        return reads;
    }

    /** Begins to tell a client, in another way than before or for the first time. */
    public void enable(Session client, Tracking tracking) {
        disable(client);
        client.tracking(tracking);
        clients.add(client);
        for (ByteString prefix : tracking.prefixes()) {
            broadcasts
                    .computeIfAbsent(prefix, unused -> new Broadcast())
                    .clients
                    .add(client);
        }
    }

    /** Tells a client nothing more. */
    public void disable(Session client) {
        Tracking tracking = client.tracking();
        if (tracking == null) {
            return;
        }
        for (ByteString prefix : tracking.prefixes()) {
            Broadcast broadcast = broadcasts.get(prefix);
            broadcast.clients.remove(client);
            if (broadcast.clients.isEmpty()) {
                broadcasts.remove(prefix);
            }
        }
        clients.remove(client);
        client.tracking(null);
    }

    /** A client has read a key, and may have cached it. */
    public void remember(Session client, ByteString key) {
        if (readers.computeIfAbsent(key, unused -> new LinkedHashSet<>(2)).add(client)) {
            reads++;
        }
    }

    /**
     * A key has changed, or is gone.
     *
     * @param by the client that did it; null for the server itself
     */
    public void changed(Session by, ByteString key) {
        for (Map.Entry<ByteString, Broadcast> broadcast : broadcasts.entrySet()) {
            if (key.startsWith(broadcast.getKey())) {
                broadcast.getValue().changes.put(key, by);
                broadcastsPending = true;
            }
        }
        Set<Session> told = readers.remove(key);
        if (told != null) {
            reads -= told.size();
            tell(told, by, key);
        }
    }

    private void tell(Set<Session> told, Session by, ByteString key) {
        for (Session client : told) {
            Tracking tracking = client.tracking();
            boolean wanted = tracking != null && !tracking.isBroadcast();
            if (wanted && !(tracking.isNoLoop() && client == by)) {
                sender.invalidate(client, List.of(key));
            }
        }
    }

    /** All keys are gone. */
    public void cleared() {
        clients.forEach(client -> sender.invalidate(client, null));
        readers.clear();
        reads = 0;
    }

    /** Forgets who has read keys, beyond so many keys, and tells them that these may have changed; 0 is any number. */
    public void limit(long maxKeys) {
        Iterator<Map.Entry<ByteString, Set<Session>>> oldest =
                readers.entrySet().iterator();
        while (maxKeys > 0 && readers.size() > maxKeys) {
            Map.Entry<ByteString, Set<Session>> next = oldest.next();
            oldest.remove();
            reads -= next.getValue().size();
            tell(next.getValue(), null, next.getKey());
        }
    }

    /** Tells those who are told of every change; at the end of a turn, so that they get one message for many. */
    public void broadcast() {
        if (!broadcastsPending) {
            return;
        }
        broadcastsPending = false;
        for (Broadcast broadcast : broadcasts.values()) {
            if (!broadcast.changes.isEmpty()) {
                List<Session> told = List.copyOf(broadcast.clients);
                told.forEach(client -> tell(client, broadcast.changes));
                broadcast.changes.clear();
            }
        }
    }

    private void tell(Session client, Map<ByteString, Session> changes) {
        List<ByteString> keys = new ArrayList<>();
        changes.forEach((key, by) -> {
            if (!(client.tracking().isNoLoop() && client == by)) {
                keys.add(key);
            }
        });
        if (!keys.isEmpty()) {
            sender.invalidate(client, keys);
        }
    }

    /** Hands over each client that is told. */
    public void forEachClient(Consumer<Session> visitor) {
        clients.forEach(visitor);
    }
}

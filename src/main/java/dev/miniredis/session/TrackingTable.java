package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which clients may have cached which keys, so that they are told when one changes; Redis's {@code tracking.c}. A key
 * is a name here, whatever its database, and a client that was told of it is forgotten until it reads it again.
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
        private final Map<ByteString, Session> changes =
                new LinkedHashMap<>(); // and the client that made the last change
    }

    private final Sender sender;
    private final ClientMemory memory;
    private final Map<ByteString, Set<Session>> readers = new LinkedHashMap<>();
    private final Map<ByteString, Broadcast> broadcasts = new HashMap<>();
    private final Set<Session> clients = new LinkedHashSet<>();
    private long reads; // of clients and keys, the pairs
    private boolean broadcastsPending;

    public TrackingTable(Sender sender, ClientMemory memory) {
        this.sender = sender;
        this.memory = memory;
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

    /**
     * Begins to tell a client, in another way than before or for the first time.
     *
     * @param added prefixes of keys that it is told of besides those that {@code tracking} has
     */
    public void enable(Session client, Tracking tracking, List<ByteString> added) {
        client.tracking(tracking);
        clients.add(client);
        for (ByteString prefix : added) {
            if (tracking.prefixes().add(prefix)) {
                client.hold(prefixBytes(prefix));
                broadcasts
                        .computeIfAbsent(prefix, unused -> new Broadcast())
                        .clients
                        .add(client);
            }
        }
    }

    /** Tells a client nothing more. */
    public void disable(Session client) {
        Tracking tracking = client.tracking();
        if (tracking == null) {
            return;
        }
        for (ByteString prefix : tracking.prefixes()) {
            client.hold(-prefixBytes(prefix));
            Broadcast broadcast = broadcasts.get(prefix);
            broadcast.clients.remove(client);
            if (broadcast.clients.isEmpty()) {
                broadcasts.remove(prefix);
            }
        }
        clients.remove(client);
        client.tracking(null);
    }

    private static long prefixBytes(ByteString prefix) {
        return (long) ClientMemory.PREFIX_BYTES + prefix.bytes().length;
    }

    /** A client has read a key, and may have cached it. There may have to be room: then the oldest keys go. */
    public void remember(Session client, ByteString key) {
        Set<Session> told = readers.get(key);
        if (told == null) {
            told = new LinkedHashSet<>(1);
            readers.put(key, told);
            memory.addTable(keyBytes(key));
        }
        if (told.add(client)) {
            reads++;
            memory.addTable(ClientMemory.TRACKING_CLIENT_BYTES);
        }
        while (memory.isTableFull() && readers.size() > 1) {
            forgetOldest();
        }
    }

    private static long keyBytes(ByteString key) {
        return (long) ClientMemory.TRACKED_KEY_BYTES + key.bytes().length;
    }

    /** A key and its readers are no longer in the table. */
    private void removed(ByteString key, Set<Session> told) {
        reads -= told.size();
        memory.addTable(-keyBytes(key) - (long) told.size() * ClientMemory.TRACKING_CLIENT_BYTES);
    }

    private void forgetOldest() {
        var oldest = readers.entrySet().iterator();
        Map.Entry<ByteString, Set<Session>> next = oldest.next();
        oldest.remove();
        removed(next.getKey(), next.getValue());
        tell(next.getValue(), null, next.getKey());
    }

    /**
     * A key has changed, or is gone.
     *
     * @param by the client that did it; null for the server itself
     */
    public void changed(Session by, ByteString key) {
        if (broadcasts.size() > key.bytes().length) {
            for (int length = 0; length <= key.bytes().length; length++) {
                note(broadcasts.get(ByteString.of(key.bytes(), 0, length)), by, key);
            }
        } else {
            broadcasts.forEach((prefix, broadcast) -> note(key.startsWith(prefix) ? broadcast : null, by, key));
        }
        Set<Session> told = readers.remove(key);
        if (told != null) {
            removed(key, told);
            tell(told, by, key);
        }
    }

    private void note(Broadcast broadcast, Session by, ByteString key) {
        if (broadcast != null) {
            broadcast.changes.put(key, by);
            broadcastsPending = true;
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
        readers.forEach(this::removed);
        readers.clear();
    }

    /**
     * Removes keys beyond a number and beyond what memory has room for, and tells their readers that these may have
     * changed; 0 is any number.
     */
    public void limit(long maxKeys) {
        while (maxKeys > 0 && readers.size() > maxKeys || memory.isTableFull() && !readers.isEmpty()) {
            forgetOldest();
        }
    }

    /**
     * Tells the clients that track by broadcast, at the end of a turn, so that they get one message for many changes.
     */
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

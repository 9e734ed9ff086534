package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The keys that clients watch, so that their next {@code EXEC} does nothing where one of them has changed. */
public final class Watches {
    /** A key of a database. */
    public record Key(int database, ByteString name) {}

    private final Map<Key, Set<Session>> watchers = new HashMap<>();
    private int clients;

    /** Whether no key is watched. */
    public boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** How many clients watch something. */
    public int clients() {
        return clients;
    }

    /** How many keys are watched. */
    public int keys() {
        return watchers.size();
    }

    public void watch(Session session, Key key) {
        Set<Key> watched = session.watched();
        if (watched.add(key)) {
            clients += watched.size() == 1 ? 1 : 0;
            session.hold(bytes(key));
            watchers.computeIfAbsent(key, unused -> new LinkedHashSet<>(1)).add(session);
        }
    }

    private static long bytes(Key key) {
        return (long) ClientMemory.WATCH_BYTES + key.name().bytes().length;
    }

    /** This client watches nothing more, and what it watched has not changed. */
    public void unwatch(Session session) {
        if (session.isWatching()) {
            clients--;
            session.watched().forEach(key -> remove(session, key));
            session.forgetWatched();
        }
        session.watchedChanged(false);
    }

    private void remove(Session session, Key key) {
        session.hold(-bytes(key));
        Set<Session> others = watchers.get(key);
        others.remove(session);
        if (others.isEmpty()) {
            watchers.remove(key);
        }
    }

    /** This key has changed. */
    public void touch(int database, ByteString name) {
        Set<Session> touched = watchers.get(new Key(database, name));
        if (touched != null) {
            touched.forEach(session -> session.watchedChanged(true));
        }
    }

    /** Those of the watched keys of a database that fulfil a condition have changed. */
    public void touchAll(int database, Predicate<ByteString> changed) {
        List<ByteString> touched = new ArrayList<>();
        for (Key key : watchers.keySet()) {
            if (key.database() == database && changed.test(key.name())) {
                touched.add(key.name());
            }
        }
        touched.forEach(name -> touch(database, name));
    }
}

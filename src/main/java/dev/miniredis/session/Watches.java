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

    /** Whether nobody watches anything. */
    public boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** How many clients watch something. */
    public long clients() {
        return watchers.values().stream().flatMap(Set::stream).distinct().count();
    }

    /** How many keys are watched. */
    public int keys() {
        return watchers.size();
    }

    public void watch(Session session, Key key) {
        if (session.watched().add(key)) {
            watchers.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(session);
        }
    }

    /** This client watches nothing more, and what it watched has not changed. */
    public void unwatch(Session session) {
        for (Key key : session.watched()) {
            Set<Session> others = watchers.get(key);
            others.remove(session);
            if (others.isEmpty()) {
                watchers.remove(key);
            }
        }
        session.watched().clear();
        session.watchedChanged(false);
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

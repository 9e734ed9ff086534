package dev.miniredis.engine;

import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.Prefetch;
import dev.miniredis.keyspace.SnapshotPart;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Lookahead;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/** All databases together: what is in them, for a base; what is about to be looked at in them. */
public final class Databases {
    private final Keyspace[] all;
    private final Prefetch prefetch = new Prefetch(Lookahead.MAX_REQUESTS);
    private long hashSeed;

    /** @param hashSeed what the keys are hashed with */
    Databases(int count, long hashSeed, IntFunction<Keyspace> database) {
        this.hashSeed = hashSeed;
        all = new Keyspace[count];
        for (int i = 0; i < count; i++) {
            all[i] = database.apply(i);
        }
    }

    /** How many there are. */
    public int count() {
        return all.length;
    }

    Keyspace get(int index) {
        return all[index];
    }

    Keyspace[] all() {
        return all;
    }

    /** How many keys there are in all databases. */
    public long keys() {
        long keys = 0;
        for (Keyspace database : all) {
            keys += database.size();
        }
        return keys;
    }

    /** How many keys with a deadline have been removed because it had come. */
    public long expiredKeys() {
        long expired = 0;
        for (Keyspace database : all) {
            expired += database.expiredKeys();
        }
        return expired;
    }

    /** Takes a part of a snapshot. */
    @FunctionalInterface
    public interface SnapshotTaker {
        /** May keep what it gets. */
        void take(int database, SnapshotPart part);
    }

    /** What the keys are hashed with; secret. */
    public long hashSeed() {
        return hashSeed;
    }

    /** How many keys each database has, up to the last that has some. */
    public List<Integer> keysByDatabase() {
        List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            if (all[i].size() > 0) {
                keys.addAll(Collections.nCopies(i - keys.size(), 0));
                keys.add(all[i].size());
            }
        }
        return keys;
    }

    /**
     * Gets ready for keys that are about to be replayed, while there are none.
     *
     * @param newHashSeed what the keys were hashed with that come in the order of their hashes
     * @param keys about how many come for each database
     */
    public void prepare(long newHashSeed, List<Integer> keys) {
        hashSeed = newHashSeed;
        for (int i = 0; i < all.length; i++) {
            all[i].prepare(newHashSeed, i < keys.size() ? keys.get(i) : 0);
        }
    }

    /** Begins to hand over all that there is now; see {@link Keyspace#beginSnapshot}. */
    public void beginSnapshot(SnapshotTaker taker) {
        for (int i = 0; i < all.length; i++) {
            int database = i;
            all[i].beginSnapshot(part -> taker.take(database, part));
        }
    }

    /**
     * Hands over some more.
     *
     * @return whether there is more to hand over
     */
    public boolean snapshotStep() {
        for (Keyspace database : all) {
            if (database.snapshotStep()) {
                return true;
            }
        }
        return false;
    }

    /** Hands over nothing more. */
    public void endSnapshot() {
        for (Keyspace database : all) {
            database.endSnapshot();
        }
    }

    /**
     * Fetches what requests will look at from main memory, for all of them at the same time; see {@link Prefetch}.
     *
     * @param sessions whose each request is
     */
    public void expect(Session[] sessions, Lookahead lookahead) {
        for (int i = 0; i < lookahead.count(); i++) {
            expect(sessions[i].database(), lookahead.request(i));
        }
        prefetch.fetch();
    }

    /** As {@link #expect(Session[], Lookahead)}, for entries that will be replayed; no more than it takes. */
    public void expect(List<LogEntry> entries) {
        for (LogEntry replayed : entries) {
            if (replayed.database() < all.length) {
                expect(replayed.database(), replayed.commands().getFirst());
            }
        }
        prefetch.fetch();
    }

    /** Takes the first argument for a key, which it nearly always is. */
    private void expect(int database, Request request) {
        if (request.size() > 1) {
            Slice key = request.arg(1);
            all[database].expect(prefetch, key.bytes(), key.offset(), key.length());
        }
    }
}

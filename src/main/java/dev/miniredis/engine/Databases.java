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

/** All databases: their keys, snapshots of all of them, and the prefetch of what requests will look for. */
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

    /** The number of databases. */
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

    /** The number of keys that have expired. */
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

    /** The seed of the keys' hashes; secret. */
    public long hashSeed() {
        return hashSeed;
    }

    /** The number of keys of each database, up to the last one that has keys. */
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

    /** Begins a snapshot of all databases; see {@link Keyspace#beginSnapshot}. */
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

    /** Ends the snapshot. */
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

    /** Assumes that the first argument is a key, as it nearly always is. */
    private void expect(int database, Request request) {
        if (request.size() > 1) {
            Slice key = request.arg(1);
            all[database].expect(prefetch, key.bytes(), key.offset(), key.length());
        }
    }
}

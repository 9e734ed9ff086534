package dev.miniredis.engine;

import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.EvictionPolicy;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.log.WriteLog;
import dev.miniredis.session.ClientMemory;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Keeps the data below its limit by giving up keys, after Redis's {@code evict.c}: from a few keys chosen by chance
 * those that deserve it most go into a small pool, and of the pool the worst goes. So the choice is nearly that of an
 * exact order, which would cost memory for every key.
 */
public final class Eviction {
    /** The outcome of an attempt to free memory. */
    enum Outcome {
        /** There is enough memory. */
        ENOUGH,
        /** Not enough yet, but the time for one step is over: call again. */
        BEHIND,
        /** The log has no room for the deletions yet. */
        WAIT,
        /** No more keys may be evicted. */
        FULL
    }

    /** Removes an entry, and logs that it did. */
    @FunctionalInterface
    interface Remover {
        /** Returns YES when it is removed; else the reason why nothing has happened. */
        WriteLog.Room remove(int database, Entry entry);
    }

    private static final int POOL_SIZE = 16;
    /** A larger entry does not stay in the pool, which would keep it in memory after its key has gone. */
    private static final int MAX_KEPT_BYTES = 64 * 1024;
    /** Keys that go at a time for one point of {@code maxmemory-eviction-tenacity}, up to ten of which it is linear. */
    private static final int KEYS_A_POINT = 25;

    /** Keys that go at a time with a tenacity of 0; without any, memory would grow without end. */
    private static final int LEAST_KEYS = 16;

    private static final int LINEAR_POINTS = 10;
    private static final double GROWTH_A_POINT = 1.15;

    private final Keyspace[] databases;
    private final MemoryAccount account;
    private final ClientMemory clients;
    private final Tuning tuning;
    private final RandomGenerator random;
    private final Remover remover;
    private final Consumer<Entry> candidate = this::consider;

    // The pool, by rank, the highest at the end.
    private final Entry[] pool = new Entry[POOL_SIZE];
    private final int[] poolDatabases = new int[POOL_SIZE];
    private final long[] poolScores = new long[POOL_SIZE];
    private int pooled;
    private final Entry chosen = new Entry();

    private int sampledDatabase;
    private int nextDatabase;
    private long limitBytes;
    private long evictedKeys;

    /** @param heapLimitBytes the most that the data may take whatever {@code maxmemory} says */
    Eviction(
            Keyspace[] databases,
            MemoryAccount account,
            ClientMemory clients,
            long heapLimitBytes,
            Tuning tuning,
            RandomGenerator random,
            Remover remover) {
        this.databases = databases;
        this.account = account;
        this.clients = clients;
        this.tuning = tuning;
        this.random = random;
        this.remover = remover;
        Arrays.setAll(pool, _ -> new Entry());
        ClientBudget.set(clients, heapLimitBytes, account, tuning);
        tuning.maxMemory.startWordMeans(heapLimitBytes);
        tuning.maxMemory.listen(bytes -> limitBytes = bytes == 0 ? heapLimitBytes : Math.min(bytes, heapLimitBytes));
    }

    /** Whether data and clients take more of the heap than they may. */
    boolean isOver() {
        return account.bytes() + clients.heapBytes() > limitBytes;
    }

    /** The most that the data may take: {@code maxmemory}, or what the heap has room for, where that is less. */
    public long limitBytes() {
        return limitBytes;
    }

    /** The number of evicted keys. */
    public long evictedKeys() {
        return evictedKeys;
    }

    /** Empties the pool, when the policy changes. */
    void forgetCandidates() {
        while (pooled > 0) {
            pool[--pooled].clear();
        }
    }

    /** Evicts keys until the data is below its limit, or the time for one step is over. */
    Outcome makeRoom() {
        Outcome outcome = evict();
        forgetLargeCandidates();
        return outcome;
    }

    private Outcome evict() {
        EvictionPolicy policy = tuning.maxMemoryPolicy.value();
        int keys = keysAtATime();
        for (int i = 0; isOver(); i++) {
            if (policy == EvictionPolicy.NOEVICTION) {
                return Outcome.FULL;
            }
            if (i >= keys) {
                return Outcome.BEHIND;
            }
            Entry entry = choose(policy);
            if (entry == null) {
                return Outcome.FULL;
            }
            switch (remover.remove(sampledDatabase, entry)) {
                case YES -> evictedKeys++;
                case SOON -> {
                    return Outcome.WAIT;
                }
                case NO, TOO_LARGE, READ_ONLY -> {
                    return Outcome.FULL;
                }
            }
        }
        return Outcome.ENOUGH;
    }

    private int keysAtATime() {
        int tenacity = tuning.evictionTenacity.value();
        if (tenacity <= LINEAR_POINTS) {
            return Math.max(LEAST_KEYS, KEYS_A_POINT * tenacity);
        }
        double keys = KEYS_A_POINT * LINEAR_POINTS * Math.pow(GROWTH_A_POINT, tenacity - LINEAR_POINTS);
        return tenacity == 100 ? Integer.MAX_VALUE : (int) Math.min(keys, Integer.MAX_VALUE);
    }

    /** An entry that is to go, of {@link #sampledDatabase}; null where there is none. */
    private Entry choose(EvictionPolicy policy) {
        return policy.isRandom() ? chooseAny(policy) : chooseWorst(policy);
    }

    private Entry chooseAny(EvictionPolicy policy) {
        forgetCandidates();
        for (int i = 0; i < databases.length && pooled == 0; i++) {
            sampledDatabase = nextDatabase;
            nextDatabase = (nextDatabase + 1) % databases.length;
            databases[sampledDatabase].sample(random.nextLong(), 1, policy.isVolatileOnly(), candidate);
        }
        return pooled == 0 ? null : takeWorst();
    }

    private Entry chooseWorst(EvictionPolicy policy) {
        for (int i = 0; i < databases.length; i++) {
            sampledDatabase = i;
            databases[i].sample(random.nextLong(), tuning.maxMemorySamples.value(), policy.isVolatileOnly(), candidate);
        }
        while (pooled > 0) {
            Entry entry = takeWorst();
            if (databases[sampledDatabase].holds(entry)) {
                return entry;
            }
        }
        return null;
    }

    private Entry takeWorst() {
        pooled--;
        chosen.show(pool[pooled]);
        pool[pooled].clear();
        sampledDatabase = poolDatabases[pooled];
        return chosen;
    }

    private void forgetLargeCandidates() {
        int left = 0;
        for (int i = 0; i < pooled; i++) {
            if (pool[i].heldBytes() <= MAX_KEPT_BYTES) {
                pool[left].show(pool[i]);
                poolDatabases[left] = poolDatabases[i];
                poolScores[left] = poolScores[i];
                left++;
            }
        }
        while (pooled > left) {
            pool[--pooled].clear();
        }
    }

    private boolean isPooled(Entry entry) {
        for (int i = 0; i < pooled; i++) {
            if (pool[i].isSameAs(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Puts an entry of {@link #sampledDatabase} into the pool, if it ranks above one that is there. */
    private void consider(Entry entry) {
        if (isPooled(entry)) {
            return;
        }
        long score = score(entry);
        int at = 0;
        while (at < pooled && poolScores[at] < score) {
            at++;
        }
        if (pooled == POOL_SIZE) {
            if (at == 0) {
                return;
            }
            at--;
            move(1, 0, at);
        } else {
            move(at, at + 1, pooled - at);
            pooled++;
        }
        pool[at].show(entry);
        poolDatabases[at] = sampledDatabase;
        poolScores[at] = score;
    }

    private void move(int from, int to, int count) {
        Entry free = pool[from > to ? to : from + count];
        System.arraycopy(pool, from, pool, to, count);
        pool[from > to ? to + count : from] = free;
        System.arraycopy(poolDatabases, from, poolDatabases, to, count);
        System.arraycopy(poolScores, from, poolScores, to, count);
    }

    /** The rank of an entry: the higher, the sooner it is evicted. */
    private long score(Entry entry) {
        Keyspace database = databases[sampledDatabase];
        return switch (tuning.maxMemoryPolicy.value()) {
            case ALLKEYS_LRU, VOLATILE_LRU -> database.idleSeconds(entry);
            case ALLKEYS_LFU, VOLATILE_LFU -> 255L - database.frequency(entry);
            case VOLATILE_TTL -> -entry.deadline();
            case ALLKEYS_RANDOM, VOLATILE_RANDOM, NOEVICTION -> 0;
        };
    }
}

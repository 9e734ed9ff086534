package dev.miniredis.keyspace;

import java.util.Locale;

/** Which keys go when memory is full, Redis's {@code maxmemory-policy}; in the order in which Redis lists them. */
public enum EvictionPolicy {
    VOLATILE_LRU(true, Access.Policy.LRU),
    VOLATILE_LFU(true, Access.Policy.LFU),
    VOLATILE_RANDOM(true, Access.Policy.NONE),
    VOLATILE_TTL(true, Access.Policy.NONE),
    ALLKEYS_LRU(false, Access.Policy.LRU),
    ALLKEYS_LFU(false, Access.Policy.LFU),
    ALLKEYS_RANDOM(false, Access.Policy.NONE),
    NOEVICTION(false, Access.Policy.NONE);

    private final boolean volatileOnly;
    private final Access.Policy access;

    EvictionPolicy(boolean volatileOnly, Access.Policy access) {
        this.volatileOnly = volatileOnly;
        this.access = access;
    }

    /** Whether only keys with a deadline may go. */
    public boolean isVolatileOnly() {
        return volatileOnly;
    }

    /** Whether any key will do, so that none is weighed against another. */
    public boolean isRandom() {
        return this == VOLATILE_RANDOM || this == ALLKEYS_RANDOM;
    }

    /** What has to be kept of each use of a key. */
    public Access.Policy access() {
        return access;
    }

    /** As the parameter spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.miniredis.keyspace;

import java.util.Locale;

/** Which keys go when memory is full, Redis's {@code maxmemory-policy}; in the order in which Redis lists them. */
public enum EvictionPolicy {
    VOLATILE_LRU(true, Access.Kind.LRU),
    VOLATILE_LFU(true, Access.Kind.LFU),
    VOLATILE_RANDOM(true, Access.Kind.NONE),
    VOLATILE_TTL(true, Access.Kind.NONE),
    ALLKEYS_LRU(false, Access.Kind.LRU),
    ALLKEYS_LFU(false, Access.Kind.LFU),
    ALLKEYS_RANDOM(false, Access.Kind.NONE),
    NOEVICTION(false, Access.Kind.NONE);

    private final boolean volatileOnly;
    private final Access.Kind access;

    EvictionPolicy(boolean volatileOnly, Access.Kind access) {
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
    public Access.Kind access() {
        return access;
    }

    /** As the parameter spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.miniredis.command;

import java.util.Locale;

/** The groups of Redis's documentation; a file of commands each. */
public enum Group {
    STRING(Trait.Category.STRING),
    BITMAP(Trait.Category.BITMAP),
    HYPERLOGLOG(Trait.Category.HYPERLOGLOG),
    GENERIC(Trait.Category.KEYSPACE),
    CONNECTION(Trait.Category.CONNECTION),
    SERVER(null),
    PUBSUB(null),
    TRANSACTIONS(Trait.Category.TRANSACTION),
    CLUSTER(null);

    private final Trait.Category category;

    Group(Trait.Category category) {
        this.category = category;
    }

    /** The access category of all its commands; null if there is none. */
    Trait.Category category() {
        return category;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.miniredis.config;

/** What a keyspace event is about, with its letter in {@code notify-keyspace-events}. */
public enum EventType {
    GENERIC('g'),
    STRING('$'),
    LIST('l'),
    SET('s'),
    HASH('h'),
    SORTED_SET('z'),
    EXPIRED('x'),
    EVICTED('e'),
    STREAM('t'),
    MODULE('d'),
    KEY_MISS('m'),
    NEW('n');

    private final char letter;

    EventType(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }
}

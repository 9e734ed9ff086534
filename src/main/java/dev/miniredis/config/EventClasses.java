package dev.miniredis.config;

/**
 * Which keyspace events are published, Redis's {@code notify-keyspace-events}: a letter for each {@link EventType}, K
 * for the channels of keys, E for those of events; A stands for all types but m and n.
 */
public record EventClasses(int types, boolean byKey, boolean byEvent) {
    public static final EventClasses NONE = new EventClasses(0, false, false);

    private static final int ALL =
            ~(bit(EventType.KEY_MISS) | bit(EventType.NEW)) & (1 << EventType.values().length) - 1;

    private static int bit(EventType type) {
        return 1 << type.ordinal();
    }

    /** Whether events of this type are published. */
    public boolean has(EventType type) {
        return (types & bit(type)) != 0;
    }

    /** @throws IllegalArgumentException with Redis's words */
    static EventClasses parse(String text) {
        int types = 0;
        boolean byKey = false;
        boolean byEvent = false;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case 'A' -> types |= ALL;
                case 'K' -> byKey = true;
                case 'E' -> byEvent = true;
                default -> types |= bit(type(letter));
            }
        }
        return new EventClasses(types, byKey, byEvent);
    }

    private static EventType type(char letter) {
        for (EventType type : EventType.values()) {
            if (type.letter() == letter) {
                return type;
            }
        }
        throw new IllegalArgumentException("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
    }

    /** As Redis's {@code keyspaceEventsFlagsToString}, which leaves n out beside A. */
    @Override
    public String toString() {
        StringBuilder letters = new StringBuilder();
        boolean all = (types & ALL) == ALL;
        if (all) {
            letters.append('A');
        }
        for (EventType type : EventType.values()) {
            if (!all && has(type) && type != EventType.KEY_MISS) {
                letters.append(type.letter());
            }
        }
        letters.append(byKey ? "K" : "").append(byEvent ? "E" : "");
        return letters.append(has(EventType.KEY_MISS) ? "m" : "").toString();
    }
}

package dev.miniredis.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How much output may wait for a client of each class, Redis's {@code client-output-buffer-limit}. */
public record OutputLimits(Map<ClientClass, Limit> limits) {
    /** The classes of clients, in the order in which Redis writes them. */
    public enum ClientClass {
        NORMAL,
        SLAVE,
        PUBSUB
    }

    /**
     * How many bytes may wait; 0 is without limit.
     *
     * @param hardBytes a client with more is disconnected at once
     * @param softBytes a client with more for {@code softSeconds} without a break is disconnected
     */
    public record Limit(long hardBytes, long softBytes, int softSeconds) {
        static final Limit NONE = new Limit(0, 0, 0);

        public boolean isNone() {
            return hardBytes == 0 && softBytes == 0;
        }
    }

    /** The limit of a class. */
    public Limit of(ClientClass clientClass) {
        return limits.get(clientClass);
    }

    /**
     * These limits with some of them replaced.
     *
     * @param text {@code class hard soft seconds}, once or several times
     * @throws IllegalArgumentException with Redis's words
     */
    OutputLimits with(String text) {
        if (text.isEmpty()) {
            return this;
        }
        String[] words = text.strip().split("\\s+");
        if (words.length % 4 != 0) {
            throw new IllegalArgumentException("Wrong number of arguments in buffer limit configuration.");
        }
        Map<ClientClass, Limit> changed = new EnumMap<>(limits);
        for (int i = 0; i < words.length; i += 4) {
            changed.put(clientClass(words[i]), limit(words[i + 1], words[i + 2], words[i + 3]));
        }
        return new OutputLimits(changed);
    }

    static OutputLimits none() {
        Map<ClientClass, Limit> limits = new EnumMap<>(ClientClass.class);
        for (ClientClass clientClass : ClientClass.values()) {
            limits.put(clientClass, Limit.NONE);
        }
        return new OutputLimits(limits);
    }

    private static ClientClass clientClass(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "normal" -> ClientClass.NORMAL;
            case "slave", "replica" -> ClientClass.SLAVE;
            case "pubsub" -> ClientClass.PUBSUB;
            default ->
                throw new IllegalArgumentException("Invalid client class specified in buffer limit configuration.");
        };
    }

    private static Limit limit(String hard, String soft, String seconds) {
        try {
            int softSeconds = Integer.parseInt(seconds);
            if (softSeconds >= 0) {
                return new Limit(MemorySize.parse(hard), MemorySize.parse(soft), softSeconds);
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new IllegalArgumentException(
                "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }

    /** The form of a file: a line for each class. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        limits.forEach((clientClass, limit) ->
                lines.add((clientClass == ClientClass.SLAVE
                                ? "replica"
                                : clientClass.name().toLowerCase(Locale.ROOT)) + " "
                        + MemorySize.exact(limit.hardBytes()) + " " + MemorySize.exact(limit.softBytes()) + " "
                        + limit.softSeconds()));
        return lines;
    }

    /** The form of {@code CONFIG GET}. */
    String text() {
        List<String> parts = new ArrayList<>();
        limits.forEach((clientClass, limit) -> parts.add(clientClass.name().toLowerCase(Locale.ROOT) + " "
                + limit.hardBytes() + " " + limit.softBytes() + " " + limit.softSeconds()));
        return String.join(" ", parts);
    }
}

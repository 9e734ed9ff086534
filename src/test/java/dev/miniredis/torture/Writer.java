package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import dev.miniredis.torture.History.Effect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * A connection that alone writes to two databases, in pipelines of any depth, and so knows what each of its commands
 * must be answered. In its second database there are keys that expire soon.
 */
final class Writer implements Client {
    /** Longer than what any {@code PX} of a brief key says. */
    static final long MAX_BRIEF_MILLIS = 200;

    private static final int MAX_DEPTH = 64;
    private static final int BRIEF_KEYS = 8;
    private static final int FILL = 500;
    /** 1 January 2100, in seconds since 1970: deadlines are after it, each another one. */
    private static final long FAR = 4_102_444_800L;

    private final String name;
    private final History history;
    private final int[] databases;
    private final int keys;
    private final boolean flushes;

    // of one life
    private Random random;
    private String round;
    private int database;
    private long lastStep;

    /** @param expected what it must be answered; {@link #orNothing} allows null too */
    private record Sent(long step, List<String> command, String expected, boolean orNothing) {}

    /**
     * @param databases an even one and the next
     * @param keys how many keys there are in each database
     * @param flushes whether it sometimes flushes a database
     */
    Writer(String name, History history, int[] databases, int keys, boolean flushes) {
        this.name = name;
        this.history = history;
        this.databases = databases;
        this.keys = keys;
        this.flushes = flushes;
    }

    /** Whether there are keys in a database that expire soon: in the second one of each writer. */
    static boolean hasBriefKeys(int database) {
        return database % 2 == 1;
    }

    /** Sets all keys. */
    void fill(RespSocket socket, Random choices) throws IOException {
        begin(choices, "fill", socket);
        for (int from = 0; from < keys; from += FILL) {
            List<Sent> pipeline = new ArrayList<>();
            for (int i = from; i < Math.min(keys, from + FILL); i++) {
                pipeline.add(set(new Place(database, "k:" + i), Held.NEVER));
            }
            exchange(socket, pipeline, () -> {});
        }
    }

    private void begin(Random choices, String newRound, RespSocket socket) throws IOException {
        random = choices;
        round = newRound;
        database = databases[0];
        Words.ask(socket, "SELECT", Integer.toString(database));
    }

    @Override
    public void run(RespSocket socket, Random choices, int number, Runnable acknowledged) throws IOException {
        begin(choices, Integer.toString(number), socket);
        while (true) {
            int depth = 1 + (random.nextBoolean() ? 0 : random.nextInt(MAX_DEPTH));
            List<Sent> pipeline = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                pipeline.add(next());
            }
            exchange(socket, pipeline, acknowledged);
        }
    }

    private void exchange(RespSocket socket, List<Sent> pipeline, Runnable acknowledged) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pipeline.forEach(sent -> Words.append(bytes, sent.command()));
        socket.send(bytes.toByteArray());
        for (Sent sent : pipeline) {
            String answer = Words.read(socket);
            if (!Objects.equals(answer, sent.expected()) && !(sent.orNothing() && answer == null)) {
                throw new AssertionError("writer " + name + ", step " + sent.step() + ": "
                        + Words.shortened(String.join(" ", sent.command())) + " was answered "
                        + Words.shortened(answer) + " where " + Words.shortened(sent.expected()) + " was expected");
            }
            history.acknowledged(sent.step());
            acknowledged.run();
        }
    }

    private Sent next() {
        int choice = random.nextInt(1000);
        Place place = new Place(database, "k:" + random.nextInt(keys));
        if (choice < 400) {
            return set(place, Held.NEVER);
        } else if (choice < 450) {
            return setIf(place, "NX", history.now(place) == null);
        } else if (choice < 500) {
            return setIf(place, "XX", history.now(place) != null);
        } else if (choice < 550) {
            Held old = history.now(place);
            Held held = new Held(value(), Held.NEVER);
            return send(List.of(new Effect(place, held)), value(old), "SET", place.key(), held.value(), "GET");
        } else if (choice < 610) {
            return set(place, FAR + 100 * lastStep);
        } else if (choice < 650) {
            Held old = history.now(place);
            Held held = new Held(value(), old == null ? Held.NEVER : old.deadline());
            return send(List.of(new Effect(place, held)), "OK", "SET", place.key(), held.value(), "KEEPTTL");
        } else if (choice < 700) {
            return brief();
        } else if (choice < 800) {
            return delete();
        } else if (choice < 900) {
            return send(List.of(), value(history.now(place)), "GET", place.key());
        } else if (choice < 940) {
            return send(List.of(), history.now(place) == null ? ":0" : ":1", "EXISTS", place.key());
        } else if (choice < 995 || !flushes && choice >= 998) {
            return select();
        } else if (choice < 998) {
            return database == databases[0] ? send(List.of(), ":" + history.size(database), "DBSIZE") : select();
        }
        return flush();
    }

    /** A value that no other command sets: by whom, when, and then any bytes. */
    private String value() {
        StringBuilder value = new StringBuilder(name + "." + round + "." + lastStep + ":");
        int kind = random.nextInt(100);
        int length = kind < 90 ? random.nextInt(60) : random.nextInt(4000);
        boolean isText = kind % 3 != 0;
        for (int i = 0; i < length; i++) {
            value.append((char) (isText ? 'a' + random.nextInt(26) : random.nextInt(256)));
        }
        return value.toString();
    }

    private static String value(Held held) {
        return held == null ? null : held.value();
    }

    private Sent send(List<Effect> effects, String expected, String... command) {
        lastStep = history.step(effects);
        return new Sent(lastStep, List.of(command), expected, false);
    }

    private Sent set(Place place, long deadline) {
        Held held = new Held(value(), deadline);
        List<Effect> effects = List.of(new Effect(place, held));
        return deadline == Held.NEVER
                ? send(effects, "OK", "SET", place.key(), held.value())
                : send(effects, "OK", "SET", place.key(), held.value(), "EXAT", Long.toString(deadline));
    }

    private Sent setIf(Place place, String condition, boolean holds) {
        Held held = new Held(value(), Held.NEVER);
        List<Effect> effects = holds ? List.of(new Effect(place, held)) : List.of();
        return send(effects, holds ? "OK" : null, "SET", place.key(), held.value(), condition);
    }

    private Sent brief() {
        Place place = new Place(databases[1], "brief:" + random.nextInt(BRIEF_KEYS));
        if (database != databases[1]) {
            return select();
        }
        if (random.nextInt(3) == 0) {
            Held held = history.now(place);
            lastStep = history.step(List.of());
            return new Sent(lastStep, List.of("GET", place.key()), value(held), true);
        }
        Held held = new Held(value(), Held.BRIEF);
        String millis = Long.toString(1 + random.nextLong(MAX_BRIEF_MILLIS));
        return send(List.of(new Effect(place, held)), "OK", "SET", place.key(), held.value(), "PX", millis);
    }

    /** Deletes up to three keys in one command. */
    private Sent delete() {
        List<String> command = new ArrayList<>(List.of("DEL"));
        List<Effect> effects = new ArrayList<>();
        int there = 0;
        for (int i = random.nextInt(3); i >= 0; i--) {
            Place place = new Place(database, "k:" + random.nextInt(keys));
            if (!command.contains(place.key())) {
                command.add(place.key());
                there += history.now(place) == null ? 0 : 1;
                effects.add(new Effect(place, null));
            }
        }
        return send(effects, ":" + there, command.toArray(String[]::new));
    }

    private Sent select() {
        database = databases[random.nextInt(databases.length)];
        return send(List.of(), "OK", "SELECT", Integer.toString(database));
    }

    private Sent flush() {
        List<Effect> effects = history.now(database).stream()
                .map(place -> new Effect(place, null))
                .toList();
        return send(effects, "OK", "FLUSHDB");
    }
}

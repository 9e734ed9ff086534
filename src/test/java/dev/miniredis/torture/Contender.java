package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A connection that writes to and reads keys that others write to too. */
final class Contender implements Client {
    static final int DATABASE = 15;
    static final List<String> KEYS = List.of("c:0", "c:1", "c:2");

    private static final int MAX_DEPTH = 16;

    private final String name;
    private final Contest contest;

    /** @param write null where the key is read, with what was {@code known} of it before */
    private record Sent(String key, Contest.Write write, long known) {}

    Contender(String name, Contest contest) {
        this.name = name;
        this.contest = contest;
    }

    @Override
    public void run(RespSocket socket, Random random, int round, Runnable acknowledged) throws IOException {
        Words.ask(socket, "SELECT", Integer.toString(DATABASE));
        for (int number = 0; true; number++) {
            List<Sent> pipeline = new ArrayList<>();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = random.nextInt(MAX_DEPTH); i >= 0; i--) {
                pipeline.add(next(bytes, random, name + "." + round + "." + number + "." + i));
            }
            socket.send(bytes.toByteArray());
            for (Sent sent : pipeline) {
                String answer = Words.read(socket);
                if (sent.write() == null) {
                    contest.saw(sent.key(), answer, sent.known());
                } else if (List.of("OK", ":0", ":1").contains(answer)) {
                    contest.answered(sent.key(), sent.write());
                } else {
                    throw new AssertionError("a write was answered " + answer);
                }
                acknowledged.run();
            }
        }
    }

    private Sent next(ByteArrayOutputStream bytes, Random random, String value) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        int choice = random.nextInt(10);
        if (choice < 3) {
            Words.append(bytes, List.of("GET", key));
            return new Sent(key, null, contest.known(key));
        }
        boolean deletes = choice == 3;
        Words.append(bytes, deletes ? List.of("DEL", key) : List.of("SET", key, value));
        return new Sent(key, contest.sends(key, deletes ? null : value), 0);
    }
}

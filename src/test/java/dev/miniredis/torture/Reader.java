package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** A connection that looks at what others write: what it is told, no crash may take back. */
final class Reader implements Client {
    private static final int MAX_DEPTH = 32;

    private final List<Watched> all;

    /** A database that one writer writes to. */
    record Watched(History history, int database, int keys) {}

    Reader(List<Watched> all) {
        this.all = all;
    }

    @Override
    public void run(RespSocket socket, Random random, int round, Runnable acknowledged) throws IOException {
        while (true) {
            Watched watched = all.get(random.nextInt(all.size()));
            List<List<String>> commands = new ArrayList<>();
            commands.add(List.of("SELECT", Integer.toString(watched.database())));
            for (int i = random.nextInt(MAX_DEPTH); i >= 0; i--) {
                commands.add(List.of(random.nextInt(4) == 0 ? "EXISTS" : "GET", "k:" + random.nextInt(watched.keys())));
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            commands.forEach(command -> Words.append(bytes, command));
            long settled = watched.history().settled();
            socket.send(bytes.toByteArray());
            for (List<String> command : commands) {
                String answer = Words.read(socket);
                acknowledged.run();
                if (command.getFirst().equals("SELECT")) {
                    continue;
                }
                Place place = new Place(watched.database(), command.getLast());
                settled = watched.history().saw(place, settled, answer, isAnsweredBy(command.getFirst(), answer));
            }
        }
    }

    private static Predicate<Held> isAnsweredBy(String command, String answer) {
        return command.equals("GET")
                ? held -> Held.mayAnswer(held, answer)
                : held -> answer != null && answer.equals(held == null ? ":0" : ":1");
    }
}

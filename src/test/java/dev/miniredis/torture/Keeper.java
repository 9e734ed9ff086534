package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A connection that has the log compacted, again and again. */
final class Keeper implements Client {
    private static final long MAX_PAUSE_MILLIS = 60;
    private static final Pattern REFUSAL =
            Pattern.compile("-ERR (Background .* already in progress|The server is ending)");

    @Override
    public void run(RespSocket socket, Random random, int round, Runnable acknowledged) throws IOException {
        while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(MAX_PAUSE_MILLIS)));
            int choice = random.nextInt(100);
            if (choice < 60) {
                expect(Words.ask(socket, "BGREWRITEAOF"), "Background append only file rewriting started");
            } else if (choice < 75) {
                expect(Words.ask(socket, "BGSAVE"), "Background saving started");
            } else if (choice < 90) {
                expect(Words.ask(socket, "SAVE"), "OK");
            } else {
                checkInfo(socket);
            }
            acknowledged.run();
        }
    }

    private static void expect(String answer, String wanted) {
        if (!answer.equals(wanted) && !REFUSAL.matcher(answer).matches()) {
            throw new AssertionError("a compaction was answered " + answer);
        }
    }

    /** Checks that the server knows of no trouble with its log. */
    static void checkInfo(RespSocket socket) throws IOException {
        String info = Words.ask(socket, "INFO", "persistence");
        for (String line : new String[] {
            "loading:0",
            "aof_enabled:1",
            "aof_last_bgrewrite_status:ok",
            "rdb_last_bgsave_status:ok",
            "aof_last_write_status:ok",
            "log_problem:"
        }) {
            if (info.lines().noneMatch(line::equals)) {
                throw new AssertionError("INFO does not say " + line + ":\n" + info);
            }
        }
    }
}

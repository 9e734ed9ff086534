package dev.miniredis.torture;

import java.util.Random;

/** When a server is killed. */
enum Moment {
    /** While it reads its log; nobody has asked it for anything yet. */
    RECOVERY(20),
    /** As soon as it takes connections. */
    START(10),
    /** After some replies. */
    WORK(35),
    /** While a compaction runs that was asked for. */
    COMPACTION(30),
    /** It is told to stop, and not killed. */
    NEVER(5);

    private static final int ALL = 100;
    private static final int MAX_REPLIES = 3000;
    private static final long MAX_RECOVERY_MICROS = 800_000;
    private static final long MAX_START_MICROS = 30_000;
    private static final long MAX_COMPACTION_MICROS = 10_000;

    private final int share;

    Moment(int share) {
        this.share = share;
    }

    /**
     * A moment to kill a server.
     *
     * @param replies after so many replies to all connections together
     * @param micros and after so many microseconds then
     */
    record Plan(Moment moment, int replies, long micros) {
        static Plan next(Random random) {
            int choice = random.nextInt(ALL);
            int index = 0;
            while (choice >= values()[index].share) {
                choice -= values()[index++].share;
            }
            Moment moment = values()[index];
            int replies = (int) Math.pow(MAX_REPLIES, random.nextDouble());
            return switch (moment) {
                case RECOVERY -> new Plan(moment, 0, random.nextLong(MAX_RECOVERY_MICROS));
                case START -> new Plan(moment, 0, random.nextLong(MAX_START_MICROS));
                case WORK, NEVER -> new Plan(moment, replies, 0);
                case COMPACTION -> new Plan(moment, replies, random.nextLong(MAX_COMPACTION_MICROS));
            };
        }
    }
}

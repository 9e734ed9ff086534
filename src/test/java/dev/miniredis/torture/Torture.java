package dev.miniredis.torture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Kills servers at random moments of random work, and checks that each next one knows
 *
 * <ul>
 *   <li>every write that was acknowledged;
 *   <li>everything that any connection was shown: what a reader was told, no crash takes back;
 *   <li>of what was sent and not answered, a beginning of it, in the order in which each connection sent it;
 *   <li>and nothing else: KEYS, DBSIZE, values and deadlines are those of exactly such a state.
 * </ul>
 *
 * <p>While a server lives, each reply is checked against what the connection knows: a writer's databases are its own.
 *
 * <h2>The seed</h2>
 *
 * A seed decides all that is chosen: the commands of every connection in every round, their pipelines, the pauses
 * between compactions, and when each server is killed, in replies and microseconds. It cannot decide how the operating
 * system schedules server and clients, how long a sync takes, and so between which two instructions a kill hits: the
 * same seed does the same things, and finds the same bug often, not always. Once a run differs, so does which of the
 * unanswered commands took effect, and with it some of the replies that are expected later; the commands stay the same.
 *
 * <p>{@code src/test/scripts/torture.sh [kills] [seed] [power]} runs it, with the packaged server. Of a run that fails,
 * the data directory is kept below {@code target/torture/<seed>}: as it is, and as the last kill left it.
 */
public final class Torture {
    private static final int LANES = 2;
    private static final int USUAL_KILLS = 1000;

    private Torture() {}

    /**
     * Runs until there were enough kills, or a failure.
     *
     * @param args how many kills, the seed, and "power" if what was not synced is to be lost too
     */
    public static void main(String... args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : USUAL_KILLS;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() % 1_000_000_000;
        boolean power = args.length > 2 && args[2].equals("power");
        try {
            run(kills, seed, power).forEach(System.out::println);
        } catch (AssertionError failure) {
            System.out.println(failure.getMessage());
            System.exit(1);
        }
    }

    /**
     * Runs two data directories at a time, each with half of the kills and a seed of its own.
     *
     * @throws AssertionError a server did not keep the promise
     */
    static List<Tally> run(int kills, long seed, boolean power) throws Exception {
        String command = "src/test/scripts/torture.sh " + kills + " " + seed + (power ? " power" : "");
        System.out.println("To repeat: " + command);
        Path directory = Path.of("target", "torture", Long.toString(seed));
        TortureRun.delete(directory);
        List<Callable<Tally>> lanes = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            Path own = directory.resolve("lane-" + lane);
            long ownSeed = seed * LANES + lane;
            int ownKills = (kills + lane) / LANES;
            PowerLoss powerLoss = power ? PowerLoss.in(own) : null;
            lanes.add(() -> new TortureRun(ownSeed, ownKills, own, powerLoss).run());
        }
        List<Tally> tallies = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            for (Future<Tally> lane : threads.invokeAll(lanes)) {
                tallies.add(lane.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError(
                    e.getCause().getMessage() + "\nkept in " + directory + "\nto repeat: " + command, e.getCause());
        }
        TortureRun.delete(directory);
        return tallies;
    }
}

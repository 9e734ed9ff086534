package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import dev.miniredis.torture.Held.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The life of one data directory: servers start in it, are worked with, are killed, and the next one is checked. */
final class TortureRun {
    private static final int SMALL_WRITERS = 4;
    private static final int SMALL_KEYS = 40;
    private static final int MANY_KEYS = 8000;
    private static final int READERS = 2;
    private static final int CONTENDERS = 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long BASE_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final String UNFINISHED_BASE = "mini-redis.base.new";

    private final long seed;
    private final int kills;
    private final Path dataDir;
    private final Path beforeDir;
    private final PowerLoss powerLoss;
    private final Random random;
    private final Tally tally = new Tally();
    private final List<Writer> writers = new ArrayList<>();
    private final List<History> histories = new ArrayList<>();
    private final List<Integer> owners = new ArrayList<>(); // of the databases, by index into the histories
    private final Contest contest = new Contest(Contender.KEYS);
    private final List<Client> clients = new ArrayList<>();

    private int round;
    private Moment.Plan plan;
    private final AtomicLong replies = new AtomicLong();
    private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private volatile boolean ending;
    private long beganMillis;
    private long endedMillis;
    private long countedReplies;

    /** @param powerLoss what a kill takes away of the files; null for nothing */
    TortureRun(long seed, int kills, Path directory, PowerLoss powerLoss) {
        this.seed = seed;
        this.kills = kills;
        this.dataDir = directory.resolve("data");
        this.beforeDir = directory.resolve("as-the-kill-left-it");
        this.powerLoss = powerLoss;
        this.random = new Random(seed);
        List<Reader.Watched> watched = new ArrayList<>();
        for (int i = 0; i <= SMALL_WRITERS; i++) {
            int keys = i == 0 ? MANY_KEYS : SMALL_KEYS;
            int[] databases = {2 * i, 2 * i + 1};
            History history = new History();
            histories.add(history);
            writers.add(new Writer("w" + i, history, databases, keys, i > 0));
            for (int database : databases) {
                owners.add(i);
                watched.add(new Reader.Watched(history, database, keys));
            }
        }
        clients.addAll(writers);
        for (int i = 0; i < READERS; i++) {
            clients.add(new Reader(watched));
        }
        for (int i = 0; i < CONTENDERS; i++) {
            clients.add(new Contender("c" + i, contest));
        }
        clients.add(new Keeper());
    }

    /** @throws AssertionError a server did not keep the promise; all that is known of it is in the message */
    Tally run() throws IOException {
        ServerProcess server = null;
        try {
            Files.createDirectories(dataDir);
            server = start();
            try (RespSocket socket = new RespSocket(server.port())) {
                writers.getFirst().fill(socket, random(0));
            }
            server.kill();
            while (tally.kills() < kills) {
                round++;
                plan = Moment.Plan.next(random);
                beganMillis = System.currentTimeMillis();
                server = plan.moment() == Moment.RECOVERY ? launch().begin() : start();
                live(server);
                keepAsItIs();
            }
            server = start();
            check(server);
            stop(server);
            server = start();
            check(server);
            stop(server);
            return tally;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", round " + round + " after " + tally.kills() + " kills, " + plan + ": "
                            + e.getMessage() + (server == null ? "" : "\nthe server said:\n" + server.output()),
                    e);
        } finally {
            if (server != null) {
                server.kill();
            }
        }
    }

    private ServerProcess.Launch launch() {
        ServerProcess.Launch launch = ServerProcess.in(dataDir)
                .options("--fsync", "always")
                .options("--auto-aof-rewrite-min-size", "16kb", "--auto-aof-rewrite-percentage", "20");
        return powerLoss == null ? launch : powerLoss.watch(launch);
    }

    private ServerProcess start() throws IOException {
        return launch().start();
    }

    private Random random(int client) {
        return new Random(seed * 31 + round * 1_000_003L + client);
    }

    /** From a start, to the end that is planned. */
    private void live(ServerProcess server) throws IOException {
        if (plan.moment() == Moment.RECOVERY) {
            pause();
            end(server, List.of());
            return;
        }
        check(server);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            threads.add(begin(clients.get(i), new RespSocket(server.port()), random(i)));
        }
        await(PATIENCE_NANOS, () -> replies.get() - countedReplies >= plan.replies() || !problems.isEmpty());
        if (replies.get() - countedReplies < plan.replies() && problems.isEmpty()) {
            problems.add(new AssertionError("the server does not answer any more"));
        }
        if (plan.moment() == Moment.COMPACTION) {
            awaitCompaction(server);
        }
        pause();
        end(server, threads);
        if (!problems.isEmpty()) {
            AssertionError failure = new AssertionError(problems.peek().getMessage());
            problems.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private Thread begin(Client client, RespSocket socket, Random choices) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (socket) {
                client.run(socket, choices, round, replies::incrementAndGet);
            } catch (IOException e) {
                if (!ending) {
                    problems.add(new AssertionError("the server has closed a connection: " + e, e));
                }
            } catch (RuntimeException | AssertionError e) {
                problems.add(e);
            }
        });
    }

    private static boolean await(long nanos, BooleanSupplier condition) {
        long deadline = System.nanoTime() + nanos;
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return condition.getAsBoolean();
    }

    private void awaitCompaction(ServerProcess server) throws IOException {
        try (RespSocket socket = new RespSocket(server.port())) {
            Words.send(socket, "BGREWRITEAOF");
            await(BASE_PATIENCE_NANOS, this::isCompacting);
        }
    }

    /** Whether there is an unfinished base, not left by an earlier kill. */
    private boolean isCompacting() {
        try {
            return Files.getLastModifiedTime(dataDir.resolve(UNFINISHED_BASE)).toMillis() > beganMillis;
        } catch (IOException e) {
            return false; // there is none
        }
    }

    private void pause() {
        long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(plan.micros());
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void end(ServerProcess server, List<Thread> threads) throws IOException {
        ending = true;
        if (plan.moment() == Moment.NEVER) {
            stop(server);
        } else {
            server.kill();
        }
        endedMillis = System.currentTimeMillis();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        ending = false;
        boolean wasCompacting = isCompacting();
        if (powerLoss != null && plan.moment() != Moment.NEVER) {
            tally.lost(powerLoss.strike(dataDir));
        }
        tally.ended(plan.moment(), wasCompacting);
    }

    private static void stop(ServerProcess server) {
        int exitCode = server.stop();
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode);
        }
    }

    /** So that a failure can be looked at before a recovery has changed anything. */
    private void keepAsItIs() throws IOException {
        delete(beforeDir);
        Files.createDirectories(beforeDir);
        try (Stream<Path> files = Files.list(dataDir)) {
            for (Path file : files.toList()) {
                Files.copy(file, beforeDir.resolve(file.getFileName()));
            }
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void check(ServerProcess server) throws IOException {
        List<Map<Place, Found>> found = new ArrayList<>();
        Map<String, String> contested = new HashMap<>();
        histories.forEach(history -> found.add(new HashMap<>()));
        boolean areBriefGone = System.currentTimeMillis() > endedMillis + Writer.MAX_BRIEF_MILLIS;
        try (RespSocket socket = new RespSocket(server.port())) {
            Keeper.checkInfo(socket);
            for (int database = 0; database < owners.size(); database++) {
                found.get(owners.get(database)).putAll(read(socket, database));
            }
            read(socket, Contender.DATABASE).forEach((place, value) -> contested.put(place.key(), value.value()));
        }
        for (int i = 0; i < histories.size(); i++) {
            histories.get(i).check(found.get(i), areBriefGone);
        }
        contest.check(contested);
        List<String> errors = server.err().stream()
                .filter(line -> !line.contains("Cut off: "))
                .toList();
        if (!errors.isEmpty()) {
            throw new AssertionError("the server complains");
        }
        tally.checked(replies.get() - countedReplies, !server.err().isEmpty());
        countedReplies = replies.get();
    }

    private static Map<Place, Found> read(RespSocket socket, int database) throws IOException {
        Words.ask(socket, "SELECT", Integer.toString(database));
        Words.send(socket, "KEYS", "*");
        List<String> keys = Words.readAll(socket);
        Map<Place, Found> found = new HashMap<>();
        long atSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        for (int from = 0; from < keys.size(); from += 1000) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + 1000));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String key : some) {
                Words.append(bytes, List.of("GET", key));
                Words.append(bytes, List.of("TTL", key));
            }
            socket.send(bytes.toByteArray());
            for (String key : some) {
                String value = Words.read(socket);
                long ttl = Long.parseLong(Words.read(socket).substring(1));
                if (value != null && found.put(new Place(database, key), new Found(value, ttl, atSeconds)) != null) {
                    throw new AssertionError("KEYS names " + key + " twice");
                }
            }
        }
        long size = Long.parseLong(Words.ask(socket, "DBSIZE").substring(1));
        boolean mayCountExpired = Writer.hasBriefKeys(database);
        if (size != found.size() && !(mayCountExpired && size > found.size())) {
            throw new AssertionError("DBSIZE is " + size + " where KEYS names " + found.size());
        }
        return found;
    }
}

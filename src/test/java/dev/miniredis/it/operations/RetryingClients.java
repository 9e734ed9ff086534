package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.KeyHistory;
import dev.miniredis.it.RespSocket;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.executors.RetryableCommandExecutor;
import redis.clients.jedis.providers.PooledConnectionProvider;

/**
 * Clients that go on while their server is started again and again: Jedis and Lettuce with what they have for that, and
 * plain sockets that connect again when their connection has ended. Whatever else goes wrong for one of them is a
 * problem.
 */
public final class RetryingClients implements AutoCloseable {
    private static final int READERS = 2; // of a key
    private static final int STEPS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;
    private final List<Client> clients = new ArrayList<>();
    private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private final UnifiedJedis jedis;
    private final RedisClient lettuce;
    private final StatefulRedisConnection<String, String> lettuceConnection;
    private final StatefulRedisPubSubConnection<String, String> lettuceSubscription;
    private final AtomicLong messages = new AtomicLong();
    private volatile boolean stopped;

    /** One step of a client, after which something has been acknowledged or seen. */
    private interface Step {
        void run() throws IOException;
    }

    private record Client(String name, Thread thread, AtomicLong steps) {}

    public RetryingClients(int port) {
        this.port = port;
        PooledConnectionProvider connections = new PooledConnectionProvider(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder().build());
        jedis = redis.clients.jedis.RedisClient.builder()
                .connectionProvider(connections)
                .commandExecutor(new RetryableCommandExecutor(connections, 50, Duration.ofSeconds(30)))
                .build();
        lettuce = RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(PATIENCE)
                .build());
        lettuce.setOptions(ClientOptions.builder().autoReconnect(true).build());
        lettuceConnection = lettuce.connect();
        lettuceSubscription = lettuce.connectPubSub();
        lettuceSubscription.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                messages.incrementAndGet();
            }
        });
        lettuceSubscription.sync().subscribe("news");

        KeyHistory one = new KeyHistory("one", null, 0, READERS);
        KeyHistory many = new KeyHistory("many", null, 0, READERS);
        KeyHistory byJedis = new KeyHistory("jedis", null, 0, READERS);
        KeyHistory byLettuce = new KeyHistory("lettuce", null, 0, READERS);
        start("a socket", new PlainWriter(one, 1));
        start("a socket with a pipeline", new PlainWriter(many, 100));
        start("a socket that counts", new PlainCounter());
        start("a reader", new PlainReader(List.of(one, many, byJedis, byLettuce)));
        start("Jedis", () -> orNoConnection(() -> step(byJedis, this::sendByJedis)));
        start(
                "Jedis reading",
                () -> orNoConnection(() -> {
                    long atLeast = byJedis.acknowledged();
                    byJedis.sawValue(1, atLeast, jedis.get(byJedis.key()));
                }));
        start(
                "Lettuce",
                () -> step(
                        byLettuce,
                        command -> command.length == 3
                                ? lettuceConnection.sync().set(command[1], command[2])
                                : lettuceConnection.sync().del(command[1])));
        start("Lettuce publishing", () -> lettuceConnection.sync().publish("news", "x"));
    }

    private Object sendByJedis(String... command) {
        return command.length == 3 ? jedis.set(command[1], command[2]) : jedis.del(command[1]);
    }

    /**
     * Whose connection is refused, tries again, as long as it takes. Jedis does so a number of times; and not when its
     * pool, which at once puts a new connection into the place of a broken one, is refused that: it comes as another
     * exception.
     */
    private void orNoConnection(Step step) throws IOException {
        try {
            step.run();
        } catch (JedisException e) {
            if (!isOfTheConnection(e)) {
                throw e;
            }
            awaitServer();
        }
    }

    /** Until somebody listens again. */
    private void awaitServer() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    new RespSocket(port).close();
                    return true;
                });
    }

    private static boolean isOfTheConnection(Throwable problem) {
        return problem instanceof JedisConnectionException
                || problem.getCause() != null && isOfTheConnection(problem.getCause())
                || Arrays.stream(problem.getSuppressed()).anyMatch(RetryingClients::isOfTheConnection);
    }

    private interface Sender {
        Object send(String... command);
    }

    private static void step(KeyHistory key, Sender sender) {
        long number = key.next();
        assertThat(String.valueOf(sender.send(key.command(number)))).matches("OK|0|1");
        key.acknowledge(number);
    }

    private void start(String name, Step step) {
        AtomicLong steps = new AtomicLong();
        Thread thread = Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                while (!stopped) {
                    step.run();
                    steps.incrementAndGet();
                }
            } catch (IOException | RuntimeException | AssertionError problem) {
                problems.add(new AssertionError(name + " failed: " + problem, problem));
            }
        });
        clients.add(new Client(name, thread, steps));
    }

    /** A socket that connects again when its connection has ended. */
    private abstract class PlainClient implements Step {
        private RespSocket socket;

        @Override
        public void run() throws IOException {
            try {
                if (socket == null) {
                    socket = new RespSocket(port);
                    connected(socket);
                }
                step(socket);
            } catch (ConnectException refused) {
                awaitServer();
            } catch (EOFException | SocketException ended) {
                close();
            }
        }

        private void close() throws IOException {
            if (socket != null) {
                socket.close();
                socket = null;
            }
        }

        abstract void connected(RespSocket fresh) throws IOException;

        abstract void step(RespSocket open) throws IOException;
    }

    private final class PlainWriter extends PlainClient {
        private final KeyHistory key;
        private final int batch;

        PlainWriter(KeyHistory key, int batch) {
            this.key = key;
            this.batch = batch;
        }

        @Override
        void connected(RespSocket fresh) throws IOException {
            key.check(value(fresh.ask("GET", key.key())));
        }

        @Override
        void step(RespSocket open) throws IOException {
            long first = key.next();
            open.send(key.command(first));
            for (int i = 1; i < batch; i++) {
                open.send(key.command(key.next()));
            }
            for (int i = 0; i < batch; i++) {
                assertThat(open.read()).matches("OK|:0|:1");
                key.acknowledge(first + i);
            }
        }
    }

    /** Each INCR is done once or, when its answer did not come, perhaps. */
    private final class PlainCounter extends PlainClient {
        private long count;

        @Override
        void connected(RespSocket fresh) throws IOException {
            String found = fresh.ask("GET", "counter");
            long now = found.equals("(nil)") ? 0 : Long.parseLong(found);
            assertThat(now).isBetween(count, count + 1);
            count = now;
        }

        @Override
        void step(RespSocket open) throws IOException {
            assertThat(open.ask("INCR", "counter")).isEqualTo(":" + (count + 1));
            count++;
        }
    }

    /** What it was shown is never taken back. */
    private final class PlainReader extends PlainClient {
        private final List<KeyHistory> keys;
        private int next;

        PlainReader(List<KeyHistory> keys) {
            this.keys = keys;
        }

        @Override
        void connected(RespSocket fresh) {
            // nothing to look at first
        }

        @Override
        void step(RespSocket open) throws IOException {
            KeyHistory key = keys.get(next++ % keys.size());
            long atLeast = key.acknowledged();
            key.sawValue(0, atLeast, value(open.ask("GET", key.key())));
        }
    }

    private static String value(String reply) {
        assertThat(reply).doesNotStartWith("-");
        return reply.equals("(nil)") ? null : reply;
    }

    /** Waits until each of them has done some more. */
    public void awaitProgress(Duration patience) {
        List<Long> before = clients.stream().map(client -> client.steps().get()).toList();
        long heard = messages.get();
        await().pollInterval(Duration.ofMillis(5)).atMost(patience).until(() -> {
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).steps().get() < before.get(i) + STEPS && problems.isEmpty()) {
                    return false;
                }
            }
            return messages.get() > heard || !problems.isEmpty();
        });
        throwProblems();
    }

    private void throwProblems() {
        if (!problems.isEmpty()) {
            AssertionError failure = new AssertionError("clients met what they should not: " + problems.peek());
            problems.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    public void stopAndCheck() throws InterruptedException {
        stopped = true;
        for (Client client : clients) {
            client.thread().join();
        }
        throwProblems();
    }

    @Override
    public void close() {
        stopped = true;
        jedis.close();
        lettuceConnection.close();
        lettuceSubscription.close();
        lettuce.shutdown(0, 2, TimeUnit.SECONDS);
    }
}

package dev.miniredis.net;

import dev.miniredis.engine.ClockWatch;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineThread;
import dev.miniredis.engine.ExpireCycle;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.WriteLog;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.stats.LatencyMonitor;
import dev.miniredis.stats.LatencyMonitor.Event;
import dev.miniredis.stats.OperationsRate;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The one thread that owns the data: an event loop that runs the listener, its connections and the engine. What happens
 * on other threads (the log's) comes back to it here.
 */
public final class EngineLoop implements EngineThread, LogListener {
    private static final System.Logger LOGGER = System.getLogger(EngineLoop.class.getName());

    private static final long CRON_MILLIS = 1000 / CRON_HZ;
    /** How long the requests of one turn may keep the thread before the network is looked at again. */
    private static final long TURN_BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long CLOSE_SECONDS = 1;

    private final Engine engine;
    private final WriteLog log;
    private final EventLoop loop;
    private final LongConsumer syncTimes;
    private final List<Connection> waiting = new ArrayList<>();
    private final ClientLimits limits;
    private final Turn turn;
    private final Runnable endOfTurn = this::endOfTurn;
    private final Runnable nextTurn = guarded(this::nextTurn);
    private final Runnable durable = this::durable;
    private final OperationsRate rate = new OperationsRate();
    private final NetworkCounts network = new NetworkCounts();
    private final ExpireCycle expireCycle;
    private final ClockWatch clockWatch = new ClockWatch();
    private volatile long lastCronNanos;
    private boolean nextTurnScheduled;
    private Runnable regularly = () -> {};

    /**
     * @param loop the event loop, which has no other work
     * @param syncTimes told how long each sync of the log took, in nanoseconds; on any thread
     */
    public EngineLoop(Engine engine, WriteLog log, ClientLimits limits, EventLoop loop, LongConsumer syncTimes) {
        this(engine, log, limits, new Turn(engine, TURN_BUDGET_NANOS), loop, syncTimes);
    }

    EngineLoop(Engine engine, WriteLog log, ClientLimits limits, Turn turn, EventLoop loop, LongConsumer syncTimes) {
        this.engine = engine;
        this.log = log;
        this.limits = limits;
        this.expireCycle = new ExpireCycle(engine);
        this.turn = turn;
        this.loop = loop;
        engine.clients().alarm(this::wakeAt);
        this.syncTimes = syncTimes;
    }

    /** A thread for one, which waits for its sockets by epoll where Netty has a library for the machine. */
    public static EventLoop newEventLoop() {
        DefaultThreadFactory thread = new DefaultThreadFactory("mini-redis-engine", true);
        EventLoopGroup group =
                Epoll.isAvailable() ? new EpollEventLoopGroup(1, thread) : new NioEventLoopGroup(1, thread);
        return group.next();
    }

    /** Begins the regular work: time, expiry, rates. */
    public void startCron() {
        lastCronNanos = System.nanoTime();
        loop.scheduleAtFixedRate(guarded(this::cron), CRON_MILLIS, CRON_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Adds to the regular work, which is done unless the log is being replayed. Before {@link #startCron}. */
    public void regularly(Runnable work) {
        regularly = work;
    }

    /** Ends the thread, with all that it has still to do. */
    public void close() {
        loop.parent().shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void cron() {
        engine.tick();
        long nanos = System.nanoTime();
        lastCronNanos = nanos;
        rate.sample(engine.processedCommands(), nanos);
        network.sample(nanos);
        limits.look();
        if (!engine.isLoading()) {
            expireCycle.run();
            evict();
            clockWatch.look(engine.time().behindMillis());
            regularly.run();
        }
    }

    /** A step at a time, and the connections between two of them. */
    private void evict() {
        long began = System.nanoTime();
        boolean more = engine.evictSome();
        engine.statistics().latency().took(Event.EVICTION_CYCLE, System.nanoTime() - began);
        if (more) {
            loop.schedule(guarded(this::evict), 0, TimeUnit.NANOSECONDS); // after the network is polled
        }
    }

    /** How long ago the thread last came round, in milliseconds. */
    public long lagMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastCronNanos);
    }

    /** Commands in the last second or so. */
    public long operationsPerSecond() {
        return rate.perSecond();
    }

    /** What goes over the clients' sockets. */
    public NetworkCounts network() {
        return network;
    }

    public ExpireCycle expireCycle() {
        return expireCycle;
    }

    /** Whose thread this is. */
    EventLoop eventLoop() {
        return loop;
    }

    /** How the thread waits for its sockets, as Redis's {@code multiplexing_api} names it: epoll or nio. */
    public String transport() {
        return loop instanceof NioEventLoop ? "nio" : "epoll";
    }

    /** Everything up to this lsn is durable. */
    long durableLsn() {
        return log.durableLsn();
    }

    void schedule(Runnable task, long delay, TimeUnit unit) {
        loop.schedule(guarded(task), delay, unit);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {
        loop.schedule(guarded(task), delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.get();
                    } catch (RuntimeException | Error e) {
                        OutOfMemory.endIfCause(e);
                        throw e;
                    }
                },
                loop);
    }

    /** A task that is run later: Netty keeps its failure for a caller that asks, and would not repeat it. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                OutOfMemory.endIfCause(e);
                Notice.BUG_IN_LOOP.tell(LOGGER, e);
            }
        };
    }

    /** What clients may take. */
    public ClientLimits limits() {
        return limits;
    }

    /** What the connections read and run in this turn of the loop. */
    Turn turn() {
        return turn;
    }

    /** This connection has something to run: when every other that is ready has read too. */
    void atEndOfTurn(Connection connection) {
        if (turn.isEmpty()) {
            loop.execute(endOfTurn);
        }
        turn.add(connection);
    }

    private void endOfTurn() {
        turn.run();
        limits.checkMemory();
        if (!turn.isEmpty() && !nextTurnScheduled) {
            nextTurnScheduled = true;
            loop.schedule(nextTurn, 0, TimeUnit.NANOSECONDS); // after the network, where execute() would come before it
        }
    }

    private void nextTurn() {
        nextTurnScheduled = false;
        endOfTurn();
    }

    /**
     * Tells a connection when the log has room again, or the pause or loading is over: when it may try its request
     * again.
     */
    void awaitTurn(Connection connection) {
        waiting.add(connection);
    }

    private void resumeWaiting() {
        List<Connection> resumed = List.copyOf(waiting);
        waiting.clear();
        resumed.forEach(Connection::resume);
    }

    /** Looks at the waiting clients, at this time by the monotonic clock. */
    private void wakeAt(long atMillis) {
        loop.schedule(
                guarded(this::wake), Math.max(0, atMillis - engine.time().monotonicMillis()), TimeUnit.MILLISECONDS);
    }

    /** Looks at the waiting clients. */
    public void wake() {
        engine.tick();
        engine.look();
        resumeWaiting();
    }

    @Override
    public void durable(long lsn) {
        loop.execute(durable);
    }

    private void durable() {
        engine.durable(log.durableLsn());
    }

    @Override
    public void roomChanged() {
        loop.execute(this::resumeWaiting);
    }

    @Override
    public void synced(long nanos) {
        syncTimes.accept(nanos);
        LatencyMonitor latency = engine.statistics().latency();
        if (nanos >= latency.leastNanos()) {
            loop.execute(() -> latency.took(Event.AOF_FSYNC_ALWAYS, nanos));
        }
        if (engine.clients().blocked() > 0) { // the number may be old; a client that blocks later is looked at then
            loop.execute(engine::look);
        }
    }
}

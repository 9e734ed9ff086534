package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Host;
import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Peers;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Saving;
import dev.miniredis.command.Security;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.config.EventType;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.Access;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.KeyListener;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.keyspace.OpenValues;
import dev.miniredis.keyspace.PendingWrites;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Statistics;
import dev.miniredis.value.Value;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The engine: one thread that owns all the data. It runs requests and gives what they change to the log; {@link
 * #requiredLsn} tells which entry must be on disk before the reply may leave.
 *
 * <p>Every method is called by that one thread.
 */
public final class Engine implements Host {
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVICTION =
            "eviction".getBytes(StandardCharsets.US_ASCII); // the origin of these entries

    private final CommandTable commands;
    private final Info info = new Info();
    private final Tuning tuning = new Tuning();
    private final Parameters parameters = new Parameters(tuning);
    private final Statistics statistics;
    private final CommandTimes times;
    private final Clients clients = new Clients();
    private final Reply reply = new Reply();
    private final Gate gate = new Gate();
    private final PendingWrites pendingWrites = new PendingWrites();
    private final OpenValues openValues = new OpenValues();
    private final Session replaying = new Session(0, "log", "", 0, Outlet.NONE);
    private final BlockedKeys blockedKeys = new BlockedKeys(clients);
    private final KeyEvents events;
    private final UnitOfWork unit;
    private final CommandRunner runner;
    private final EntryReplay replay;
    private final RequestProcessor processor;
    private final EngineDebugging debugging;
    private final Databases databases;
    private final MemoryAccount account;
    private final Access access;
    private final Eviction eviction;
    private final Security security;
    private final Request deletion = new Request();
    private final RandomGenerator random;
    private final WriteLog log;
    private final Admission admission;
    private final Runnable shutdown;
    private final Environment environment = new Environment();
    private final EngineTime time;

    /**
     * @param databaseCount how many databases there are, Redis's {@code databases}
     * @param hashSeed secret to the process, see {@link Keyspace}
     * @param arrayHeaderBytes how many bytes this JVM puts before the elements of an array
     * @param heapLimitBytes how much of the heap the data may take, whatever {@code maxmemory} says
     * @param clocks those of the machine
     * @param shutdown begins the end of the server
     */
    public Engine(
            int databaseCount,
            long hashSeed,
            int arrayHeaderBytes,
            long heapLimitBytes,
            WriteLog log,
            Clocks clocks,
            Runnable shutdown) {
        this(AllCommands.table(), databaseCount, hashSeed, arrayHeaderBytes, heapLimitBytes, log, clocks, shutdown);
    }

    /** As without it, with other commands. */
    Engine(
            CommandTable commands,
            int databaseCount,
            long hashSeed,
            int arrayHeaderBytes,
            long heapLimitBytes,
            WriteLog log,
            Clocks clocks,
            Runnable shutdown) {
        this.commands = commands;
        this.log = log;
        this.shutdown = shutdown;
        unit = new UnitOfWork(log, pendingWrites);
        events = new KeyEvents(clients, blockedKeys, unit::currentLsn);
        debugging = new EngineDebugging(tuning.enableDebugCommand, replaying, hashSeed);
        time = new EngineTime(clocks);
        statistics = new Statistics(tuning, time::wallMillis, time::monotonicMillis);
        times = new CommandTimes(clocks, time, tuning, statistics);
        runner = new CommandRunner(this, reply, unit, openValues, time, times, clients, statistics);
        random = new SplittableRandom(hashSeed);
        account = new MemoryAccount(arrayHeaderBytes);
        access = new Access(random);
        replay = new EntryReplay(this, replaying, time, pendingWrites, openValues);
        access.tick(time.monotonicMillis());
        databases = new Databases(
                databaseCount,
                hashSeed,
                i -> new Keyspace(i, hashSeed, account, access, pendingWrites, openValues, events));
        account.started();
        eviction =
                new Eviction(databases.all(), account, clients.memory(), heapLimitBytes, tuning, random, this::evict);
        security = new Security(commands, tuning, new SecureRandom(), time);
        admission = new Admission(log, eviction, clients, security, commands, tuning);
        processor =
                new RequestProcessor(commands, admission, unit, runner, blockedKeys, databases, clients, time, reply);
        tuning.maxMemoryPolicy.listen(policy -> {
            access.keep(policy.access());
            eviction.forgetCandidates();
        });
        tuning.lfuLogFactor.listen(access::logFactor);
        tuning.lfuDecayTime.listen(access::decayMinutes);
        tuning.notifyKeyspaceEvents.listen(events::publish);
        pendingWrites.durable(Long.MAX_VALUE); // what is replayed comes from the disk
    }

    /** Reads the clocks, for the work that follows. Returns the monotonic time in nanoseconds. */
    public long tick() {
        long nanos = time.tick();
        access.tick(time.monotonicMillis());
        return nanos;
    }

    /** Begins a turn of requests. Returns the monotonic time in nanoseconds. */
    public long beginTurn() {
        long nanos = tick();
        times.beginTurn(nanos);
        return nanos;
    }

    @Override
    public EngineTime time() {
        return time;
    }

    /** The engine's time, in milliseconds since 1970; it never goes back. */
    public long now() {
        return time.millis();
    }

    /**
     * Runs an entry of the log again, at its own time.
     *
     * @throws CommandError it cannot be run; it was written by another version
     */
    public void replay(LogEntry replayed) {
        replay.run(replayed);
    }

    /** Registers a listener for all changes of keys, those at replay included. */
    public void listen(KeyListener listener) {
        events.listen(listener);
    }

    /** Removes all data before a replay, without an entry in the log. All entries must be durable. */
    public void beginReload() {
        pendingWrites.durable(log.durableLsn());
        pendingWrites.begin(0);
        events.silence();
        for (Keyspace database : databases.all()) {
            database.clear();
        }
    }

    /** Ends a replay after {@link #beginReload}: nothing of it is to be logged. */
    public void endReload() {
        begin();
        unit.changesAreLogged();
        events.loaded();
    }

    /** Ends recovery: from now on changes are logged and events published. */
    public void loaded() {
        pendingWrites.durable(log.durableLsn());
        admission.loaded();
        events.loaded();
    }

    public boolean isLoading() {
        return admission.isLoading();
    }

    /**
     * Runs a request; its reply is added to {@link #reply()}.
     *
     * @return false when it has to wait for room in the log; nothing has happened then
     */
    public boolean execute(Session session, Request request) {
        return processor.execute(session, request);
    }

    @Override
    public long lsnVisibleTo(Session session) {
        return Math.max(unit.shownLsn(), Math.max(session.lastWriteLsn(), unit.changeLsn()));
    }

    @Override
    public void run(Session session, Request request) {
        Command command = commands.commandOf(request);
        String denial = security.explainQueued(command, request, session, time.monotonicMillis());
        if (denial == null) {
            runner.run(session, request, command);
        } else {
            runner.error(denial);
        }
    }

    @Override
    public void block(
            Session session,
            Request request,
            int database,
            List<ByteString> keys,
            Class<? extends Value> type,
            long deadlineMillis,
            Consumer<Reply> timeOut) {
        blockedKeys.block(session, request, database, keys, type, deadlineMillis, timeOut);
    }

    private void begin() {
        unit.begin(isLoading());
    }

    /** Evicts a key. Its deletion is logged: a crash must not bring back a key that a client has seen gone. */
    private WriteLog.Room evict(int database, Entry evicted) {
        byte[] key = evicted.keyBytes();
        int offset = evicted.keyOffset();
        int length = evicted.keyLength();
        deletion.clear();
        deletion.add(DEL, 0, DEL.length);
        deletion.add(key, offset, length);
        WriteLog.Room room = log.roomFor(LineWriter.bound(EVICTION, deletion));
        if (room == WriteLog.Room.YES) {
            begin();
            unit.beginEntry(now(), EVICTION, database);
            Keyspace keyspace = databases.get(database);
            keyspace.remove(keyspace.hash(key, offset, length), key, offset, length);
            unit.add(deletion);
            unit.commit();
            events.event(EventType.EVICTED, "evicted", database, key, offset, length);
        }
        return room;
    }

    /**
     * Evicts some more keys if memory is short.
     *
     * @return whether there is more to do
     */
    public boolean evictSome() {
        if (isLoading() || !eviction.isOver()) {
            return false;
        }
        boolean behind = eviction.makeRoom() == Eviction.Outcome.BEHIND;
        log.submit();
        return behind;
    }

    /** The lsn that must be durable before the reply of the last request may leave; 0 when it need not wait. */
    public long requiredLsn() {
        return processor.requiredLsn();
    }

    /** Ends a turn: the appended entries go to the disk. */
    public void submit() {
        if (!clients.tracking().isEmpty()) {
            clients.limitTracking(tuning.trackingTableMaxKeys.value());
            clients.endTurn(log.nextLsn() - 1);
        }
        log.submit();
    }

    /** All entries up to this one are on disk: lets the output go that waited for them. */
    public void durable(long lsn) {
        pendingWrites.durable(lsn);
        gate.open(lsn);
        look();
    }

    /** Serves waiting clients, and ends waits whose time is over. */
    public void look() {
        clients.look(time.monotonicMillis());
        if (processor.hasReadyKeys()) { // they had to wait for the end of a pause, or for room in the log
            processor.serveBlocked();
            log.submit();
        }
    }

    /**
     * Removes what has expired from a database, as far as one step goes.
     *
     * @return how many steps make a round
     */
    public int expireSome(int database) {
        begin();
        return debugging.expiresActively() ? databases.get(database).expireSome(now()) : 0;
    }

    /** The buffer that replies are written to; the network takes them from it. */
    public Reply reply() {
        return reply;
    }

    public Gate gate() {
        return gate;
    }

    /** Replies to a request that breaks the protocol. */
    public void refuse(String protocolError) {
        runner.error("ERR Protocol error: " + protocolError);
    }

    @Override
    public CommandTable commands() {
        return commands;
    }

    @Override
    public int databases() {
        return databases.count();
    }

    public Databases data() {
        return databases;
    }

    @Override
    public Keyspace database(int index) {
        return databases.get(index);
    }

    @Override
    public Clients clients() {
        return clients;
    }

    /** What commands may ask of the server around the engine. */
    public Environment environment() {
        return environment;
    }

    @Override
    public LogProgress log() {
        return environment.log();
    }

    @Override
    public Peers peers() {
        return environment.peers();
    }

    @Override
    public Info info() {
        return info;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void event(EventType type, String name, int database, byte[] key, int offset, int length) {
        events.event(type, name, database, key, offset, length);
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void shutdown() {
        shutdown.run();
    }

    @Override
    public Security security() {
        return security;
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public Tuning tuning() {
        return tuning;
    }

    @Override
    public MemoryAccount memory() {
        return account;
    }

    @Override
    public ProcessMemory processMemory() {
        return environment.processMemory();
    }

    @Override
    public Saving saving() {
        return environment.saving();
    }

    @Override
    public EngineDebugging debugging() {
        return debugging;
    }

    /** Keeps the data below its limit. */
    public Eviction eviction() {
        return eviction;
    }

    public long keyspaceHits() {
        return runner.keyspaceHits();
    }

    public long keyspaceMisses() {
        return runner.keyspaceMisses();
    }

    public long processedCommands() {
        return processor.processedCommands();
    }

    /** How many keys clients wait for. */
    public int blockedKeys() {
        return blockedKeys.keys();
    }

    /** How many commands have changed data since the start. */
    public long changes() {
        return processor.changes();
    }
}

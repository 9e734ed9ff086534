package dev.miniredis.engine;

import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Host;
import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Peers;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Saving;
import dev.miniredis.command.Security;
import dev.miniredis.command.Trait.Rule;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.config.EventType;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.Access;
import dev.miniredis.keyspace.KeyListener;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.keyspace.PackedEntry;
import dev.miniredis.keyspace.PendingWrites;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.WriteLog;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import dev.miniredis.session.Session.ReplyMode;
import dev.miniredis.session.Tracking;
import dev.miniredis.session.Transaction;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Statistics;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The engine: one thread, all the data. A request is admitted, run, and what it changed is given to the log; {@link
 * #requiredLsn} then tells how far the log must have come before the reply may leave.
 *
 * <p>Every method is called by that one thread.
 */
public final class Engine implements Host {
    private static final System.Logger LOGGER = System.getLogger(Engine.class.getName());
    private static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVICTION = "eviction".getBytes(StandardCharsets.US_ASCII); // who deletes, in the log

    private final CommandTable commands = AllCommands.table();
    private final Info info = new Info();
    private final Tuning tuning = new Tuning();
    private final Parameters parameters = new Parameters(tuning);
    private final Statistics statistics;
    private final CommandTimes times;
    private final Clients clients = new Clients();
    private final Reply reply = new Reply();
    private final Call call = new Call(this, reply);
    private final Call queuedCall = new Call(this, reply, true);
    private final LogEntry entry = new LogEntry();
    private final Gate gate = new Gate();
    private final PendingWrites pendingWrites = new PendingWrites();
    private final Session replaying = new Session(0, "log", "", 0, Outlet.NONE);
    private final KeyEvents events = new KeyEvents(clients, this::currentLsn);
    private final Call replay = new Call(this, new Reply());
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
    private long processedCommands;
    private long changes;
    private long loggedChanges; // of all units of work, those that are in the entry
    private int loggedDatabase; // that the next request of the entry works on
    private long moreNeeds; // of what follows the last reply

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
        this.log = log;
        this.shutdown = shutdown;
        debugging = new EngineDebugging(tuning.enableDebugCommand, replaying, hashSeed);
        time = new EngineTime(clocks);
        statistics = new Statistics(tuning, time::wallMillis, time::monotonicMillis);
        times = new CommandTimes(clocks, time, tuning, statistics);
        random = new SplittableRandom(hashSeed);
        account = new MemoryAccount(arrayHeaderBytes);
        access = new Access(random);
        access.tick(time.monotonicMillis());
        databases = new Databases(
                databaseCount, hashSeed, i -> new Keyspace(i, hashSeed, account, access, pendingWrites, events));
        account.started();
        eviction =
                new Eviction(databases.all(), account, clients.memory(), heapLimitBytes, tuning, random, this::evict);
        security = new Security(commands, tuning, new SecureRandom(), time);
        admission = new Admission(log, eviction, clients, security, commands, tuning);
        tuning.maxMemoryPolicy.listen(policy -> {
            access.keep(policy.access());
            eviction.forgetCandidates();
        });
        tuning.lfuLogFactor.listen(access::logFactor);
        tuning.lfuDecayTime.listen(access::decayMinutes);
        tuning.notifyKeyspaceEvents.listen(events::publish);
        pendingWrites.durable(Long.MAX_VALUE); // what is replayed comes from the disk
        EngineInfo.addTo(info, this);
    }

    /** Looks at the clocks: what happens from now on, happens at the time that they tell. Returns the monotonic one's. */
    public long tick() {
        long nanos = time.tick();
        access.tick(time.monotonicMillis());
        return nanos;
    }

    /** A turn of requests begins; returns when, by the monotonic clock. */
    public long beginTurn() {
        long nanos = tick();
        times.beginTurn(nanos);
        return nanos;
    }

    @Override
    public EngineTime time() {
        return time;
    }

    /** The time of what is happening now, in milliseconds since 1970; it never goes back. */
    public long now() {
        return time.millis();
    }

    /**
     * Runs an entry of the log again, at its own time.
     *
     * @throws CommandError it cannot be run; it was written by another version
     */
    public void replay(LogEntry replayed) {
        time.advance(replayed.atMillis());
        pendingWrites.begin(replayed.lsn());
        if (replayed.database() >= databases.count()) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        replaying.database(replayed.database());
        for (Request request : replayed.commands()) {
            replay.reply.clear();
            Command command = commands.commandOf(request);
            try {
                replay.begin(command, request, replaying, replayed.atMillis(), 0);
                command.run(replay);
            } catch (CommandError e) {
                throw e;
            } catch (RuntimeException e) { // as when it was logged: it has changed the same
                Notice.BUG_IN_REPLAYED_COMMAND.tell(LOGGER, e, replayed.lsn());
            }
        }
        replay.reply.clear();
    }

    /** Has somebody told of all changes of keys. */
    public void listen(KeyListener listener) {
        events.listen(listener);
    }

    /** Removes all data, for what will be replayed, without a trace in the log. All that is in the log must be durable. */
    public void beginReload() {
        pendingWrites.durable(log.durableLsn());
        pendingWrites.begin(0);
        events.silence();
        for (Keyspace database : databases.all()) {
            database.clear();
        }
    }

    /** What was forgotten is replayed: as far as the log is concerned, nothing has changed. */
    public void endReload() {
        begin();
        loggedChanges = pendingWrites.changes();
        events.loaded();
    }

    /** Recovery is over: what is changed from now on is changed for the first time. */
    public void loaded() {
        pendingWrites.durable(log.durableLsn());
        admission.loaded();
        events.loaded();
    }

    /** The lsn that must be durable before what the unit of work has done until now may be seen. */
    private long currentLsn() {
        return pendingWrites.hasChanged() ? log.nextLsn() : log.nextLsn() - 1;
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
        int mark = reply.mark();
        reply.protocol(session.protocol());
        begin();
        clients.serve(session);
        Command command = null;
        try {
            command = commands.commandOf(request);
            if (admission.check(command, request, session, time.monotonicMillis()) == Admission.Verdict.WAIT) {
                clients.postpone(session);
                return false;
            }
        } catch (CommandError | OutOfMemoryError e) { // the latter for its log entry
            OutOfMemory.endUnlessRoom(e);
            CommandError error = e instanceof CommandError itsOwn ? itsOwn : CommandError.OUT_OF_MEMORY;
            refuse(session, request, commands.named(request), error);
            finish(session, command, mark);
            return true;
        }
        Transaction transaction = session.transaction();
        if (transaction != null && !command.is(Rule.NOT_QUEUED)) {
            session.queue(request, command.isWrite(), command.mayTakeMemory());
            reply.simple("QUEUED");
        } else {
            begin(); // again: what was evicted has been logged
            session.running(command.name(), time.monotonicMillis());
            runUnit(session, request, command, mark);
            processedCommands++;
        }
        finish(session, command, mark);
        return true;
    }

    @Override
    public long lsnVisibleTo(Session session) {
        return Math.max(
                pendingWrites.shown(), Math.max(session.lastWriteLsn(), pendingWrites.hasChanged() ? currentLsn() : 0));
    }

    /** Runs a request and logs what has changed, all in one entry. */
    private void runUnit(Session session, Request request, Command command, int mark) {
        loggedChanges = pendingWrites.changes();
        loggedDatabase = session.database();
        entry.reset(now(), session.origin(), loggedDatabase);
        run(call, session, request, command, mark);
        if (!entry.commands().isEmpty()) {
            changes++;
            session.lastWriteLsn(log.append(entry));
        }
    }

    @Override
    public void runQueued(Session session, List<Request> requests) {
        reply.array(requests.size());
        for (Request request : requests) {
            reply.protocol(session.protocol());
            Command command = commands.commandOf(request);
            String denial = security.explainQueued(command, request, session, time.monotonicMillis());
            if (denial == null) {
                session.running(command.name(), time.monotonicMillis());
                run(queuedCall, session, request, command, reply.mark());
            } else {
                error(denial);
            }
        }
    }

    /** What the request has caused besides its reply. */
    private void finish(Session session, Command command, int mark) {
        if (session.replyMode() != ReplyMode.ON) {
            if (command == null || !command.is(Rule.REPLIES_BY_PUSH)) { // what is pushed to it, the client gets
                reply.rewind(mark);
            }
            session.replyWithheld();
        }
        moreNeeds = clients.hasMore() ? clients.addMore(reply) : 0;
        clients.served();
    }

    private void begin() {
        pendingWrites.begin(isLoading() ? 0 : log.nextLsn());
    }

    /** Removes a key for want of memory; a crash must not bring it back after somebody has seen it gone. */
    private WriteLog.Room evict(int database, byte[] evicted) {
        int offset = PackedEntry.keyOffset(evicted);
        int length = PackedEntry.keyLength(evicted);
        deletion.clear();
        deletion.add(DEL, 0, DEL.length);
        deletion.add(evicted, offset, length);
        WriteLog.Room room = log.roomFor(LineWriter.bound(EVICTION, deletion));
        if (room == WriteLog.Room.YES) {
            begin();
            Keyspace keyspace = databases.get(database);
            keyspace.remove(keyspace.hash(evicted, offset, length), evicted, offset, length);
            log.append(entry.reset(now(), EVICTION, database).add(deletion));
            events.event(EventType.EVICTED, "evicted", database, evicted, offset, length);
        }
        return room;
    }

    /**
     * Goes on with evicting keys where memory is short.
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

    private void refuse(Session session, Request request, Command command, CommandError e) {
        if (command != null) {
            command.countRefusal();
        } else if (CrossProtocol.isHttp(request)) {
            CrossProtocol.cutOff(session);
            return;
        }
        if (command != null && command.is(Rule.EXECUTES)) {
            session.transaction(null);
            clients.watches().unwatch(session);
            error(e.ofTransaction());
            return;
        }
        if (session.transaction() != null) {
            session.transaction().refuse();
        }
        error(e.getMessage());
    }

    private void error(String message) {
        statistics.errors().count(message);
        reply.error(message);
    }

    private void run(Call thisCall, Session session, Request request, Command command, int mark) {
        long began = times.mark();
        try {
            thisCall.begin(command, request, session, now(), time.behindMillis());
            command.run(thisCall);
        } catch (CommandError e) {
            fail(command, mark, e);
        } catch (OutOfMemoryError e) {
            OutOfMemory.endUnlessRoom(e);
            Notice.MEMORY_EXHAUSTED.tell(LOGGER, command.name(), e.getMessage());
            fail(command, mark, CommandError.OUT_OF_MEMORY);
        } catch (RuntimeException e) { // our bug; what it has changed is logged and will change the same again
            Notice.BUG_IN_COMMAND.tell(LOGGER, e, command.name());
            fail(command, mark, CommandError.INTERNAL);
        }
        times.ended(began, command, request, session);
        if (pendingWrites.changes() != loggedChanges) {
            addToEntry(thisCall, command);
        }
        Tracking tracking = session.tracking();
        if (tracking != null) {
            remember(session, tracking, request, command);
        }
        if (clients.hasMonitors() && command.isShownToMonitors()) {
            clients.showMonitors(MonitorLine.of(session, command, request, time.wallMicros()), currentLsn());
        }
    }

    private void addToEntry(Call thisCall, Command command) {
        loggedChanges = pendingWrites.changes();
        if (thisCall.database() != loggedDatabase) {
            loggedDatabase = thisCall.database();
            entry.add(Request.of(SELECT, Integer.toString(loggedDatabase).getBytes(StandardCharsets.US_ASCII)));
        }
        Request logged = thisCall.logged();
        if (logged == thisCall.request()) {
            logged.arg(command.nameIndex()).wrap(command.upperName(), 0, command.upperName().length);
        }
        entry.add(logged);
    }

    /** As Redis's {@code trackingRememberKeys}. */
    private void remember(Session session, Tracking tracking, Request request, Command command) {
        if (command.isRead() && tracking.remembersReads()) {
            command.forEachKey(request, (index, flags) -> clients.remember(session, ByteString.of(request.arg(index))));
        }
        if (session.transaction() == null) {
            tracking.commandRan();
        }
    }

    private void fail(Command command, int mark, CommandError e) {
        command.countFailure();
        reply.rewind(mark);
        error(e.getMessage());
    }

    /** The lsn that must be durable before the reply of the last request may leave; 0 when it shows only what is. */
    public long requiredLsn() {
        return Math.max(pendingWrites.shown(), moreNeeds);
    }

    /** The end of a turn: what was appended goes to the disk. */
    public void submit() {
        if (!clients.tracking().isEmpty()) {
            clients.limitTracking(tuning.trackingTableMaxKeys.value());
            clients.endTurn(log.nextLsn() - 1);
        }
        log.submit();
    }

    /** The log has come so far: settles what was changed, and lets output go. */
    public void durable(long lsn) {
        pendingWrites.durable(lsn);
        gate.open(lsn);
        look();
    }

    /** Looks whether clients have what they wait for, or have waited long enough. */
    public void look() {
        clients.look(time.monotonicMillis());
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

    /** Where replies are written; whoever sends them takes them out. */
    public Reply reply() {
        return reply;
    }

    public Gate gate() {
        return gate;
    }

    /** Answers a request that could not even be read. */
    public void refuse(String protocolError) {
        error("ERR Protocol error: " + protocolError);
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

    /** What of the server around it commands may ask. */
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

    /** Who keeps the data below its limit. */
    public Eviction eviction() {
        return eviction;
    }

    public long keyspaceHits() {
        return call.hits() + queuedCall.hits();
    }

    public long keyspaceMisses() {
        return call.misses() + queuedCall.misses();
    }

    public long processedCommands() {
        return processedCommands;
    }

    /** How many commands have changed data since the start. */
    public long changes() {
        return changes;
    }
}

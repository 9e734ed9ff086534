package dev.miniredis.net;

import dev.miniredis.config.OutputLimits;
import dev.miniredis.config.OutputLimits.ClientClass;
import dev.miniredis.config.OutputLimits.Limit;
import dev.miniredis.config.Parameter;
import dev.miniredis.engine.Engine;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import dev.miniredis.resp.RequestLimits;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Session;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The limits of clients: their number, how long they may be idle, how many bytes of a request and of replies are kept for
 * one of them, and (which Redis does not have) for all of them together. A client beyond a limit is disconnected and
 * counted.
 *
 * <p>The last limit is there because output is in direct memory, which is limited too: without it every client fails, not
 * only the one with the most output. So that one is disconnected before.
 */
public final class ClientLimits {
    private static final System.Logger LOGGER = System.getLogger(ClientLimits.class.getName());
    /** Files that the server itself opens later: segments and bases of its log, connections of health checks. */
    private static final int RESERVED_FILES = 48;
    /** How many calls of {@link #look} look at every client once. */
    private static final int LOOKS_A_ROUND = 10;

    /** The output of all is counted again when so much of its bound has come to it, so it may pass that by as much. */
    private static final int OUTPUT_COUNTS = 16;

    /** How long a client may leave unread what it is owed after its last request, and the end of its connection. */
    private static final int ENDING_SECONDS = 60;

    /**
     * How much output a client may leave unread before it has logged in, Redis's
     * REPLY_BUFFER_SIZE_UNAUTHENTICATED_CLIENT.
     */
    private static final Limit STRANGER = new Limit(1024, 0, 0);

    /** Why a client was cut off. */
    public enum Reason {
        OUTPUT("output-buffer-limit"),
        ALL_OUTPUT("output-of-all-clients"),
        MEMORY("memory-of-all-clients"),
        REQUEST("query-buffer-limit"),
        IDLE("timeout");

        private final String tag;

        Reason(String tag) {
            this.tag = tag;
        }

        @Override
        public String toString() {
            return tag;
        }
    }

    private final Engine engine;
    private final ClientMemory memory;
    private final long maxOutputBytes;
    private final RequestLimits requests = new RequestLimits();
    private final Connections connections = new Connections();
    private final Set<Connection> ending = new LinkedHashSet<>(); // of these, the longest first
    private final PeakBuffers peaks = new PeakBuffers();
    private final long[] cutOffs = new long[Reason.values().length];
    private OutputLimits outputLimits;
    private long countedOutput; // of all clients, when it was counted
    private long outputSince; // what came to it since; what left is not known
    private long rejections;

    public ClientLimits(Engine engine) {
        this(engine, PlatformDependent.maxDirectMemory() / 2);
    }

    /** @param maxOutputBytes what may wait for all clients together */
    public ClientLimits(Engine engine, long maxOutputBytes) {
        this.engine = engine;
        this.memory = engine.clients().memory();
        this.maxOutputBytes = maxOutputBytes;
        engine.tuning().protoMaxBulkLen.listen(requests::bulkBytes);
        engine.tuning().clientQueryBufferLimit.listen(requests::requestBytes);
        engine.tuning().clientOutputBufferLimit.listen(limits -> outputLimits = limits);
    }

    /**
     * Promises no more clients than there are files for, besides those that the server has open now that it has begun.
     * As Redis's {@code adjustOpenFilesLimit}, with its words.
     *
     * @param maxFiles how many the process may have open
     * @throws StartupFailure there is none for a single client
     */
    public void limitClients(long openFiles, long maxFiles) {
        long ownFiles = openFiles + RESERVED_FILES;
        if (maxFiles <= ownFiles) {
            throw new StartupFailure(
                    "Your current 'ulimit -n' of " + maxFiles
                            + " is not enough for the server to start. Please increase"
                            + " your open file limit to at least " + (ownFiles + 1) + ".",
                    null);
        }
        Parameter<Integer> maxClients = engine.tuning().maxClients;
        int possible = (int) Math.min(maxFiles - ownFiles, Integer.MAX_VALUE);
        int wanted = maxClients.value();
        if (wanted > possible) {
            maxClients.set(Integer.toString(possible));
            Notice.SERVER_MAX_CLIENTS_REDUCED.tell(LOGGER, wanted, wanted + ownFiles, maxFiles, possible);
        }
        maxClients.check(value -> {
            if (value > possible && value > maxClients.value()) {
                throw new IllegalArgumentException("The operating system is not able to handle the specified number"
                        + " of clients, try with " + possible);
            }
        });
    }

    /** The largest buffer of a request in the last seconds, as Redis's {@code client_recent_max_input_buffer}. */
    public long recentMaxInputBytes() {
        return peaks.input(nowSeconds());
    }

    /** The most that waited for a client in the last seconds, as Redis's {@code client_recent_max_output_buffer}. */
    public long recentMaxOutputBytes() {
        return peaks.output(nowSeconds());
    }

    /** The limits of requests. */
    RequestLimits requests() {
        return requests;
    }

    /** The connections that these limits are for. */
    Connections connections() {
        return connections;
    }

    /** No more requests of this connection are read: it only waits for its end. */
    void ending(Connection connection) {
        ending.add(connection);
    }

    /** This connection is closed. */
    void ended(Connection connection) {
        connections.remove(connection);
        ending.remove(connection);
    }

    /**
     * Whether one more client is one too many; counts it then. A connection that only waits for its end makes room: its
     * client may be gone, and have come back as the new one.
     *
     * @param becoming how many are about to be clients
     */
    boolean rejects(int becoming) {
        if (connections.size() + becoming < engine.tuning().maxClients.value()) {
            return false;
        }
        if (!ending.isEmpty()) {
            Connection longest = ending.iterator().next();
            ending.remove(longest);
            longest.cutOff();
            return false;
        }
        rejections++;
        return true;
    }

    /** Counts a client that was turned away for another reason. */
    void countRejection() {
        rejections++;
    }

    public long rejections() {
        return rejections;
    }

    /** How many clients were cut off for this. */
    public long cutOffs(Reason reason) {
        return cutOffs[reason.ordinal()];
    }

    /** Seconds between the probes of a new connection; 0 for none. */
    int keepAliveSeconds() {
        return engine.tuning().tcpKeepAlive.value();
    }

    private long nowSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(engine.time().monotonicMillis());
    }

    /** Subscribers have other limits, as with Redis's {@code getClientType}. */
    private Limit limitOf(Connection connection) {
        Session session = connection.session();
        if (!session.wasAuthenticated() && engine.security().needsLogin(session)) {
            return STRANGER;
        }
        ClientClass normal = session.isSubscribed() ? ClientClass.PUBSUB : ClientClass.NORMAL;
        return outputLimits.of(session.isMonitoring() ? ClientClass.SLAVE : normal);
    }

    /**
     * Asks whether more output may be kept for a client.
     *
     * @return false when it was cut off instead
     */
    boolean mayKeep(Connection connection, int bytes) {
        connection.output().want(bytes);
        if (connection.output().isTooMuch(limitOf(connection), nowSeconds())) {
            cutOff(connection, Reason.OUTPUT, Notice.CLIENT_OUTPUT_LIMIT);
        }
        outputSince += bytes;
        if (countedOutput + outputSince > maxOutputBytes && outputSince > maxOutputBytes / OUTPUT_COUNTS) {
            relieve();
        }
        connection.output().want(0);
        return !connection.session().isAborted();
    }

    /** Counts what all clients have, and cuts off those with most until it is no longer too much. */
    private void relieve() {
        Connection largest = countOutput();
        while (countedOutput > maxOutputBytes) {
            cutOff(largest, Reason.ALL_OUTPUT, Notice.CLIENT_ALL_OUTPUT_LIMIT, maxOutputBytes);
            largest = countOutput();
        }
    }

    /** @return the client that has most */
    private Connection countOutput() {
        countedOutput = 0;
        outputSince = 0;
        Connection largest = null;
        long most = 0;
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            if (!connection.session().isAborted()) {
                long bytes = connection.output().bytes();
                countedOutput += bytes;
                if (bytes > most) {
                    most = bytes;
                    largest = connection;
                }
            }
        }
        return largest;
    }

    /**
     * Asks whether a client's buffer may take so much more of the heap.
     *
     * @return false when it was cut off instead
     */
    boolean mayGrow(Connection connection, long bytes) {
        if (bytes > 0) {
            connection.session().hold(bytes); // until it has grown
            checkMemory();
            connection.session().hold(-bytes);
        }
        return !connection.session().isAborted();
    }

    /** After every request and every turn, so that it costs nothing where nothing has grown. */
    void checkMemory() {
        if (memory.hasGrown()) {
            relieveMemory();
        }
    }

    /** If clients make the server keep more than it may, cuts off the largest until they do not. */
    private void relieveMemory() {
        if (!memory.isOver()) {
            return;
        }
        for (int i = 0; i < connections.size(); i++) { // what clients have taken meanwhile is not known yet
            connections.get(i).countBuffers();
        }
        boolean found = true;
        while (found && memory.isOver()) {
            found = evictLargest(false);
        }
        found = true;
        while (found && memory.isOverHeap()) { // better than the end of the whole server
            found = evictLargest(true);
        }
    }

    /**
     * Cuts off one client.
     *
     * @param protectedToo whether it may be one with {@code CLIENT NO-EVICT}
     * @return false when there is none
     */
    private boolean evictLargest(boolean protectedToo) {
        Connection largest = null;
        long most = 0;
        for (int i = 0; i < connections.size(); i++) {
            Session session = connections.get(i).session();
            boolean mayGo = !session.isAborted() && (protectedToo || !session.isNoEvict());
            if (mayGo && session.countedBytes() > most) {
                most = session.countedBytes();
                largest = connections.get(i);
            }
        }
        if (largest == null) {
            return false;
        }
        cutOff(largest, Reason.MEMORY, Notice.CLIENT_EVICTED);
        engine.clients().release(largest.session());
        return true;
    }

    /** A client has sent a request that is too long. */
    void tooLongRequest(Connection connection) {
        cutOff(connection, Reason.REQUEST, Notice.CLIENT_QUERY_LIMIT);
    }

    /** Looks at some of the clients: about ten times a second, so at each about once. */
    void look() {
        int count = (connections.size() + LOOKS_A_ROUND - 1) / LOOKS_A_ROUND;
        for (int i = 0; i < count && connections.size() > 0; i++) {
            look(connections.next());
        }
        relieveMemory(); // also where others leave less to them, or a parameter was set
        engine.memory().besides(memory.totalBytes());
    }

    private void look(Connection connection) {
        ClientOutput output = connection.output();
        if (connection.session().isAborted()) {
            return;
        }
        connection.countBuffers();
        if (output.hasMoved()) {
            connection.session().traffic(engine.time().monotonicMillis());
        }
        peaks.note(nowSeconds(), connection.inputBytes(), ClientOutput.limited(output.bytes()));
        if (output.isTooMuch(limitOf(connection), nowSeconds())) {
            cutOff(connection, Reason.OUTPUT, Notice.CLIENT_OUTPUT_LIMIT_LATER);
            return;
        }
        int timeout = timeoutOf(connection);
        if (timeout > 0
                && connection.session().idleSeconds(engine.time().monotonicMillis()) > timeout
                && !connection.isHeldUp()) {
            count(Reason.IDLE);
            Notice.CLIENT_IDLE.tell(
                    LOGGER, connection.session().describe(engine.time().monotonicMillis()));
            connection.cutOff();
        }
    }

    /** After how many seconds of silence a client is cut off; 0 for never. */
    private int timeoutOf(Connection connection) {
        int timeout = engine.tuning().timeout.value();
        if (!connection.isEnding()) {
            return timeout;
        }
        return timeout == 0 ? ENDING_SECONDS : Math.min(timeout, ENDING_SECONDS);
    }

    /** @param figures of the notice, besides the client */
    private void cutOff(Connection connection, Reason reason, Notice notice, Object... figures) {
        count(reason);
        List<Object> values = new ArrayList<>(List.of(figures));
        values.addFirst(connection.session().describe(engine.time().monotonicMillis()));
        notice.tell(LOGGER, values.toArray());
        connection.cutOff();
    }

    private void count(Reason reason) {
        cutOffs[reason.ordinal()]++;
    }
}

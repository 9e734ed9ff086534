package dev.miniredis.session;

import dev.miniredis.acl.User;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Channels.ChannelType;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One client: its name, database, protocol version, transaction, subscriptions. Used by the engine's thread only.
 *
 * <p>What most clients never have is made when they first ask for it: there may be many of them.
 */
public final class Session {
    /**
     * What waits in the buffers of a client's connection, as {@code CLIENT LIST} shows it.
     *
     * @param argumentBytes what is known of the arguments of a request that is not complete
     * @param outputs how many pieces of output wait
     * @param freeOutputBytes the part of them that does not count for the limit, see {@link #limitedOutputBytes}
     * @param limitedOutputBytes the part that does
     */
    public record Traffic(
            int queryBytes,
            int queryFreeBytes,
            long argumentBytes,
            int outputs,
            int freeOutputBytes,
            long limitedOutputBytes) {
        public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

        /** What all buffers of the connection take. */
        public long allBytes() {
            return queryBytes + queryFreeBytes + argumentBytes + outputBytes();
        }

        private long outputBytes() {
            return freeOutputBytes + limitedOutputBytes + (long) outputs * ClientMemory.OUTPUT_BYTES;
        }
    }

    /** Whether a client gets the replies of its requests, as {@code CLIENT REPLY} says. */
    public enum ReplyMode {
        ON,
        OFF,
        /** Not that of this request, but that of the next one. */
        SKIP_THIS,
        /** Not that of the next request. */
        SKIP_NEXT
    }

    private final long id;
    private final String address;
    private final String localAddress;
    private final long createdMillis;
    private Outlet outlet;
    private ClientMemory memory; // null for one that is not counted
    private long stateBytes = ClientMemory.SESSION_BYTES;
    private long bufferBytes;
    private long outputBytes;

    private User user = User.NOBODY;
    private byte[] origin;
    private boolean authenticated;
    private boolean everAuthenticated;

    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private int database;
    private int protocol = 2;
    private long lastTrafficMillis;
    private String lastCommand = "NULL";
    private boolean closing;
    private boolean aborted;
    private Transaction transaction;
    private Set<Watches.Key> watched = Set.of();
    private boolean watchedChanged;
    private Map<ChannelType, Set<ByteString>> subscriptions = Map.of();
    private Tracking tracking;
    private ReplyMode replyMode = ReplyMode.ON;
    private boolean monitoring;
    private boolean noEvict;
    private boolean noTouch;
    private Blocked blocked;
    private boolean unblocked;
    private boolean postponed;
    private long lastWriteLsn;

    /**
     * @param address the client's end of the connection, {@code host:port}
     * @param nowMillis by the monotonic clock, as all times here
     */
    public Session(long id, String address, String localAddress, long nowMillis, Outlet outlet) {
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
        this.createdMillis = nowMillis;
        this.lastTrafficMillis = nowMillis;
        this.origin = ByteText.bytes("@" + address);
        this.outlet = outlet;
    }

    public long id() {
        return id;
    }

    /** Begins to count what the client makes the server keep. */
    void countIn(ClientMemory newMemory) {
        memory = newMemory;
        memory.addSession(stateBytes);
    }

    /** The client is gone: what it has made the server keep is free again. */
    void countOut() {
        if (memory != null) {
            memory.addSession(-stateBytes - bufferBytes);
            memory.addOutput(-outputBytes);
            memory = null;
        }
    }

    /** The server keeps so many bytes more for the client, or less. */
    public void hold(long more) {
        stateBytes += more;
        if (memory != null) {
            memory.addSession(more);
        }
    }

    /**
     * Says what the buffers of the connection take now.
     *
     * @param newBufferBytes of the heap
     * @param newOutputBytes outside of it
     */
    public void buffers(long newBufferBytes, long newOutputBytes) {
        if (memory != null && (newBufferBytes != bufferBytes || newOutputBytes != outputBytes)) {
            memory.addSession(newBufferBytes - bufferBytes);
            memory.addOutput(newOutputBytes - outputBytes);
            bufferBytes = newBufferBytes;
            outputBytes = newOutputBytes;
        }
    }

    /** What the client makes the server keep in the heap. */
    public long heldBytes() {
        return stateBytes + bufferBytes;
    }

    /** That, and what waits to be sent: by this the largest client is chosen. */
    public long countedBytes() {
        return heldBytes() + outputBytes;
    }

    /** The origin of the client's changes in the log: {@code user@host:port}. */
    public byte[] origin() {
        return origin;
    }

    /** The user that the client is logged in as. */
    public User user() {
        return user;
    }

    /** Whether the client has logged in, or need not. */
    public boolean isAuthenticated() {
        return authenticated;
    }

    /** Whether it ever was. */
    public boolean wasAuthenticated() {
        return everAuthenticated;
    }

    /** Logs the client in as a user. */
    public void user(User newUser, boolean isAuthenticated) {
        if (user != newUser) {
            user = newUser;
            origin = ByteText.bytes(newUser.name() + "@" + address);
        }
        authenticated = isAuthenticated;
        everAuthenticated |= isAuthenticated;
    }

    public String name() {
        return name;
    }

    public void name(String newName) {
        hold(newName.length() - name.length());
        name = newName;
    }

    public void libraryName(String newName) {
        hold(newName.length() - libraryName.length());
        libraryName = newName;
    }

    public void libraryVersion(String newVersion) {
        hold(newVersion.length() - libraryVersion.length());
        libraryVersion = newVersion;
    }

    /** The client's end of the connection, {@code host:port}. */
    public String address() {
        return address;
    }

    /** The server's end of the connection, {@code host:port}. */
    public String localAddress() {
        return localAddress;
    }

    /** Where output goes that is no reply of the request under way. */
    public Outlet outlet() {
        return outlet;
    }

    /** The connection is closed, and must not be kept in memory by those that still have the session. */
    public void disconnected() {
        outlet = Outlet.NONE;
    }

    /** The requests queued since {@code MULTI}; null outside of a transaction. */
    public Transaction transaction() {
        return transaction;
    }

    /** Begins a transaction, or with null ends it. */
    public void transaction(Transaction newTransaction) {
        hold((newTransaction == null ? 0 : newTransaction.heldBytes())
                - (transaction == null ? 0 : transaction.heldBytes()));
        transaction = newTransaction;
    }

    /** Adds a request to the transaction, see {@link Transaction#queue}. */
    public void queue(Request request, boolean isWrite, boolean mayTakeMemory) {
        long before = transaction.heldBytes();
        transaction.queue(request, isWrite, mayTakeMemory);
        hold(transaction.heldBytes() - before);
    }

    /** The keys that {@link Watches} knows of this client. */
    public Set<Watches.Key> watched() {
        if (watched.isEmpty()) {
            watched = new LinkedHashSet<>(2);
        }
        return watched;
    }

    boolean isWatching() {
        return !watched.isEmpty();
    }

    /** Gives back the table too, which may be large. */
    void forgetWatched() {
        watched = Set.of();
    }

    /** Whether one of the watched keys has changed since it is watched. */
    public boolean hasWatchedChanged() {
        return watchedChanged;
    }

    void watchedChanged(boolean changed) {
        watchedChanged = changed;
    }

    /** What {@link Channels} knows of this client. */
    public Set<ByteString> subscriptions(ChannelType kind) {
        if (subscriptions.isEmpty()) {
            subscriptions = new EnumMap<>(ChannelType.class);
        }
        return subscriptions.computeIfAbsent(kind, unused -> new LinkedHashSet<>(2));
    }

    void forgetSubscriptions(ChannelType kind) {
        if (!subscriptions.isEmpty()) {
            subscriptions.remove(kind);
        }
    }

    /** To how many channels or patterns the client has subscribed. */
    public int subscriptionCount(ChannelType kind) {
        Set<ByteString> names = subscriptions.get(kind);
        return names == null ? 0 : names.size();
    }

    /** Whether the client has subscribed to anything. */
    public boolean isSubscribed() {
        if (subscriptions.isEmpty()) { // the usual case, without the object that a loop makes
            return false;
        }
        for (Set<ByteString> names : subscriptions.values()) {
            if (!names.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** How the client is told of changes of keys; null where it is not. */
    public Tracking tracking() {
        return tracking;
    }

    void tracking(Tracking newTracking) {
        tracking = newTracking;
    }

    /** Whether there are commands that this client may not use for now: it only listens. */
    public boolean isRestricted() {
        return monitoring || isSubscribed();
    }

    public ReplyMode replyMode() {
        return replyMode;
    }

    public void replyMode(ReplyMode mode) {
        replyMode = mode;
    }

    /** A reply was not sent because of {@link #replyMode}. */
    public void replyWithheld() {
        switch (replyMode) {
            case SKIP_NEXT -> replyMode = ReplyMode.SKIP_THIS;
            case SKIP_THIS -> replyMode = ReplyMode.ON;
            case ON, OFF -> {}
        }
    }

    /** Whether the client sees what the others do. */
    public boolean isMonitoring() {
        return monitoring;
    }

    public void monitoring(boolean isMonitoring) {
        monitoring = isMonitoring;
    }

    /** Whether the client stays when clients take too much memory. */
    public boolean isNoEvict() {
        return noEvict;
    }

    public void noEvict(boolean isNoEvict) {
        noEvict = isNoEvict;
    }

    /** Whether what the client does with keys does not count as their use. */
    public boolean isNoTouch() {
        return noTouch;
    }

    public void noTouch(boolean isNoTouch) {
        noTouch = isNoTouch;
    }

    /** What the client waits for before its next request is run; null while it does not. */
    public Blocked blocked() {
        return blocked;
    }

    public void block(Blocked newBlocked) {
        blocked = newBlocked;
        hold(blocked.heldBytes());
    }

    /** Whether its next request waits for the end of a pause, or for room in the log. */
    boolean isPostponed() {
        return postponed;
    }

    void postponed(boolean isPostponed) {
        postponed = isPostponed;
    }

    /** It no longer waits. */
    public void unblock() {
        stopWaiting();
        unblocked = true;
    }

    /** Forgets what it waits for. */
    void stopWaiting() {
        if (blocked != null) {
            hold(-blocked.heldBytes());
            blocked.ended();
            blocked = null;
        }
    }

    /** The lsn of the last entry of the log that the client has caused. */
    public long lastWriteLsn() {
        return lastWriteLsn;
    }

    public void lastWriteLsn(long lsn) {
        lastWriteLsn = lsn;
    }

    /** What waits in the buffers of its connection. */
    public Traffic traffic() {
        return outlet.traffic();
    }

    public int database() {
        return database;
    }

    public void database(int index) {
        database = index;
    }

    /** The version of RESP that replies are written in: 2 or 3. */
    public int protocol() {
        return protocol;
    }

    public void protocol(int version) {
        protocol = version;
    }

    /** Whether the connection closes once its replies have left. */
    public boolean isClosing() {
        return closing;
    }

    public void close() {
        closing = true;
    }

    /** Whether the connection closes at once, and what was not sent is dropped. */
    public boolean isAborted() {
        return aborted;
    }

    public void abort() {
        closing = true;
        aborted = true;
    }

    /** Closes the client's connection; a client that kills itself still gets the reply. */
    public void kill(boolean byItself) {
        if (byItself) {
            close();
        } else {
            abort();
            outlet.resume();
        }
    }

    /** Notes that a command is about to run. */
    public void running(String command, long nowMillis) {
        if (!command.equals(lastCommand)) {
            lastCommand = command;
        }
        lastTrafficMillis = nowMillis;
    }

    /** Notes that bytes came from the client, or that it took some. */
    public void traffic(long nowMillis) {
        lastTrafficMillis = nowMillis;
    }

    /** For how long nothing came from the client, nor was taken by it. */
    public long idleSeconds(long nowMillis) {
        return seconds(nowMillis - lastTrafficMillis);
    }

    /**
     * Back to how a new connection begins, as {@code RESET} does; the library's name stays. The server has forgotten
     * before what it knew of the client.
     */
    public void reset() {
        name("");
        database = 0;
        protocol = 2;
        transaction(null);
        replyMode = ReplyMode.ON;
        monitoring = false;
        noEvict = false;
        noTouch = false;
    }

    /** The line of {@code CLIENT LIST} and {@code CLIENT INFO}, as Redis 7.2 writes it, without line end. */
    public String describe(long nowMillis) {
        Traffic now = outlet.traffic();
        return "id=" + id + " addr=" + address + " laddr=" + localAddress + " fd=-1 name=" + name
                + " age=" + seconds(nowMillis - createdMillis) + " idle=" + idleSeconds(nowMillis)
                + " flags=" + flags() + " db=" + database
                + " sub=" + subscriptionCount(ChannelType.CHANNEL) + " psub=" + subscriptionCount(ChannelType.PATTERN)
                + " ssub=" + subscriptionCount(ChannelType.SHARD)
                + " multi=" + (transaction == null ? -1 : transaction.requests().size())
                + " qbuf=" + now.queryBytes() + " qbuf-free=" + now.queryFreeBytes()
                + " argv-mem=" + now.argumentBytes() + " multi-mem=" + (transaction == null ? 0 : transaction.bytes())
                + " rbs=0 rbp=0 obl=" + now.freeOutputBytes() + " oll=" + now.outputs()
                + " omem=" + now.limitedOutputBytes() + " tot-mem=" + (stateBytes + now.allBytes())
                + " events=r cmd=" + lastCommand + " user=" + user.name()
                + " redir=" + (tracking == null ? -1 : tracking.redirect()) + " resp=" + protocol
                + " lib-name=" + libraryName + " lib-ver=" + libraryVersion;
    }

    /** The letters of Redis's {@code catClientInfoString}, in its order. */
    private String flags() {
        StringBuilder flags = new StringBuilder();
        add(flags, 'O', monitoring);
        add(flags, 'P', isSubscribed());
        add(flags, 'x', transaction != null);
        add(flags, 'b', blocked != null || postponed);
        add(flags, 't', tracking != null);
        add(flags, 'R', tracking != null && tracking.isRedirectBroken());
        add(flags, 'B', tracking != null && tracking.isBroadcast());
        add(flags, 'd', watchedChanged);
        add(flags, 'c', closing && !aborted);
        add(flags, 'u', unblocked);
        add(flags, 'A', aborted);
        add(flags, 'e', noEvict);
        add(flags, 'T', noTouch);
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private static void add(StringBuilder flags, char letter, boolean isSet) {
        if (isSet) {
            flags.append(letter);
        }
    }

    private static long seconds(long millis) {
        return Math.max(0, millis / 1000);
    }
}

package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Channels.ChannelType;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The clients that are connected, and what one gets that is not the reply to its own request: messages, invalidations
 * of keys, what a monitor sees, the reply to a request that had to wait.
 *
 * <p>What the client itself causes while it is being {@linkplain #serve served} comes after its reply, as in Redis 7.2.
 */
public final class Clients {
    /** Calls {@link #look} at a later time. */
    @FunctionalInterface
    public interface Alarm {
        /**
         * Asks for a look.
         *
         * @param atMillis when to call {@link #look}, in milliseconds since 1970
         */
        void at(long atMillis);
    }

    /** The channel that invalidations come from where they are sent to another client, which speaks RESP2. */
    private static final ByteString INVALIDATIONS = ByteString.of("__redis__:invalidate");

    private static final byte[] NOTHING = {};
    private static final int FEW_NAMES = 64;

    private final TreeMap<Long, Session> sessions = new TreeMap<>();
    private final Channels channels = new Channels();
    private final Watches watches = new Watches();
    private final ClientMemory memory = new ClientMemory();
    private final TrackingTable tracking = new TrackingTable(this::invalidate, memory);
    private final Set<Session> monitors = new LinkedHashSet<>();
    private final Set<Session> blocked = new LinkedHashSet<>();
    private int postponed;
    private final Reply composed = new Reply();
    private Alarm alarm = atMillis -> {};

    private Session served;
    private byte[] afterReply = NOTHING;
    private int afterReplyBytes;
    private boolean toldAllGone; // in this request
    private long requiredLsn; // of what is sent now
    private long afterReplyLsn;

    private long pausedUntilMillis;
    private boolean allPaused; // else only what may write
    private long lastId;
    private long received;

    /** Sets what calls {@link #look}. */
    public void alarm(Alarm newAlarm) {
        alarm = newAlarm;
    }

    /** The number of the next client. */
    public long nextId() {
        return ++lastId;
    }

    public void connected(Session session) {
        received++;
        sessions.put(session.id(), session);
        session.countIn(memory);
    }

    public void disconnected(Session session) {
        sessions.remove(session.id());
        release(session);
        session.disconnected();
    }

    /** Frees what is kept for a client; one that is not gone yet will be. */
    public void release(Session session) {
        forget(session);
        session.transaction(null);
        session.countOut();
    }

    /** Back to how a new connection begins, as {@code RESET} does. */
    public void reset(Session session) {
        forget(session);
        session.reset();
    }

    private void forget(Session session) {
        watches.unwatch(session);
        channels.unsubscribeAll(session);
        tracking.disable(session);
        monitors.remove(session);
        if (blocked.remove(session)) {
            session.stopWaiting();
        }
        resumed(session);
    }

    /** All of them, in the order of their numbers. */
    public Collection<Session> all() {
        return sessions.values();
    }

    /** The client of this number; null where there is none. */
    public Session find(long id) {
        return sessions.get(id);
    }

    public int size() {
        return sessions.size();
    }

    /** How many there have been. */
    public long received() {
        return received;
    }

    /** What all of them make the server keep. */
    public ClientMemory memory() {
        return memory;
    }

    /**
     * Whether a client may have the server keep this for it, at once: names in so many of a request's arguments.
     *
     * @param bytesEach what one takes, besides the name
     */
    public boolean mayKeep(Session session, Request request, int names, int bytesEach) {
        if (names <= FEW_NAMES) { // what one too many brings is met after the request
            return true;
        }
        long bytes = session.heldBytes() + (long) names * bytesEach;
        for (int i = request.size() - names; i < request.size(); i++) {
            bytes += request.arg(i).length();
        }
        return memory.mayBeOfOne(bytes);
    }

    public Channels channels() {
        return channels;
    }

    public Watches watches() {
        return watches;
    }

    public TrackingTable tracking() {
        return tracking;
    }

    /** How many clients have subscribed to something. */
    public int subscribers() {
        int count = 0;
        for (Session session : sessions.values()) {
            count += session.isSubscribed() ? 1 : 0;
        }
        return count;
    }

    /** A request of this client begins: what it causes for the client itself comes after the reply. */
    public void serve(Session session) {
        served = session;
        resumed(session);
        toldAllGone = false;
    }

    /** Whether the client that is being served gets more than its reply. */
    public boolean hasMore() {
        return afterReplyBytes > 0;
    }

    /**
     * The reply is written: adds what comes after it.
     *
     * @return the lsn that must be durable before that may leave
     */
    public long addMore(Reply reply) {
        reply.raw(afterReply, 0, afterReplyBytes);
        afterReplyBytes = 0;
        long more = afterReplyLsn;
        afterReplyLsn = 0;
        if (afterReply.length > 1 << 20) {
            afterReply = NOTHING;
        }
        return more;
    }

    /** The request has ended. */
    public void served() {
        served = null;
    }

    private void send(Session session, byte[] bytes, long messageLsn) {
        if (session != served) {
            session.outlet().push(bytes, messageLsn);
            return;
        }
        if (afterReply.length - afterReplyBytes < bytes.length) {
            afterReply = Arrays.copyOf(afterReply, Math.max(2 * afterReply.length, afterReplyBytes + bytes.length));
        }
        System.arraycopy(bytes, 0, afterReply, afterReplyBytes, bytes.length);
        afterReplyBytes += bytes.length;
        afterReplyLsn = Math.max(afterReplyLsn, messageLsn);
    }

    private Reply compose(int protocol) {
        composed.clear();
        return composed.protocol(protocol);
    }

    private byte[] composition() {
        return Arrays.copyOf(composed.bytes(), composed.size());
    }

    /**
     * Sends a message to all subscribers of a channel, or of a pattern that matches it.
     *
     * @param messageLsn the lsn that must be durable before it may leave
     * @return how many got it
     */
    public int publish(ChannelType kind, ByteString channel, ByteString message, long messageLsn) {
        byte[][] byProtocol = new byte[2][];
        ByteString[] lastPattern = new ByteString[1];
        return channels.publish(kind, channel, (session, pattern) -> {
            if (!Objects.equals(pattern, lastPattern[0])) {
                lastPattern[0] = pattern;
                Arrays.fill(byProtocol, null);
            }
            int form = session.protocol() - 2;
            if (byProtocol[form] == null) {
                byProtocol[form] = message(session.protocol(), kind, pattern, channel, message);
            }
            send(session, byProtocol[form], messageLsn);
        });
    }

    private byte[] message(int protocol, ChannelType kind, ByteString pattern, ByteString channel, ByteString message) {
        Reply reply = compose(protocol);
        if (pattern == null) {
            reply.push(3);
            reply.bulk(kind.message());
        } else {
            reply.push(4);
            reply.bulk(ChannelType.PATTERN.message());
            reply.bulk(pattern);
        }
        reply.bulk(channel);
        reply.bulk(message);
        return composition();
    }

    /** A key has changed: tells the clients that watch it or have cached it. */
    public void keyChanged(int database, byte[] key, int offset, int length, LongSupplier changeLsn) {
        if (watches.isEmpty() && tracking.isEmpty()) {
            return;
        }
        ByteString name = ByteString.of(key, offset, length);
        watches.touch(database, name);
        requiredLsn = changeLsn.getAsLong();
        tracking.changed(served, name);
    }

    /**
     * All keys of a database are gone: tells the clients that have cached keys, once for all databases of a request.
     */
    public void allKeysGone(LongSupplier changeLsn) {
        if (toldAllGone) {
            return;
        }
        toldAllGone = true;
        requiredLsn = changeLsn.getAsLong();
        tracking.cleared();
    }

    /** The end of a turn: tells the clients that track by broadcast of the changes in it. */
    public void endTurn(long changeLsn) {
        requiredLsn = changeLsn;
        tracking.broadcast();
    }

    /** A client has read a key, and may have cached it. */
    public void remember(Session session, ByteString key) {
        requiredLsn = 0;
        tracking.remember(session, key);
    }

    /** Limits how many keys the tracking table has. */
    public void limitTracking(long maxKeys) {
        requiredLsn = 0;
        tracking.limit(maxKeys);
    }

    /** As Redis's {@code sendTrackingMessage}. */
    private void invalidate(Session client, List<ByteString> keys) {
        Tracking how = client.tracking();
        Session target = client;
        if (how.redirect() != 0) {
            target = sessions.get(how.redirect());
            if (target == null) {
                breakRedirect(client, how);
                return;
            }
        }
        if (target.protocol() == 3) {
            composeInvalidation(compose(3), keys, false);
        } else if (target != client && target.isSubscribed()) {
            composeInvalidation(compose(2), keys, true);
        } else {
            return;
        }
        send(target, composition(), requiredLsn);
    }

    private static void composeInvalidation(Reply reply, List<ByteString> keys, boolean asMessage) {
        if (asMessage) {
            reply.array(3);
            reply.bulk(ChannelType.CHANNEL.message());
            reply.bulk(INVALIDATIONS);
        } else {
            reply.push(2);
            reply.bulk("invalidate");
        }
        if (keys == null) {
            reply.nilArray();
            return;
        }
        reply.array(keys.size());
        keys.forEach(reply::bulk);
    }

    private void breakRedirect(Session client, Tracking how) {
        how.breakRedirect();
        if (client.protocol() == 3) {
            Reply reply = compose(3);
            reply.push(2);
            reply.bulk("tracking-redir-broken");
            reply.integer(how.redirect());
            send(client, composition(), requiredLsn);
        }
    }

    /** From now on, a client sees what the others do. */
    public void monitor(Session session) {
        session.monitoring(true);
        monitors.add(session);
    }

    public boolean hasMonitors() {
        return !monitors.isEmpty();
    }

    public int monitors() {
        return monitors.size();
    }

    /**
     * Shows a line to the monitors.
     *
     * @param lineNeeds the lsn that must be durable before it may leave
     */
    public void showMonitors(String line, long lineNeeds) {
        Reply reply = compose(2);
        reply.simple(line);
        byte[] bytes = composition();
        List.copyOf(monitors).forEach(monitor -> send(monitor, bytes, lineNeeds));
    }

    /**
     * Lets a client wait: its next request is not run until then.
     *
     * @param what writes the reply that it then gets
     */
    public void block(Session session, Blocked what) {
        session.block(what);
        blocked.add(session);
        if (what.deadlineMillis() > 0) {
            alarm.at(what.deadlineMillis());
        }
    }

    /** Has {@link #look} called at this time. */
    public void lookAgain(long atMillis) {
        alarm.at(atMillis);
    }

    /** A client's request has to wait for the end of a pause, for that of loading, or for room in the log. */
    public void postpone(Session session) {
        if (!session.isPostponed()) {
            session.postponed(true);
            postponed++;
        }
    }

    private void resumed(Session session) {
        if (session.isPostponed()) {
            session.postponed(false);
            postponed--;
        }
    }

    /** How many clients wait. */
    public int blocked() {
        return blocked.size() + postponed;
    }

    /** Unblocks the clients whose time is over or that have what they wait for, and ends a pause that is over. */
    public void look(long nowMillis) {
        for (Session session : blocked.isEmpty() ? List.<Session>of() : List.copyOf(blocked)) {
            Blocked what = session.blocked();
            Reply reply = compose(session.protocol());
            if (what.isDone(reply)) {
                unblock(session);
            } else if (what.deadlineMillis() > 0 && what.deadlineMillis() <= nowMillis) {
                what.timeOut(reply);
                unblock(session);
            }
        }
    }

    /** Ends the waiting of a client as if its time were over. */
    public void timeOut(Session session) {
        session.blocked().timeOut(compose(session.protocol()));
        unblock(session);
    }

    /** Ends the waiting of a client with an error. */
    public void fail(Session session, String error) {
        compose(session.protocol()).error(error);
        unblock(session);
    }

    private void unblock(Session session) {
        unblock(session, composition(), 0);
    }

    /**
     * Ends the waiting of a client with a reply.
     *
     * @param replyLsn the lsn that must be durable before the reply may leave
     */
    public void unblock(Session session, byte[] reply, long replyLsn) {
        blocked.remove(session);
        session.unblock();
        send(session, reply, replyLsn);
        session.outlet().resume();
    }

    /**
     * Runs nothing, or nothing that may write, until some time; two pauses together are as long and as strict as
     * either.
     *
     * @param untilMillis in milliseconds of the monotonic clock, as all times here
     */
    public void pause(long untilMillis, boolean all, long nowMillis) {
        allPaused = all || allPaused && isPaused(nowMillis);
        pausedUntilMillis = Math.max(untilMillis, pausedUntilMillis);
        alarm.at(pausedUntilMillis);
    }

    public void unpause(long nowMillis) {
        pausedUntilMillis = 0;
        allPaused = false;
        alarm.at(nowMillis);
    }

    public boolean isPaused(long nowMillis) {
        return pausedUntilMillis > nowMillis;
    }

    /** Whether a pause is for all commands, and not only for those that may write. */
    public boolean isAllPaused() {
        return allPaused;
    }
}

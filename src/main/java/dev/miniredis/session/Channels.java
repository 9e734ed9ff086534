package dev.miniredis.session;

import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Slice;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The subscriptions of all clients. */
public final class Channels {
    /** What a client can subscribe to, with the words that the protocol has for it. */
    public enum ChannelType {
        CHANNEL("subscribe", "unsubscribe", "message"),
        PATTERN("psubscribe", "punsubscribe", "pmessage"),
        SHARD("ssubscribe", "sunsubscribe", "smessage");

        private final String subscribe;
        private final String unsubscribe;
        private final String message;

        ChannelType(String subscribe, String unsubscribe, String message) {
            this.subscribe = subscribe;
            this.unsubscribe = unsubscribe;
            this.message = message;
        }

        public String subscribe() {
            return subscribe;
        }

        public String unsubscribe() {
            return unsubscribe;
        }

        public String message() {
            return message;
        }
    }

    /** Takes the subscribers that get a message. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Takes one of them.
         *
         * @param pattern the client's pattern that matches the channel; null when it subscribed to the
         *     channel itself
         */
        void receive(Session session, ByteString pattern);
    }

    private static final class Subscribers {
        private final Glob glob; // of a pattern
        private final Set<Session> sessions = new LinkedHashSet<>(1);

        private Subscribers(Glob glob) {
            this.glob = glob;
        }
    }

    private final Map<ChannelType, Map<ByteString, Subscribers>> all = new EnumMap<>(ChannelType.class);

    public Channels() {
        for (ChannelType kind : ChannelType.values()) {
            all.put(kind, new LinkedHashMap<>());
        }
    }

    /** Subscribes; a second time does nothing. */
    public void subscribe(Session session, ChannelType kind, ByteString name) {
        if (session.subscriptions(kind).add(name)) {
            session.hold(bytes(name));
            all.get(kind)
                    .computeIfAbsent(name, unused -> newSubscribers(kind, name))
                    .sessions
                    .add(session);
        }
    }

    private static long bytes(ByteString name) {
        return (long) ClientMemory.SUBSCRIPTION_BYTES + name.bytes().length;
    }

    private static Subscribers newSubscribers(ChannelType kind, ByteString name) {
        return new Subscribers(kind == ChannelType.PATTERN ? Glob.of(new Slice(name.bytes())) : null);
    }

    /** Takes a subscription back; one that is not there does nothing. */
    public void unsubscribe(Session session, ChannelType kind, ByteString name) {
        if (session.subscriptions(kind).remove(name)) {
            remove(session, kind, name);
        }
    }

    private void remove(Session session, ChannelType kind, ByteString name) {
        session.hold(-bytes(name));
        Subscribers subscribers = all.get(kind).get(name);
        subscribers.sessions.remove(session);
        if (subscribers.sessions.isEmpty()) {
            all.get(kind).remove(name);
        }
    }

    /** Takes all subscriptions of a client back. */
    public void unsubscribeAll(Session session) {
        for (ChannelType kind : ChannelType.values()) {
            if (session.subscriptionCount(kind) > 0) {
                session.subscriptions(kind).forEach(name -> remove(session, kind, name));
                session.forgetSubscriptions(kind);
            }
        }
    }

    /** Whether there are no subscriptions at all. */
    public boolean isEmpty() {
        return all.get(ChannelType.CHANNEL).isEmpty()
                && all.get(ChannelType.PATTERN).isEmpty();
    }

    /**
     * Finds the subscribers that get what is published: first those of the channel, then, unless it is a shard's, each
     * pattern's.
     *
     * @return how many they are
     */
    public int publish(ChannelType kind, ByteString channel, Receiver receiver) {
        int receivers = 0;
        Subscribers direct = all.get(kind).get(channel);
        if (direct != null) {
            for (Session session : direct.sessions) {
                receiver.receive(session, null);
                receivers++;
            }
        }
        if (kind == ChannelType.SHARD) {
            return receivers;
        }
        for (Map.Entry<ByteString, Subscribers> pattern :
                all.get(ChannelType.PATTERN).entrySet()) {
            if (pattern.getValue().glob.matches(channel.bytes(), 0, channel.bytes().length)) {
                for (Session session : pattern.getValue().sessions) {
                    receiver.receive(session, pattern.getKey());
                    receivers++;
                }
            }
        }
        return receivers;
    }

    /** The kinds of subscriptions. */
    public List<ByteString> names(ChannelType kind) {
        return List.copyOf(all.get(kind).keySet());
    }

    /** How many channels or patterns have a subscriber. */
    public int count(ChannelType kind) {
        return all.get(kind).size();
    }

    /** How many have subscribed to this. */
    public int subscribers(ChannelType kind, ByteString name) {
        Subscribers subscribers = all.get(kind).get(name);
        return subscribers == null ? 0 : subscribers.sessions.size();
    }
}

package dev.miniredis.engine;

import dev.miniredis.config.EventClasses;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.KeyListener;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.ByteString;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.session.Clients;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Tells clients of changes of keys: subscribers of keyspace events, clients that watch a key, that have cached it, or
 * that wait for it. What they are told shows the change, so it leaves when that is durable.
 */
final class KeyEvents implements KeyListener {
    private final Clients clients;
    private final BlockedKeys blockedKeys;
    private final LongSupplier requiredLsn;
    private EventClasses classes = EventClasses.NONE;
    private boolean silent = true;
    private KeyListener other = KeyListener.NONE;

    /** @param requiredLsn the lsn that must be durable before what has happened until now may be seen */
    KeyEvents(Clients clients, BlockedKeys blockedKeys, LongSupplier requiredLsn) {
        this.clients = clients;
        this.blockedKeys = blockedKeys;
        this.requiredLsn = requiredLsn;
    }

    /** Replaying: publish no events. */
    void silence() {
        silent = true;
    }

    /** Replay is over: publish events. */
    void loaded() {
        silent = false;
    }

    /** Registers one more listener, which is told of replayed changes, too. */
    void listen(KeyListener listener) {
        other = listener;
    }

    /** Sets which events are published. */
    void publish(EventClasses newClasses) {
        classes = newClasses;
    }

    /** As Redis's {@code notifyKeyspaceEvent}. */
    void event(EventType type, String name, int database, byte[] key, int offset, int length) {
        if (silent || !classes.has(type) || clients.channels().isEmpty()) {
            return;
        }
        ByteString keyName = ByteString.of(key, offset, length);
        ByteString event = ByteString.of(name);
        if (classes.byKey()) {
            clients.publish(
                    ChannelType.CHANNEL,
                    channel("__keyspace@" + database + "__:", keyName),
                    event,
                    requiredLsn.getAsLong());
        }
        if (classes.byEvent()) {
            clients.publish(
                    ChannelType.CHANNEL,
                    channel("__keyevent@" + database + "__:", event),
                    keyName,
                    requiredLsn.getAsLong());
        }
    }

    private static ByteString channel(String prefix, ByteString suffix) {
        byte[] begin = prefix.getBytes(StandardCharsets.US_ASCII);
        byte[] end = suffix.bytes();
        byte[] channel = new byte[begin.length + end.length];
        System.arraycopy(begin, 0, channel, 0, begin.length);
        System.arraycopy(end, 0, channel, begin.length, end.length);
        return ByteString.of(channel, 0, channel.length);
    }

    @Override
    public void changed(int database, byte[] key, int offset, int length) {
        clients.keyChanged(database, key, offset, length, requiredLsn);
        blockedKeys.changed(database, key, offset, length);
        other.changed(database, key, offset, length);
    }

    @Override
    public void added(int database, byte[] key, int offset, int length) {
        event(EventType.NEW, "new", database, key, offset, length);
        other.added(database, key, offset, length);
    }

    @Override
    public void expired(int database, byte[] key, int offset, int length) {
        clients.keyChanged(database, key, offset, length, requiredLsn);
        event(EventType.EXPIRED, "expired", database, key, offset, length);
        other.expired(database, key, offset, length);
    }

    /** All keys of a database go: those that are watched have changed. */
    @Override
    public void clearing(Keyspace keyspace) {
        other.clearing(keyspace);
        clients.watches().touchAll(keyspace.index(), name -> {
            byte[] key = name.bytes();
            return keyspace.contains(key, 0, key.length);
        });
        if (!clients.tracking().isEmpty()) {
            clients.allKeysGone(requiredLsn);
        }
    }

    /**
     * As Redis's {@code touchAllWatchedKeysInDb} for each of the two: a watched key that is in neither has not changed.
     */
    @Override
    public void swapped(Keyspace one, Keyspace another) {
        other.swapped(one, another);
        blockedKeys.allChanged(one.index());
        blockedKeys.allChanged(another.index());
        for (Keyspace keyspace : new Keyspace[] {one, another}) {
            clients.watches().touchAll(keyspace.index(), name -> {
                byte[] key = name.bytes();
                return one.contains(key, 0, key.length) || another.contains(key, 0, key.length);
            });
        }
    }
}

package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.PUBSUB;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Rule.MAY_REPLICATE;
import static dev.miniredis.command.Trait.Rule.REPLIES_BY_PUSH;
import static dev.miniredis.command.Trait.Rule.WHILE_SUBSCRIBED;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.KeySpec;
import dev.miniredis.command.Trait;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Glob;
import dev.miniredis.session.Channels;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Session;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The Pub/Sub commands. */
final class PubSubCommands {
    private static final Trait[] SUBSCRIBING = {PUBSUB, NOSCRIPT, LOADING, STALE, WHILE_SUBSCRIBED, REPLIES_BY_PUSH};
    private static final Trait[] INTROSPECTION = {PUBSUB, LOADING, STALE};

    /** Cluster clients route these requests by the slot of the channel, as if it were a key. */
    private static final KeySpec SHARD = KeySpec.of(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(0, 1, 0))
            .with(Set.of(Trait.KeyFlag.NOT_KEY));

    private static final KeySpec SHARDS = KeySpec.of(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(-1, 1, 0))
            .with(Set.of(Trait.KeyFlag.NOT_KEY));

    private PubSubCommands() {}

    private static Trait[] with(Trait one, Trait... others) {
        return Stream.concat(Stream.of(one), Stream.of(others)).toArray(Trait[]::new);
    }

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("PSUBSCRIBE pattern [pattern ...]", "2.0.0", "Listens for messages published to channels that match one or more patterns.")
                .other(call -> subscribe(call, ChannelType.PATTERN), with(Trait.Channels.PATTERNS, SUBSCRIBING))
            .row("PUBLISH channel message", "2.0.0", "Posts a message to a channel.")
                .other(call -> publish(call, ChannelType.CHANNEL), Trait.Channels.PUBLISHED, PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)
            .row("PUBSUB", "2.8.0", "A container for Pub/Sub commands.")
                .container(null, "6.2.0", HelpTexts.PUBSUB)
            .row("PUBSUB CHANNELS [pattern]", "2.8.0", "Returns the active channels.")
                .other(call -> channels(call, ChannelType.CHANNEL), INTROSPECTION)
            .row("PUBSUB NUMPAT", "2.8.0", "Returns a count of unique pattern subscriptions.")
                .other(PubSubCommands::numPat, INTROSPECTION)
            .row("PUBSUB NUMSUB [channel [channel ...]]", "2.8.0", "Returns a count of subscribers to channels.")
                .other(call -> numSub(call, ChannelType.CHANNEL), INTROSPECTION)
            .row("PUBSUB SHARDCHANNELS [pattern]", "7.0.0", "Returns the active shard channels.")
                .other(call -> channels(call, ChannelType.SHARD), INTROSPECTION)
            .row("PUBSUB SHARDNUMSUB [shardchannel [shardchannel ...]]", "7.0.0", "Returns the count of subscribers of shard channels.")
                .other(call -> numSub(call, ChannelType.SHARD), INTROSPECTION)
            .row("PUNSUBSCRIBE [pattern [pattern ...]]", "2.0.0", "Stops listening to messages published to channels that match one or more patterns.")
                .other(call -> unsubscribe(call, ChannelType.PATTERN), SUBSCRIBING)
            .row("SPUBLISH shardchannel message", "7.0.0", "Posts a message to a shard channel.")
                .other(call -> publish(call, ChannelType.SHARD), Trait.Channels.PUBLISHED, SHARD, PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)
            .row("SSUBSCRIBE shardchannel [shardchannel ...]", "7.0.0", "Listens for messages published to shard channels.")
                .other(call -> subscribe(call, ChannelType.SHARD), with(Trait.Channels.SUBSCRIBED, with(SHARDS, SUBSCRIBING)))
            .row("SUBSCRIBE channel [channel ...]", "2.0.0", "Listens for messages published to channels.")
                .other(call -> subscribe(call, ChannelType.CHANNEL), with(Trait.Channels.SUBSCRIBED, SUBSCRIBING))
            .row("SUNSUBSCRIBE [shardchannel [shardchannel ...]]", "7.0.0", "Stops listening to messages posted to shard channels.")
                .other(call -> unsubscribe(call, ChannelType.SHARD), with(SHARDS, SUBSCRIBING))
            .row("UNSUBSCRIBE [channel [channel ...]]", "2.0.0", "Stops listening to messages posted to channels.")
                .other(call -> unsubscribe(call, ChannelType.CHANNEL), SUBSCRIBING);
    }
    // spotless:on

    private static void subscribe(Call call, ChannelType kind) {
        call.requireMemory(call.args() - 1, ClientMemory.SUBSCRIPTION_BYTES);
        for (int i = 1; i < call.args(); i++) {
            ByteString name = ByteString.of(call.arg(i));
            call.host.clients().channels().subscribe(call.session(), kind, name);
            replySubscription(call, kind, kind.subscribe(), name);
        }
    }

    private static void publish(Call call, ChannelType kind) {
        call.reply.integer(call.host
                .clients()
                .publish(
                        kind,
                        ByteString.of(call.arg(1)),
                        ByteString.of(call.arg(2)),
                        call.host.lsnVisibleTo(call.session())));
    }

    private static void channels(Call call, ChannelType kind) {
        Glob pattern = call.options.has("pattern") ? Glob.of(call.arg(2)) : null;
        int mark = call.reply.mark();
        int matches = 0;
        for (ByteString name : call.host.clients().channels().names(kind)) {
            if (pattern == null || pattern.matches(name.bytes(), 0, name.bytes().length)) {
                call.reply.bulk(name);
                matches++;
            }
        }
        call.reply.arrayFrom(mark, matches);
    }

    private static void numPat(Call call) {
        call.reply.integer(call.host.clients().channels().count(ChannelType.PATTERN));
    }

    private static void numSub(Call call, ChannelType kind) {
        Channels channels = call.host.clients().channels();
        call.reply.array(2 * (call.args() - 2));
        for (int i = 2; i < call.args(); i++) {
            call.reply.bulk(call.arg(i));
            call.reply.integer(channels.subscribers(kind, ByteString.of(call.arg(i))));
        }
    }

    private static void unsubscribe(Call call, ChannelType kind) {
        if (call.args() > 1) {
            for (int i = 1; i < call.args(); i++) {
                unsubscribe(call, kind, ByteString.of(call.arg(i)));
            }
            return;
        }
        List<ByteString> names = List.copyOf(call.session().subscriptions(kind));
        if (names.isEmpty()) {
            replySubscription(call, kind, kind.unsubscribe(), null);
        }
        names.forEach(name -> unsubscribe(call, kind, name));
    }

    private static void unsubscribe(Call call, ChannelType kind, ByteString name) {
        call.host.clients().channels().unsubscribe(call.session(), kind, name);
        replySubscription(call, kind, kind.unsubscribe(), name);
    }

    /** Sends the confirmation of a subscription change. Shard channels have a separate subscription count. */
    private static void replySubscription(Call call, ChannelType kind, String what, ByteString name) {
        Session session = call.session();
        call.reply.push(3);
        call.reply.bulk(what);
        if (name == null) {
            call.reply.nil();
        } else {
            call.reply.bulk(name);
        }
        call.reply.integer(
                kind == ChannelType.SHARD
                        ? session.subscriptionCount(ChannelType.SHARD)
                        : session.subscriptionCount(ChannelType.CHANNEL)
                                + session.subscriptionCount(ChannelType.PATTERN));
    }
}

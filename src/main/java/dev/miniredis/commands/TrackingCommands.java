package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.BCAST;
import static dev.miniredis.command.Keyword.NOLOOP;
import static dev.miniredis.command.Keyword.OFF;
import static dev.miniredis.command.Keyword.ON;
import static dev.miniredis.command.Keyword.OPTIN;
import static dev.miniredis.command.Keyword.OPTOUT;
import static dev.miniredis.command.Keyword.PREFIX;
import static dev.miniredis.command.Keyword.YES;
import static dev.miniredis.command.Trait.Arguments.READ_BY_BODY;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.STALE;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait;
import dev.miniredis.resp.ByteString;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Session;
import dev.miniredis.session.Tracking;
import dev.miniredis.session.Tracking.Choice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** The subcommands of {@code CLIENT} for client-side caching. */
final class TrackingCommands {
    private static final CommandError OTHER_BROADCAST = switchError("BCAST mode on/off");
    private static final CommandError OTHER_CHOICE = switchError("OPTIN/OPTOUT mode");

    /** Redis checks ON or OFF after the options. */
    private static final Trait SWITCH_BY_BODY = Trait.Check.byBody("on");

    private static final Trait REDIRECTION = new Trait.Check("REDIRECT", TrackingCommands::checkRedirection);

    private TrackingCommands() {}

    private static CommandError switchError(String what) {
        return new CommandError("ERR You can't switch " + what + " before disabling tracking for this client, and then"
                + " re-enabling it with a different mode.");
    }

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("CLIENT CACHING <YES | NO>", "6.0.0", "Instructs the server whether to track the keys in the next request.")
                .other(TrackingCommands::caching, READ_BY_BODY, NOSCRIPT, LOADING, STALE)
            .row("CLIENT GETREDIR", "6.0.0", "Returns the client ID to which the connection's tracking notifications are redirected.")
                .other(TrackingCommands::getRedir, NOSCRIPT, LOADING, STALE)
            .row("CLIENT TRACKING <ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]", "6.0.0", "Controls server-assisted client-side caching for the connection.")
                .other(TrackingCommands::tracking, SWITCH_BY_BODY, REDIRECTION, NOSCRIPT, LOADING, STALE)
            .row("CLIENT TRACKINGINFO", "6.2.0", "Returns information about server-assisted client-side caching for the connection.")
                .other(TrackingCommands::trackingInfo, NOSCRIPT, LOADING, STALE);
    }
    // spotless:on

    private static void caching(Call call) {
        Tracking tracking = call.session().tracking();
        if (tracking == null) {
            throw new CommandError(
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
                            + " OPTOUT mode enabled");
        }
        call.options.read();
        if (call.options.has(YES)) {
            requireChoice(tracking, Choice.OPTIN, "YES");
        } else {
            requireChoice(tracking, Choice.OPTOUT, "NO");
        }
        tracking.caching();
        call.reply.ok();
    }

    private static void requireChoice(Tracking tracking, Choice choice, String word) {
        if (tracking.choice() != choice) {
            throw new CommandError(
                    "ERR CLIENT CACHING " + word + " is only valid when tracking is enabled in " + choice + " mode.");
        }
    }

    private static void getRedir(Call call) {
        Tracking tracking = call.session().tracking();
        call.reply.integer(tracking == null ? -1 : tracking.redirect());
    }

    /** The options, checked in Redis's order before anything is changed. */
    private static final class Wanted {
        private final long redirect;
        private final boolean broadcast;
        private final boolean optIn;
        private final boolean optOut;
        private final boolean noLoop;
        private final List<ByteString> prefixes = new ArrayList<>();

        private Wanted(Call call) {
            Options options = call.options;
            redirect = options.integer("client-id", 0);
            broadcast = options.has(BCAST);
            optIn = options.has(OPTIN);
            optOut = options.has(OPTOUT);
            noLoop = options.has(NOLOOP);
            for (int i = 0; i < options.size(); i++) {
                if (options.keyword(i) == PREFIX) {
                    prefixes.add(ByteString.of(call.arg(options.index(i))));
                }
            }
        }

        private void check(Tracking before) {
            if (!broadcast && !prefixes.isEmpty()) {
                throw new CommandError("ERR PREFIX option requires BCAST mode to be enabled");
            }
            if (before != null && before.isBroadcast() != broadcast) {
                throw OTHER_BROADCAST;
            }
            if (broadcast && (optIn || optOut)) {
                throw new CommandError("ERR OPTIN and OPTOUT are not compatible with BCAST");
            }
            if (optIn && optOut) {
                throw new CommandError("ERR You can't specify both OPTIN mode and OPTOUT mode");
            }
            if (before != null
                    && (optIn && before.choice() == Choice.OPTOUT || optOut && before.choice() == Choice.OPTIN)) {
                throw OTHER_CHOICE;
            }
            if (broadcast) {
                checkOverlaps(before == null ? new TreeSet<>() : before.prefixes());
            }
        }

        /** As Redis's {@code checkPrefixCollisionsOrReply}: each key is invalidated once. */
        private void checkOverlaps(NavigableSet<ByteString> existing) {
            List<ByteString> wanted = prefixes();
            Set<ByteString> overlapping = overlapping(wanted);
            for (int i = 0; i < wanted.size(); i++) {
                ByteString prefix = wanted.get(i);
                checkOverlap(prefix, existing.floor(prefix));
                checkOverlap(prefix, existing.higher(prefix));
                if (overlapping.contains(prefix)) {
                    checkOverlaps(prefix, wanted.subList(i + 1, wanted.size()));
                }
            }
        }

        private static void checkOverlap(ByteString prefix, ByteString existing) {
            if (existing != null && overlap(prefix, existing) && !prefix.equals(existing)) {
                throw overlapError(prefix, "an existing prefix", existing);
            }
        }

        private static void checkOverlaps(ByteString prefix, List<ByteString> others) {
            for (ByteString other : others) {
                if (overlap(prefix, other)) {
                    throw overlapError(prefix, "another provided prefix", other);
                }
            }
        }

        /** The prefixes that begin with another one, or that another one begins with, found in sorted order. */
        private static Set<ByteString> overlapping(List<ByteString> prefixes) {
            Set<ByteString> overlapping = new HashSet<>();
            ByteString first = null; // all that begin with it come right after it
            for (ByteString prefix : prefixes.stream().sorted().toList()) {
                if (first != null && prefix.startsWith(first)) {
                    overlapping.add(first);
                    overlapping.add(prefix);
                } else {
                    first = prefix;
                }
            }
            return overlapping;
        }

        private List<ByteString> prefixes() {
            return broadcast && prefixes.isEmpty() ? List.of(ByteString.of("")) : prefixes;
        }

        private static boolean overlap(ByteString a, ByteString b) {
            return a.startsWith(b) || b.startsWith(a);
        }

        private static CommandError overlapError(ByteString prefix, String what, ByteString other) {
            return new CommandError("ERR Prefix '" + prefix + "' overlaps with " + what + " '" + other
                    + "'. Prefixes for a single client must not overlap.");
        }

        private Tracking tracking(Tracking before) {
            Choice choice = Choice.ALL;
            if (optIn || optOut) {
                choice = optIn ? Choice.OPTIN : Choice.OPTOUT;
            }
            return new Tracking(
                    redirect, broadcast, noLoop, choice, before == null ? new TreeSet<>() : before.prefixes());
        }
    }

    private static void tracking(Call call) {
        Wanted wanted = new Wanted(call);
        Session session = call.session();
        if (call.options.has(ON)) {
            call.requireMemory(wanted.prefixes.size(), ClientMemory.PREFIX_BYTES);
            wanted.check(session.tracking());
            call.host.clients().tracking().enable(session, wanted.tracking(session.tracking()), wanted.prefixes());
        } else if (call.options.has(OFF)) {
            call.host.clients().tracking().disable(session);
        } else {
            throw CommandError.SYNTAX;
        }
        call.reply.ok();
    }

    /** The client must be there, and stand there once. */
    private static void checkRedirection(Call call, int index) {
        if (call.options.count("client-id") > 0) {
            throw new CommandError("ERR A client can only redirect to a single other client");
        }
        if (call.host.clients().find(call.integer(index)) == null) {
            throw new CommandError("ERR The client ID you want redirect to does not exist");
        }
    }

    private static void trackingInfo(Call call) {
        Tracking tracking = call.session().tracking();
        List<String> flags = new ArrayList<>();
        flags.add(tracking == null ? "off" : "on");
        if (tracking != null) {
            addFlags(tracking, flags);
        }
        call.reply.map(3);
        call.reply.bulk("flags");
        call.reply.set(flags.size());
        flags.forEach(call.reply::bulk);
        call.reply.bulk("redirect");
        call.reply.integer(tracking == null ? -1 : tracking.redirect());
        call.reply.bulk("prefixes");
        Set<ByteString> prefixes = tracking == null ? Set.of() : tracking.prefixes();
        call.reply.array(prefixes.size());
        prefixes.forEach(call.reply::bulk);
    }

    private static void addFlags(Tracking tracking, List<String> flags) {
        if (tracking.isBroadcast()) {
            flags.add("bcast");
        }
        if (tracking.choice() == Choice.OPTIN) {
            flags.add("optin");
        }
        if (tracking.choice() == Choice.OPTIN && tracking.isCachingSaid()) {
            flags.add("caching-yes");
        }
        if (tracking.choice() == Choice.OPTOUT) {
            flags.add("optout");
        }
        if (tracking.choice() == Choice.OPTOUT && tracking.isCachingSaid()) {
            flags.add("caching-no");
        }
        if (tracking.isNoLoop()) {
            flags.add("noloop");
        }
        if (tracking.isRedirectBroken()) {
            flags.add("broken_redirect");
        }
    }
}

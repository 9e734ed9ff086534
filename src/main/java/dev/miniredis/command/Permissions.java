package dev.miniredis.command;

import dev.miniredis.acl.Denial;
import dev.miniredis.acl.Selector;
import dev.miniredis.acl.User;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.session.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Whether a user may run a request, as Redis's {@code ACLCheckAllUserCommandPerm}: one of the user's selectors must
 * allow the command, all its keys and all its channels. One object answers for all, one after the other, so that
 * nothing is allocated.
 */
public final class Permissions implements KeyWalk.Visitor {
    private Selector selector;
    private Request request;
    private int deniedKey; // the first one's place; 0 for none
    private int deniedAt;

    /** Whether a user may run a request and read all keys, Redis's {@code ACLUserCheckCmdWithUnrestrictedPerms}. */
    boolean allowsReadingAllKeys(User user, Command command, Request newRequest) {
        request = newRequest;
        for (Selector each : user.selectors()) {
            selector = each;
            if (each.allowsReadingAllKeys() && allowsCommand(command) && firstDeniedKey(command) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Why a user may not run a request; null when it may. */
    Denial check(User user, Command command, Request newRequest) {
        request = newRequest;
        deniedAt = 0;
        Denial worst = Denial.COMMAND;
        List<Selector> selectors = user.selectors();
        for (int i = 0; i < selectors.size(); i++) {
            selector = selectors.get(i);
            int at = 0;
            Denial denial = allowsCommand(command) ? null : Denial.COMMAND;
            if (denial == null && (at = firstDeniedKey(command)) > 0) {
                denial = Denial.KEY;
            }
            if (denial == null && (at = firstDeniedChannel(command)) > 0) {
                denial = Denial.CHANNEL;
            }
            if (denial == null) {
                return null;
            }
            if (denial.compareTo(worst) > 0 || denial == worst && at > deniedAt) {
                worst = denial;
                deniedAt = at;
            }
        }
        return worst;
    }

    /** Whether a client listens to channels that a user may not use, Redis's {@code ACLShouldKillPubsubClient}. */
    public static boolean listensToMore(Session session, User user) {
        return session.isSubscribed()
                && Arrays.stream(ChannelType.values())
                        .anyMatch(kind -> session.subscriptions(kind).stream()
                                .map(name -> new Slice(name.bytes()))
                                .anyMatch(name -> user.selectors().stream()
                                        .noneMatch(selector ->
                                                selector.allowsChannel(name, kind == ChannelType.PATTERN))));
    }

    /** Which argument of the last request was denied; 0 for the command itself. */
    int deniedAt() {
        return deniedAt;
    }

    private boolean allowsCommand(Command command) {
        return command.runsBeforeLogin()
                || selector.allowsCommand(command.number(), request.size() > 1 ? request.arg(1) : null);
    }

    private int firstDeniedKey(Command command) {
        if (selector.allowsAllKeys()) {
            return 0;
        }
        deniedKey = 0;
        command.forEachKey(request, this);
        return deniedKey;
    }

    @Override
    public void visit(int index, Set<Trait.KeyFlag> flags) {
        if (deniedKey > 0) {
            return;
        }
        boolean read = flags.contains(Trait.KeyFlag.ACCESS);
        boolean write = flags.contains(Trait.KeyFlag.INSERT)
                || flags.contains(Trait.KeyFlag.DELETE)
                || flags.contains(Trait.KeyFlag.UPDATE);
        if (!selector.allowsKey(request.arg(index), read, write)) {
            deniedKey = index;
        }
    }

    private int firstDeniedChannel(Command command) {
        Trait.Channels channels = command.channels();
        if (channels == null || selector.allowsAllChannels()) {
            return 0;
        }
        int last = channels == Trait.Channels.PUBLISHED ? 1 : request.size() - 1;
        for (int i = 1; i <= last; i++) {
            if (!selector.allowsChannel(request.arg(i), channels == Trait.Channels.PATTERNS)) {
                return i;
            }
        }
        return 0;
    }
}

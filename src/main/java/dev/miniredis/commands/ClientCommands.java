package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.ID;
import static dev.miniredis.command.Keyword.LIB_NAME;
import static dev.miniredis.command.Keyword.OFF;
import static dev.miniredis.command.Keyword.ON;
import static dev.miniredis.command.Keyword.TYPE;
import static dev.miniredis.command.Keyword.WRITE;
import static dev.miniredis.command.Trait.Arguments.ONCE;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

import dev.miniredis.acl.User;
import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.session.Blocked;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.session.Session.ReplyMode;
import java.util.function.Predicate;

/** The subcommands of {@code CLIENT}, but for those about tracking. */
final class ClientCommands {
    private static final CommandError NOT_AN_ID = new CommandError("ERR client-id should be greater than 0");
    private static final CommandError NO_SUCH_CLIENT = new CommandError("ERR No such client");
    private static final CommandError TIMEOUT_NEGATIVE = new CommandError("ERR timeout is negative");
    private static final CommandError TIMEOUT_NO_INTEGER =
            new CommandError("ERR timeout is not an integer or out of range");

    private static final Trait LISTED_TYPE = new Trait.Check("TYPE", ClientCommands::checkListedType);
    private static final Trait LISTED_ID = new Trait.Check(
            "client-id", (call, index) -> call.integer(index, new CommandError("ERR Invalid client ID")));
    private static final Trait UNRECOGNIZED = new Trait.OptionError(
            (call, index) -> new CommandError("ERR Unrecognized option '" + call.text(index) + "'"));
    private static final Trait PAUSE_MODE = new Trait.OptionError((call, index) ->
            call.args() > 4 ? CommandError.SYNTAX : new CommandError("ERR CLIENT PAUSE mode must be WRITE or ALL"));

    private ClientCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("CLIENT", "2.4.0", "A container for client connection commands.")
                .container(null, "5.0.0", HelpTexts.CLIENT);
        TrackingCommands.addTo(table);
        table
            .row("CLIENT GETNAME", "2.6.9", "Returns the name of the connection.")
                .other(ClientCommands::getName, NOSCRIPT, LOADING, STALE)
            .row("CLIENT ID", "5.0.0", "Returns the unique client ID of the connection.")
                .other(ClientCommands::id, NOSCRIPT, LOADING, STALE)
            .row("CLIENT INFO", "6.2.0", "Returns information about the connection.")
                .other(ClientCommands::info, NOSCRIPT, LOADING, STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLIENT KILL <ip:port | <[ID client-id:integer] | [TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB>] | [USER username] | [ADDR ip:port] | [LADDR ip:port] | [SKIPME yes/no] ...>>", "2.4.0", "Terminates open connections.")
                .other(ClientCommands::kill, new Trait.Arity(-3), new Trait.ByItself("one word is an address, whatever it is"), ADMIN, NOSCRIPT, LOADING, STALE)
            .row("CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer [client-id:integer ...]]", "2.4.0", "Lists open connections.")
                .other(ClientCommands::list, LISTED_TYPE, LISTED_ID, ADMIN, NOSCRIPT, LOADING, STALE, NONDETERMINISTIC_OUTPUT)
            .row("CLIENT NO-EVICT <ON | OFF>", "7.0.0", "Sets the client eviction mode of the connection.")
                .other(ClientCommands::noEvict, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("CLIENT NO-TOUCH <ON | OFF>", "7.2.0", "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.")
                .other(ClientCommands::noTouch, NOSCRIPT, LOADING, STALE)
            .row("CLIENT PAUSE timeout:integer [WRITE | ALL]", "2.9.50", "Suspends commands processing.")
                .other(ClientCommands::pause, ONCE, PAUSE_MODE, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("CLIENT REPLY <ON | OFF | SKIP>", "3.2.0", "Instructs the server whether to reply to commands.")
                .other(ClientCommands::reply, NOSCRIPT, LOADING, STALE)
            .row("CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>", "7.2.0", "Sets information specific to the client or connection.")
                .other(ClientCommands::setInfo, UNRECOGNIZED, NOSCRIPT, LOADING, STALE)
            .row("CLIENT SETNAME connection-name", "2.6.9", "Sets the connection name.")
                .other(ClientCommands::setName, NOSCRIPT, LOADING, STALE)
            .row("CLIENT UNBLOCK client-id:integer [TIMEOUT | ERROR]", "5.0.0", "Unblocks a client blocked by a blocking command from a different connection.")
                .other(ClientCommands::unblock, new Trait.ByItself("more words than one are ignored"), ADMIN, NOSCRIPT, LOADING, STALE)
            .row("CLIENT UNPAUSE", "6.2.0", "Resumes processing commands from paused clients.")
                .other(ClientCommands::unpause, ADMIN, NOSCRIPT, LOADING, STALE);
    }
    // spotless:on

    private static void getName(Call call) {
        String name = call.session().name();
        if (name.isEmpty()) {
            call.reply.nil();
        } else {
            call.reply.bulk(name);
        }
    }

    private static void id(Call call) {
        call.reply.integer(call.session().id());
    }

    private static void info(Call call) {
        call.reply.verbatim(call.session().describe(call.host.time().monotonicMillis()) + "\n");
    }

    /** The form with an address alone replies OK, or an error if there is no such client. */
    private static void kill(Call call) {
        Session self = call.session();
        boolean byAddress = call.args() == 3;
        Predicate<Session> wanted;
        boolean skipSelf = !byAddress;
        if (byAddress) {
            String address = call.text(2);
            wanted = session -> session.address().equals(address);
        } else {
            if (call.args() % 2 != 0) {
                throw CommandError.SYNTAX;
            }
            wanted = session -> true;
            for (int i = 2; i < call.args(); i += 2) {
                if (call.argIs(i, "SKIPME")) {
                    skipSelf = yesOrNo(call, i + 1);
                } else {
                    wanted = wanted.and(filter(call, i));
                }
            }
        }
        int killed = 0;
        for (Session session : call.host.clients().all()) {
            if (!session.isClosing() && wanted.test(session) && !(skipSelf && session == self)) {
                session.kill(session == self);
                killed++;
            }
        }
        if (!byAddress) {
            call.reply.integer(killed);
        } else if (killed == 0) {
            throw NO_SUCH_CLIENT;
        } else {
            call.reply.ok();
        }
    }

    private static boolean yesOrNo(Call call, int index) {
        if (call.argIs(index, "YES")) {
            return true;
        }
        if (!call.argIs(index, "NO")) {
            throw CommandError.SYNTAX;
        }
        return false;
    }

    private static Predicate<Session> filter(Call call, int index) {
        String value = call.text(index + 1);
        if (call.argIs(index, "ID")) {
            long id = call.integer(index + 1, NOT_AN_ID);
            if (id < 1) {
                throw NOT_AN_ID;
            }
            return session -> session.id() == id;
        }
        if (call.argIs(index, "TYPE")) {
            return ofType(call, index + 1);
        }
        if (call.argIs(index, "ADDR")) {
            return session -> session.address().equals(value);
        }
        if (call.argIs(index, "LADDR")) {
            return session -> session.localAddress().equals(value);
        }
        if (call.argIs(index, "USER")) {
            User user = call.host.security().users().find(value);
            if (user == null) {
                throw new CommandError("ERR No such user '" + value + "'");
            }
            return session -> session.user() == user;
        }
        throw CommandError.SYNTAX;
    }

    /** As Redis's {@code getClientType}: who only listens is of another type. */
    private static Predicate<Session> ofType(Call call, int index) {
        if (call.argIs(index, "NORMAL")) {
            return session -> !session.isSubscribed() && !session.isMonitoring();
        }
        if (call.argIs(index, "PUBSUB")) {
            return session -> session.isSubscribed() && !session.isMonitoring();
        }
        if (call.argIs(index, "SLAVE") || call.argIs(index, "REPLICA")) {
            return Session::isMonitoring;
        }
        if (call.argIs(index, "MASTER")) {
            return session -> false;
        }
        throw new CommandError("ERR Unknown client type '" + call.text(index) + "'");
    }

    private static void list(Call call) {
        if (call.options.has(ID)) {
            listOfIds(call);
            return;
        }
        Predicate<Session> wanted = call.options.has(TYPE) ? ofType(call, 3) : session -> true;
        StringBuilder list = new StringBuilder();
        for (Session session : call.host.clients().all()) {
            if (wanted.test(session)) {
                list.append(session.describe(call.host.time().monotonicMillis()))
                        .append('\n');
            }
        }
        call.reply.verbatim(list.toString());
    }

    private static void checkListedType(Call call, int index) {
        if (call.args() > 4) { // TYPE allows no other option
            throw CommandError.SYNTAX;
        }
        ofType(call, index);
    }

    /** In the order of the request, with repetitions. */
    private static void listOfIds(Call call) {
        if (call.args() == 3) { // ID without any
            throw CommandError.SYNTAX;
        }
        StringBuilder list = new StringBuilder();
        for (int i = 3; i < call.args(); i++) {
            Session session = call.host.clients().find(call.integer(i));
            if (session != null) {
                list.append(session.describe(call.host.time().monotonicMillis()))
                        .append('\n');
            }
        }
        call.reply.verbatim(list.toString());
    }

    private static void noEvict(Call call) {
        call.session().noEvict(call.options.has(ON));
        call.reply.ok();
    }

    private static void noTouch(Call call) {
        call.session().noTouch(call.options.has(ON));
        call.reply.ok();
    }

    private static void pause(Call call) {
        boolean all = !call.options.has(WRITE);
        long until = deadline(call, 2);
        call.host.clients().pause(until, all, call.host.time().monotonicMillis());
        call.reply.ok();
    }

    /**
     * The end of a time in milliseconds from now on, as Redis's {@code getTimeoutFromObjectOrReply} reads it.
     *
     * @return 0 for no end
     */
    static long timeout(Call call, int index) {
        return call.integer(index, TIMEOUT_NO_INTEGER) == 0 ? 0 : deadline(call, index);
    }

    private static long deadline(Call call, int index) {
        long millis = call.integer(index, TIMEOUT_NO_INTEGER);
        if (millis < 0) {
            throw TIMEOUT_NEGATIVE;
        }
        long now = call.host.time().monotonicMillis();
        if (millis > Long.MAX_VALUE - now) {
            throw new CommandError("ERR timeout is out of range");
        }
        return now + millis;
    }

    private static void reply(Call call) {
        Session session = call.session();
        if (call.options.has(ON)) {
            session.replyMode(ReplyMode.ON);
            call.reply.ok();
        } else if (call.options.has(OFF)) {
            session.replyMode(ReplyMode.OFF);
        } else if (session.replyMode() != ReplyMode.OFF) {
            session.replyMode(ReplyMode.SKIP_NEXT);
        }
    }

    private static void setInfo(Call call) {
        String value = ConnectionCommands.validName(call.arg(3), call.text(2));
        if (call.options.has(LIB_NAME)) {
            call.session().libraryName(value);
        } else {
            call.session().libraryVersion(value);
        }
        call.reply.ok();
    }

    private static void setName(Call call) {
        call.session().name(ConnectionCommands.validName(call.arg(2), "Client names"));
        call.reply.ok();
    }

    private static void unblock(Call call) {
        boolean error = false;
        if (call.args() == 4) {
            error = call.argIs(3, "ERROR");
            if (!error && !call.argIs(3, "TIMEOUT")) {
                throw new CommandError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
            }
        }
        Clients clients = call.host.clients();
        Session session = clients.find(call.integer(2));
        Blocked blocked = session == null ? null : session.blocked();
        if (blocked == null) {
            call.reply.integer(0);
            return;
        }
        if (error) {
            clients.fail(session, "UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else {
            clients.timeOut(session);
        }
        call.reply.integer(1);
    }

    private static void unpause(Call call) {
        call.host.clients().unpause(call.host.time().monotonicMillis());
        call.reply.ok();
    }
}

package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.AUTH;
import static dev.miniredis.command.Keyword.SETNAME;
import static dev.miniredis.command.Trait.Flag.ALLOW_BUSY;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_AUTH;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Rule.NOT_QUEUED;
import static dev.miniredis.command.Trait.Rule.WHILE_SUBSCRIBED;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;

import dev.miniredis.acl.Users;
import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Security;
import dev.miniredis.command.Trait;
import dev.miniredis.command.Trait.OptionError;
import dev.miniredis.resp.RedisVersion;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;

/** The connection commands, except CLIENT. */
final class ConnectionCommands {
    private static final CommandError HELLO_WITHOUT_AUTH = new CommandError(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user>"
                    + " <pass> option can be used to authenticate the client and select the RESP protocol version at the"
                    + " same time");
    private static final CommandError NO_PASSWORD_TO_GIVE =
            new CommandError("ERR AUTH <password> called without any password configured for the default user. Are you"
                    + " sure your configuration is correct?");

    private static final CommandError NO_PROTOCOL =
            new CommandError("ERR Protocol version is not an integer or out of range");

    private static final Trait PROTOCOL = new Trait.Check("protover", ConnectionCommands::checkProtocol);
    private static final Trait CLIENT_NAME =
            new Trait.Check("SETNAME", (call, index) -> validName(call.arg(index), "Client names"));
    private static final Trait HELLO_OPTION = new OptionError(
            (call, index) -> new CommandError("ERR Syntax error in HELLO option '" + call.text(index) + "'"));

    private ConnectionCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("AUTH [username] password", "1.0.0", "Authenticates the connection.")
                .other(ConnectionCommands::auth, Trait.Secrets.from(1), NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .row("ECHO message", "1.0.0", "Returns the given string.")
                .other(ConnectionCommands::echo, LOADING, STALE, FAST)
            .row("HELLO [protover:integer [AUTH username password] [SETNAME clientname]]", "6.0.0", "Handshakes with the Redis server.")
                .other(ConnectionCommands::hello, PROTOCOL, CLIENT_NAME, HELLO_OPTION, new Trait.Secrets(ConnectionCommands::isSecretOfHello), NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .row("PING [message]", "1.0.0", "Returns the server's liveliness response.")
                .other(ConnectionCommands::ping, OptionError.ARITY, WHILE_SUBSCRIBED, FAST, REQUEST_ALL_SHARDS, RESPONSE_ALL_SUCCEEDED)
            .row("QUIT", "1.0.0", "Closes the connection.")
                .other(ConnectionCommands::quit, NOT_QUEUED, WHILE_SUBSCRIBED, new Trait.Arity(-1), NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .row("RESET", "6.2.0", "Resets the connection.")
                .other(ConnectionCommands::reset, NOT_QUEUED, WHILE_SUBSCRIBED, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .row("SELECT index:integer", "1.0.0", "Changes the selected database.")
                .other(ConnectionCommands::select, LOADING, STALE, FAST);
    }
    // spotless:on

    /**
     * Checks that a name has only printable ASCII characters and no spaces, so that {@code CLIENT LIST} is parseable.
     */
    static String validName(Slice name, String attribute) {
        for (int i = 0; i < name.length(); i++) {
            if (name.byteAt(i) < '!' || name.byteAt(i) > '~') {
                throw CommandError.invalidName(attribute);
            }
        }
        return name.toString();
    }

    private static void auth(Call call) {
        Security security = call.host.security();
        if (call.args() == 2) {
            if (security.isWithoutPassword()) {
                throw NO_PASSWORD_TO_GIVE;
            }
            security.logIn(call, Users.DEFAULT, call.arg(1));
        } else {
            security.logIn(call, call.arg(1).toString(), call.arg(2));
        }
        call.reply.ok();
    }

    private static void echo(Call call) {
        call.reply.bulk(call.arg(1));
    }

    private static void hello(Call call) {
        Session session = call.session();
        Options options = call.options;
        if (options.has(AUTH)) {
            int name = options.index(AUTH);
            call.host.security().logIn(call, call.arg(name).toString(), call.arg(name + 1));
        }
        if (!session.isAuthenticated()) {
            throw HELLO_WITHOUT_AUTH;
        }
        if (options.has(SETNAME)) {
            session.name(options.value(SETNAME).toString());
        }
        session.protocol((int) options.integer("protover", session.protocol()));
        replyHello(call);
    }

    private static void checkProtocol(Call call, int index) {
        long version = call.integer(index, NO_PROTOCOL);
        if (version < 2 || version > 3) {
            throw new CommandError("NOPROTO unsupported protocol version");
        }
    }

    /** The two arguments after AUTH. The request may be malformed. */
    private static boolean isSecretOfHello(Request request, int index) {
        for (int i = 2; i + 2 < request.size() && i < index; i++) {
            if (request.arg(i).equalsIgnoreCase(AUTH.bytes())) {
                if (index <= i + 2) {
                    return true;
                }
                i += 2;
            } else if (request.arg(i).equalsIgnoreCase(SETNAME.bytes())) {
                i++;
            } else {
                return false;
            }
        }
        return false;
    }

    private static void replyHello(Call call) {
        call.reply.protocol(call.session().protocol());
        call.reply.map(7);
        call.reply.bulk("server");
        call.reply.bulk("redis");
        call.reply.bulk("version");
        call.reply.bulk(RedisVersion.TEXT);
        call.reply.bulk("proto");
        call.reply.integer(call.session().protocol());
        call.reply.bulk("id");
        call.reply.integer(call.session().id());
        call.reply.bulk("mode");
        call.reply.bulk(call.host.tuning().mode());
        call.reply.bulk("role");
        call.reply.bulk("master");
        call.reply.bulk("modules");
        call.reply.array(0);
    }

    private static void ping(Call call) {
        if (call.session().isSubscribed() && call.session().protocol() == 2) {
            call.reply.array(2);
            call.reply.bulk("pong");
            if (call.args() == 2) {
                call.reply.bulk(call.arg(1));
            } else {
                call.reply.bulk("");
            }
        } else if (call.args() == 2) {
            call.reply.bulk(call.arg(1));
        } else {
            call.reply.pong();
        }
    }

    private static void quit(Call call) {
        call.session().close();
        call.reply.ok();
    }

    private static void reset(Call call) {
        call.host.clients().reset(call.session());
        call.host.security().admit(call.session());
        call.reply.protocol(call.session().protocol());
        call.reply.simple("RESET");
    }

    private static void select(Call call) {
        long index = call.integer(1);
        if (index < Integer.MIN_VALUE || index > Integer.MAX_VALUE) {
            throw new CommandError("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
        if (index != 0) {
            call.refuseInCluster("SELECT is not allowed in cluster mode");
        }
        if (index < 0 || index >= call.host.databases()) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        call.session().database((int) index);
        call.reply.ok();
    }
}

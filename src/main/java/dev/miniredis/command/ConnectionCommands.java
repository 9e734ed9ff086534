package dev.miniredis.command;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.ALLOW_BUSY;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_AUTH;
import static dev.miniredis.command.Trait.Flag.STALE;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;

import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** The commands about the connection and its client. */
final class ConnectionCommands {
    private static final byte[] DEFAULT_USER = Session.DEFAULT_USER.getBytes(StandardCharsets.US_ASCII);

    private ConnectionCommands() {}

    static void addTo(CommandTable table) {
        table.row("CLIENT", "2.4.0", "A container for client connection commands.")
                .container(null)
                .row("CLIENT GETNAME", "2.6.9", "Returns the name of the connection.")
                .other(ConnectionCommands::clientGetName, NOSCRIPT, LOADING, STALE)
                .row("CLIENT ID", "5.0.0", "Returns the unique client ID of the connection.")
                .other(ConnectionCommands::clientId, NOSCRIPT, LOADING, STALE)
                .row("CLIENT INFO", "6.2.0", "Returns information about the connection.")
                .other(ConnectionCommands::clientInfo, NOSCRIPT, LOADING, STALE, NONDETERMINISTIC_OUTPUT)
                .row(
                        "CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id ...]]",
                        "2.4.0",
                        "Lists open connections.")
                .other(ConnectionCommands::clientList, ADMIN, NOSCRIPT, LOADING, STALE, NONDETERMINISTIC_OUTPUT)
                .row(
                        "CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>",
                        "7.2.0",
                        "Sets information specific to the client or connection.")
                .other(ConnectionCommands::clientSetInfo, NOSCRIPT, LOADING, STALE)
                .row("CLIENT SETNAME connection-name", "2.6.9", "Sets the connection name.")
                .other(ConnectionCommands::clientSetName, NOSCRIPT, LOADING, STALE)
                .row("ECHO message", "1.0.0", "Returns the given string.")
                .other(ConnectionCommands::echo, LOADING, STALE, FAST)
                .row(
                        "HELLO [protover [AUTH username password] [SETNAME clientname]]",
                        "6.0.0",
                        "Handshakes with the Redis server.")
                .other(ConnectionCommands::hello, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
                .row("PING [message]", "1.0.0", "Returns the server's liveliness response.")
                .other(ConnectionCommands::ping, FAST, REQUEST_ALL_SHARDS, RESPONSE_ALL_SUCCEEDED)
                .row("QUIT", "1.0.0", "Closes the connection.")
                .other(
                        ConnectionCommands::quit,
                        new Trait.Arity(-1),
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST,
                        NO_AUTH,
                        ALLOW_BUSY)
                .row("RESET", "6.2.0", "Resets the connection.")
                .other(ConnectionCommands::reset, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
                .row("SELECT index", "1.0.0", "Changes the selected database.")
                .other(ConnectionCommands::select, LOADING, STALE, FAST);
    }

    private static void clientGetName(Call call) {
        String name = call.session().name();
        if (name.isEmpty()) {
            call.reply.nil();
        } else {
            call.reply.bulk(name);
        }
    }

    private static void clientId(Call call) {
        call.reply.integer(call.session().id());
    }

    private static void clientInfo(Call call) {
        call.reply.verbatim(call.session().describe(call.now()) + "\n");
    }

    private static void clientList(Call call) {
        Predicate<Session> wanted = session -> true;
        if (call.args() == 4 && call.argIs(2, "TYPE")) {
            boolean normal = call.argIs(3, "NORMAL");
            if (!normal
                    && !call.argIs(3, "MASTER")
                    && !call.argIs(3, "REPLICA")
                    && !call.argIs(3, "SLAVE")
                    && !call.argIs(3, "PUBSUB")) {
                throw new CommandError("ERR Unknown client type '" + call.text(3) + "'");
            }
            wanted = session -> normal;
        } else if (call.args() > 3 && call.argIs(2, "ID")) {
            clientListOfIds(call);
            return;
        } else if (call.args() > 2) {
            throw CommandError.SYNTAX;
        }
        StringBuilder list = new StringBuilder();
        for (Session session : call.host.sessions()) {
            if (wanted.test(session)) {
                list.append(session.describe(call.now())).append('\n');
            }
        }
        call.reply.verbatim(list.toString());
    }

    /** In the order in which they are asked for, one that is asked for twice twice. */
    private static void clientListOfIds(Call call) {
        StringBuilder list = new StringBuilder();
        for (int i = 3; i < call.args(); i++) {
            long id = call.integer(i, new CommandError("ERR Invalid client ID"));
            for (Session session : call.host.sessions()) {
                if (session.id() == id) {
                    list.append(session.describe(call.now())).append('\n');
                }
            }
        }
        call.reply.verbatim(list.toString());
    }

    private static void clientSetInfo(Call call) {
        boolean libraryName = call.argIs(2, "LIB-NAME");
        if (!libraryName && !call.argIs(2, "LIB-VER")) {
            throw new CommandError("ERR Unrecognized option '" + call.text(2) + "'");
        }
        String value = validName(call.arg(3), call.text(2));
        if (libraryName) {
            call.session().libraryName(value);
        } else {
            call.session().libraryVersion(value);
        }
        call.reply.ok();
    }

    private static void clientSetName(Call call) {
        call.session().name(validName(call.arg(2), "Client names"));
        call.reply.ok();
    }

    /** A name of printable letters without spaces, so that {@code CLIENT LIST} can be read. */
    private static String validName(Slice name, String attribute) {
        for (int i = 0; i < name.length(); i++) {
            if (name.byteAt(i) < '!' || name.byteAt(i) > '~') {
                throw CommandError.invalidName(attribute);
            }
        }
        return name.toString();
    }

    private static void echo(Call call) {
        call.reply.bulk(call.arg(1));
    }

    private static void hello(Call call) {
        Session session = call.session();
        int protocol = session.protocol();
        if (call.args() > 1) {
            long version = call.integer(1, new CommandError("ERR Protocol version is not an integer or out of range"));
            if (version < 2 || version > 3) {
                throw new CommandError("NOPROTO unsupported protocol version");
            }
            protocol = (int) version;
        }
        String name = null;
        Slice user = null;
        for (int i = 2; i < call.args(); i++) {
            if (call.argIs(i, "AUTH") && i + 2 < call.args()) {
                user = call.arg(i + 1);
                i += 2;
            } else if (call.argIs(i, "SETNAME") && i + 1 < call.args()) {
                name = validName(call.arg(i + 1), "Client names");
                i++;
            } else {
                throw new CommandError("ERR Syntax error in HELLO option '" + call.text(i) + "'");
            }
        }
        if (user != null && !user.contentEquals(DEFAULT_USER)) {
            throw CommandError.WRONG_PASSWORD;
        }
        if (name != null) {
            session.name(name);
        }
        session.protocol(protocol);
        replyHello(call);
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
        call.reply.bulk("standalone");
        call.reply.bulk("role");
        call.reply.bulk("master");
        call.reply.bulk("modules");
        call.reply.array(0);
    }

    private static void ping(Call call) {
        if (call.args() > 2) {
            throw CommandError.wrongArity(call.command().name());
        }
        if (call.args() == 2) {
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
        call.session().reset();
        call.reply.protocol(call.session().protocol());
        call.reply.simple("RESET");
    }

    private static void select(Call call) {
        long index = call.integer(1);
        if (index < Integer.MIN_VALUE || index > Integer.MAX_VALUE) {
            throw new CommandError("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
        if (index < 0 || index >= call.host.databases()) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        call.session().database((int) index);
        call.reply.ok();
    }
}

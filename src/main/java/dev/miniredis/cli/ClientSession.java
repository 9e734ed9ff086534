package dev.miniredis.cli;

import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Items;
import dev.miniredis.resp.ReplyValue.Nil;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A conversation with a server: runs commands, prints the replies, and survives the end of a connection.
 *
 * <p>A connection that is found closed before a command has been sent is opened anew, and the user does not notice.
 * Once a command has left it is never sent again, for the server may have executed it; nor is one that belongs to a
 * transaction or relies on a watch, which have ended with their connection. What the user has chosen, the database and
 * the protocol, is chosen again on each new connection.
 */
final class ClientSession implements AutoCloseable {
    /** How a command went. */
    enum Outcome {
        REPLIED,
        ERROR_REPLY,
        /** There was no server, or the connection ended; the user has been told. */
        NO_SERVER
    }

    private static final Set<String> SUBSCRIBING = Set.of("subscribe", "psubscribe", "ssubscribe");
    private static final Set<String> UNSUBSCRIBING = Set.of("unsubscribe", "punsubscribe", "sunsubscribe");

    private final ReplyPrinter printer;
    private final boolean showPushes;
    private final boolean resp3;
    private final PrintStream out;
    private final PrintStream err;

    private volatile Destination destination; // with the choices of the user since the start
    private volatile ClientConnection connection; // null when not connected
    private volatile boolean working;
    private volatile boolean interrupted;

    private int database; // of the connection
    private int databaseBeforeMulti;
    private boolean inTransaction;
    private boolean watching;

    /**
     * @param resp3 whether to ask for RESP3
     * @param showPushes whether to print the pushes of a RESP3 server
     */
    ClientSession(
            Destination destination,
            boolean resp3,
            ReplyPrinter printer,
            boolean showPushes,
            PrintStream out,
            PrintStream err) {
        this.destination = destination;
        this.resp3 = resp3;
        this.printer = printer;
        this.showPushes = showPushes;
        this.out = out;
        this.err = err;
    }

    /** Moves on to another server; false if it cannot be reached. */
    boolean connect(ServerAddress other) {
        disconnect();
        destination = destination.at(other);
        return connect();
    }

    /** Connects if not connected; prints the reason of a failure. */
    boolean connect() {
        if (connection != null) {
            return true;
        }
        ClientConnection fresh = new ClientConnection();
        connection = fresh;
        try {
            fresh.connect(destination);
        } catch (IOException failed) {
            disconnect();
            if (!interrupted) {
                err.println("Could not connect to Mini Redis at " + destination.address() + ": " + reason(failed));
            }
            return false;
        }
        try {
            logIn();
            if (resp3 && !greet("HELLO", "3")) {
                disconnect();
                return false;
            }
            int chosen = destination.database();
            if (chosen != 0 && greet("SELECT", Integer.toString(chosen))) {
                database = chosen;
            }
            return true;
        } catch (IOException | ProtocolException failed) {
            lose(failed);
            return false;
        }
    }

    /**
     * Authenticates. After a refusal the connection stays open: the server may not require it, or the user may try
     * again.
     */
    private void logIn() throws IOException, ProtocolException {
        Login login = destination.login();
        if (login != null) {
            ReplyValue reply = connection.logIn(login);
            if (reply.isError()) {
                err.println("AUTH failed: " + reply);
            }
        }
    }

    private boolean greet(String name, String argument) throws IOException, ProtocolException {
        connection.send(List.of(ascii(name), ascii(argument)));
        ReplyValue reply = connection.receive();
        if (reply.isError()) {
            err.println(name + " " + argument + " failed: " + reply);
        }
        return !reply.isError();
    }

    /** The destination, which the user may have changed. From any thread. */
    Destination destination() {
        return destination;
    }

    /** The prompt, which shows the state. */
    String prompt() {
        if (connection == null) {
            return "not connected> ";
        }
        return "mini-redis" + (database == 0 ? "" : "[" + database + "]") + (inTransaction ? "(TX)" : "") + "> ";
    }

    /** Runs a command {@code repeat} times and prints its replies. */
    Outcome run(CommandWords words, long repeat) {
        interrupted = false;
        working = true;
        try {
            Outcome outcome = Outcome.REPLIED;
            for (long i = 0; i < repeat && outcome != Outcome.NO_SERVER && !interrupted; i++) {
                outcome = out.checkError() ? Outcome.NO_SERVER : runOnce(words);
            }
            if (interrupted) {
                out.println(); // after the ^C that the terminal has shown
                disconnect();
                interrupted = false;
                connect();
            }
            return outcome;
        } finally {
            working = false;
        }
    }

    /**
     * Ends what {@link #run} is waiting for, at the price of the connection; without a {@code run}, nothing. For
     * another thread.
     */
    void interrupt() {
        if (working) {
            interrupted = true;
            ClientConnection waiting = connection;
            if (waiting != null) {
                waiting.close();
            }
        }
    }

    private Outcome runOnce(CommandWords words) {
        if (!send(words)) {
            return Outcome.NO_SERVER;
        }
        try {
            return receive(words) ? Outcome.REPLIED : Outcome.ERROR_REPLY;
        } catch (IOException | ProtocolException failed) {
            if (words.name(0).equals("shutdown") && failed instanceof IOException) {
                disconnect();
                return Outcome.REPLIED;
            }
            lose(failed);
            return Outcome.NO_SERVER;
        }
    }

    private boolean send(CommandWords words) {
        if (connection != null && connection.isClosedByServer()) {
            if (inTransaction || watching) {
                lose(new EOFException());
                return false;
            }
            disconnect();
        }
        boolean reused = connection != null;
        if (!connect()) {
            return false;
        }
        try {
            connection.send(words.bytes());
            return true;
        } catch (IOException failed) {
            if (!reused || inTransaction || watching || interrupted) {
                lose(failed);
                return false;
            }
            disconnect();
            return send(words); // on a fresh connection, so this goes no deeper
        }
    }

    /** Prints the reply of the server; returns false for an error. */
    private boolean receive(CommandWords words) throws IOException, ProtocolException {
        String name = words.name(0);
        if (name.equals("monitor")) {
            return receiveUntilError();
        }
        if (SUBSCRIBING.contains(name)) {
            return receiveMessages();
        }
        if (UNSUBSCRIBING.contains(name)) {
            return receiveConfirmations(Math.max(1, words.size() - 1));
        }
        ReplyValue reply = connection.receive();
        while (reply instanceof Items push && push.isPush()) {
            if (showPushes) {
                write(printer.printPush(push));
            }
            reply = connection.receive();
        }
        write(printer.print(reply, ReplyPrinter.isVerbatim(words)));
        follow(words, reply);
        return !reply.isError();
    }

    private boolean receiveUntilError() throws IOException, ProtocolException {
        while (true) {
            ReplyValue reply = connection.receive();
            write(printer.print(reply, false));
            if (reply.isError() || out.checkError()) {
                return false;
            }
        }
    }

    /** Prints messages for ever: until {@link #interrupt}, or the answer that there will be none. */
    private boolean receiveMessages() throws IOException, ProtocolException {
        if (!printer.isRaw()) {
            write(ascii("Reading messages... (press Ctrl-C to quit)\n"));
        }
        while (true) {
            ReplyValue reply = connection.receive();
            write(printer.print(reply, false));
            if (!(reply instanceof Items) || out.checkError()) {
                return !reply.isError();
            }
        }
    }

    /** Prints the answers to one UNSUBSCRIBE, one for each channel that it names. */
    private boolean receiveConfirmations(int count) throws IOException, ProtocolException {
        for (int i = 0; i < count; i++) {
            ReplyValue reply = connection.receive();
            write(printer.print(reply, false));
            if (!(reply instanceof Items)) {
                return !reply.isError();
            }
        }
        return true;
    }

    /** Records how a command has changed the state of the connection. */
    private void follow(CommandWords words, ReplyValue reply) {
        String name = words.name(0);
        if (name.equals("select") && words.size() == 2 && !reply.isError()) {
            choose(Integer.parseInt(words.text(1)));
        } else if (name.equals("exec") && inTransaction) {
            inTransaction = false;
            watching = false;
            if (reply.isError() || reply instanceof Nil) {
                choose(databaseBeforeMulti);
            }
        } else if (!reply.isError()) {
            followSuccess(name, words);
        }
    }

    private void followSuccess(String name, CommandWords words) {
        switch (name) {
            case "auth" -> noteLogin(words.bytes().subList(1, words.size()));
            case "hello" -> {
                for (int i = 2; i + 2 < words.size(); i++) {
                    if (words.name(i).equals("auth")) {
                        noteLogin(words.bytes().subList(i + 1, i + 3));
                    }
                }
            }
            case "watch" -> watching = true;
            case "unwatch" -> watching = false;
            case "multi" -> {
                inTransaction = true;
                databaseBeforeMulti = database;
            }
            case "discard" -> {
                inTransaction = false;
                watching = false;
                choose(databaseBeforeMulti);
            }
            case "reset" -> {
                inTransaction = false;
                watching = false;
                choose(0);
            }
            default -> {}
        }
    }

    private void choose(int number) {
        database = number;
        destination = destination.in(number);
    }

    /** Remembers a successful login: a user's name and password, or a password alone. */
    private void noteLogin(List<byte[]> words) {
        destination = destination.as(new Login(words.size() == 2 ? words.getFirst() : null, words.getLast()));
    }

    /** Closes a connection that has failed, and tells the user, unless the user has closed it. */
    private void lose(Exception failure) {
        disconnect();
        if (!interrupted) {
            err.println("Error: " + (isEnd(failure) ? "Server closed the connection" : failure.getMessage()));
        }
    }

    /** The end of a connection has three forms, by the moment at which it is noticed. */
    private static boolean isEnd(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof EOFException
                || failure instanceof IOException
                        && (message.startsWith("Connection reset") || message.equals("Broken pipe"));
    }

    private void disconnect() {
        ClientConnection old = connection;
        if (old != null) {
            old.close();
        }
        connection = null;
        database = 0;
        inTransaction = false;
        watching = false;
    }

    @Override
    public void close() {
        disconnect();
    }

    private void write(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    private static String reason(IOException failed) {
        return failed instanceof UnknownHostException ? "Name or service not known" : failed.getMessage();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

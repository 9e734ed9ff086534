package dev.miniredis.command;

import dev.miniredis.config.EventType;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.resp.ByteString;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Statistics;
import dev.miniredis.value.Value;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The server as commands see it. Used on the engine's thread. */
public interface Host {
    CommandTable commands();

    /** How many databases there are. */
    int databases();

    Keyspace database(int index);

    /** The connected clients, and the messages between them. */
    Clients clients();

    /**
     * Runs a command inside the one that is being run, in the same unit of work, after a look at the user's
     * permissions. Its reply, or what it fails with, is added to the reply of the one around it.
     *
     * @throws CommandError there is no such command, or it takes another number of arguments
     */
    void run(Session session, Request request);

    /** Lets a client wait for keys; see {@link Call#block}. */
    void block(
            Session session,
            Request request,
            int database,
            List<ByteString> keys,
            Class<? extends Value> type,
            long deadlineMillis,
            Consumer<Reply> timeOut);

    /** The lsn that must be durable before others may see what this client has done until now. */
    long lsnVisibleTo(Session session);

    /** Authentication and access control. */
    Security security();

    /** How far the log is. */
    LogProgress log();

    Info info();

    Parameters parameters();

    /** The statistics. */
    Statistics statistics();

    /** The parameters that may be changed. */
    Tuning tuning();

    /** The account of the memory that the data takes. */
    MemoryAccount memory();

    /** The memory of the process. */
    ProcessMemory processMemory();

    /** The clocks; what changes data must not hang on them. */
    HostTime time();

    /** Where values may be moved to. */
    Peers peers();

    /** Makes bases of the log. */
    Saving saving();

    /** What DEBUG may do. */
    Debugging debugging();

    /** The source of random numbers; changes of data must not depend on it. */
    RandomGenerator random();

    /** Publishes a keyspace event for a key, which is a part of an array. */
    void event(EventType type, String name, int database, byte[] key, int offset, int length);

    /** Starts the shutdown of the server. */
    void shutdown();
}

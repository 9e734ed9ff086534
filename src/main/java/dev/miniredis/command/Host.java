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

/** The server as seen by commands. To be used on the engine's thread. */
public interface Host {
    CommandTable commands();

    /** The number of databases. */
    int databases();

    Keyspace database(int index);

    /** The connected clients and their Pub/Sub channels. */
    Clients clients();

    /**
     * Runs a nested command in the same unit of work as the current one, after a check of the user's permissions. Its
     * reply or its error is appended to the reply of the current command.
     *
     * @throws CommandError the command is unknown or the number of arguments is wrong
     */
    void run(Session session, Request request);

    /** Blocks a client until a key is ready; see {@link Call#block}. */
    void block(
            Session session,
            Request request,
            int database,
            List<ByteString> keys,
            Class<? extends Value> type,
            long deadlineMillis,
            Consumer<Reply> timeOut);

    /**
     * The lsn that must be durable before others may see this client's writes, or data that the unit of work has read.
     */
    long lsnVisibleTo(Session session);

    /** Authentication and access control. */
    Security security();

    /** The progress of the log. */
    LogProgress log();

    Info info();

    Parameters parameters();

    /** Counters and measurements. */
    Statistics statistics();

    /** The parameters that can change at runtime. */
    Tuning tuning();

    /** The memory that the data uses. */
    MemoryAccount memory();

    /** The memory of the whole process. */
    ProcessMemory processMemory();

    /** The clocks. Changes of data must not depend on them, but on {@link Call#now}. */
    HostTime time();

    /** Other servers, for MIGRATE. */
    Peers peers();

    /** Writes bases of the log. */
    Saving saving();

    /** The operations of DEBUG. */
    Debugging debugging();

    /** A source of random numbers. Changes of data must not depend on it. */
    RandomGenerator random();

    /** Publishes a keyspace event of a key. */
    void event(EventType type, String name, int database, byte[] key, int offset, int length);

    /** Starts the shutdown of the server. Acknowledged writes stay on disk. */
    void shutdown();
}

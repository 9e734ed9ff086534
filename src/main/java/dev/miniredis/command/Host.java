package dev.miniredis.command;

import dev.miniredis.config.EventType;
import dev.miniredis.config.Parameters;
import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Clients;
import dev.miniredis.session.Session;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Statistics;
import java.util.List;
import java.util.random.RandomGenerator;

/** What commands may ask of the server they run in. Asked and answered on the engine's thread. */
public interface Host {
    CommandTable commands();

    /** How many databases there are. */
    int databases();

    Keyspace database(int index);

    /** The clients that are connected, and what they get from each other. */
    Clients clients();

    /**
     * Runs the requests that a client has queued, whose replies make one; what they change takes effect together.
     *
     * @param session has no transaction any more
     */
    void runQueued(Session session, List<Request> requests);

    /** The lsn that must be durable before others may see what this client has done until now. */
    long lsnVisibleTo(Session session);

    /** Who clients are, and what they may do. */
    Security security();

    /** How far the log is. */
    LogProgress log();

    Info info();

    Parameters parameters();

    /** What is counted and measured. */
    Statistics statistics();

    /** The parameters that may be changed. */
    Tuning tuning();

    /** What the data takes of the heap. */
    MemoryAccount memory();

    /** What is known of the memory of the process around the data. */
    ProcessMemory processMemory();

    /** The clocks; what changes data must not hang on them. */
    HostTime time();

    /** Where values may be moved to. */
    Peers peers();

    /** Makes bases of the log. */
    Saving saving();

    /** What DEBUG may do. */
    Debugging debugging();

    /** Where chance comes from; what changes data must not hang on it. */
    RandomGenerator random();

    /** Something has become of a key, a part of an array: those who listen are told. */
    void event(EventType type, String name, int database, byte[] key, int offset, int length);

    /** Begins to end the server; what is acknowledged stays on disk. */
    void shutdown();
}

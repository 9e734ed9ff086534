package dev.miniredis.commands;

import dev.miniredis.command.Host;
import dev.miniredis.session.ClientMemory;

/**
 * The memory of the data and the clients in bytes, with the breakdown of Redis's {@code getMemoryOverheadData}. It does
 * not include the memory of the JVM itself.
 *
 * @param total the sum, Redis's {@code used_memory}
 * @param peak the maximum of the sum since the start
 * @param startup the sum at the start, before there were keys
 * @param overhead the hash tables and the clients
 */
public record MemoryFigures(long total, long peak, long startup, long overhead) {
    public static MemoryFigures of(Host host) {
        ClientMemory clients = host.clients().memory();
        long overhead = clients.totalBytes();
        for (int i = 0; i < host.databases(); i++) {
            overhead += host.database(i).overheadBytes();
        }
        var account = host.memory();
        account.besides(clients.totalBytes());
        return new MemoryFigures(
                account.bytes() + clients.totalBytes(), account.peakBytes(), account.startupBytes(), overhead);
    }

    /** The memory of keys and values. */
    public long dataset() {
        return total - overhead;
    }

    /** The growth since the start; at least 1, as in Redis. */
    long net() {
        return Math.max(1, total - startup);
    }

    /** The share of keys and values in the growth since the start. */
    public double datasetPercent() {
        return dataset() * 100.0 / net();
    }

    public double peakPercent() {
        return total * 100.0 / peak;
    }
}

package dev.miniredis.commands;

import dev.miniredis.command.Host;
import dev.miniredis.session.ClientMemory;

/**
 * The memory of the data and the clients by purpose, in bytes, divided as in Redis's {@code
 * getMemoryOverheadData}. The memory of the JVM itself is not included.
 *
 * @param total all of it, Redis's {@code used_memory}
 * @param peak the most it has been
 * @param startup the total before there was any key
 * @param overhead the tables around the entries, and the clients
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

    /** Keys and values. */
    public long dataset() {
        return total - overhead;
    }

    /** What has come since the start; at least 1, as Redis has it. */
    long net() {
        return Math.max(1, total - startup);
    }

    /** How much of what has come since the start is keys and values. */
    public double datasetPercent() {
        return dataset() * 100.0 / net();
    }

    public double peakPercent() {
        return total * 100.0 / peak;
    }
}

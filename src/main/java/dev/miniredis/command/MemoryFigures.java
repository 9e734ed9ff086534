package dev.miniredis.command;

/**
 * What the memory that the data take is taken by, in bytes; the divisions are those of Redis's {@code
 * getMemoryOverheadData}. What clients and the JVM itself take is not in it.
 *
 * @param total all of it, Redis's {@code used_memory}
 * @param peak the most it has been
 * @param startup what it was before there was any key
 * @param overhead the tables around the entries
 */
public record MemoryFigures(long total, long peak, long startup, long overhead) {
    public static MemoryFigures of(Host host) {
        long overhead = 0;
        for (int i = 0; i < host.databases(); i++) {
            overhead += host.database(i).overheadBytes();
        }
        var account = host.memory();
        return new MemoryFigures(account.bytes(), account.peakBytes(), account.startupBytes(), overhead);
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

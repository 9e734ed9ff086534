package dev.miniredis.net;

import dev.miniredis.stats.OperationsRate;

/** What went over the sockets of all clients. On the engine's thread. */
public final class NetworkCounts {
    private final OperationsRate input = new OperationsRate();
    private final OperationsRate output = new OperationsRate();
    private long inputBytes;
    private long outputBytes;
    private long reads;
    private long writes;

    void read(int bytes) {
        inputBytes += bytes;
        reads++;
    }

    /** Output was handed on; some of it may still wait for the disk. */
    void wrote(int bytes) {
        outputBytes += bytes;
        writes++;
    }

    /** Notes the counts so far; about ten times a second. */
    void sample(long nowNanos) {
        input.sample(inputBytes, nowNanos);
        output.sample(outputBytes, nowNanos);
    }

    public long inputBytes() {
        return inputBytes;
    }

    public long outputBytes() {
        return outputBytes;
    }

    public long reads() {
        return reads;
    }

    public long writes() {
        return writes;
    }

    /** In the last second or so. */
    public long inputBytesPerSecond() {
        return input.perSecond();
    }

    public long outputBytesPerSecond() {
        return output.perSecond();
    }
}

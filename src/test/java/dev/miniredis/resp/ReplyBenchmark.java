package dev.miniredis.resp;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds for each of {@value #REPLIES} replies that are written one after the other, as a pipeline's are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReplyBenchmark {
    private static final int REPLIES = 64;
    private static final int MAP_PAIRS = 8;

    private final Reply reply = new Reply();
    private final byte[] value = new byte[32];
    private long number;

    /** What only some verbs depend on. */
    @State(Scope.Thread)
    public static class Protocol {
        @Param({"2", "3"})
        int version;
    }

    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public byte[] ok() {
        reply.clear();
        for (int i = 0; i < REPLIES; i++) {
            reply.ok();
        }
        return reply.bytes();
    }

    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public byte[] bulk() {
        reply.clear();
        for (int i = 0; i < REPLIES; i++) {
            reply.bulk(value, 0, value.length);
        }
        return reply.bytes();
    }

    /** Numbers of one to ten digits. */
    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public byte[] integer() {
        reply.clear();
        for (int i = 0; i < REPLIES; i++) {
            number = number * 31 + 7 & 0x7fff_ffffL;
            reply.integer(number >>> (i & 31));
        }
        return reply.bytes();
    }

    /** A map of {@value #MAP_PAIRS} names with numbers. */
    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public byte[] map(Protocol protocol) {
        reply.clear();
        reply.protocol(protocol.version);
        for (int i = 0; i < REPLIES; i++) {
            reply.map(MAP_PAIRS);
            for (int pair = 0; pair < MAP_PAIRS; pair++) {
                reply.bulk(value, 0, 8);
                reply.integer(pair);
            }
        }
        return reply.bytes();
    }
}

package dev.miniredis.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds for a search or a change of one of {@code keys} random keys of 16 bytes, with values of 32. A turn
 * handles {@value #TURN} of them, the most that the engine looks ahead at; {@code lookahead} says whether it does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyspaceBenchmark {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int TURN = 32;
    private static final int KEY_BYTES = 16;
    private static final int HEADER_BYTES = 12;
    private static final long NOW = 1_763_834_101_000L;
    /** Distinguishes the keys that are there from those that are not. */
    private static final long PRESENT = 0x70726573656e7421L;

    private static final long MISSING = 0x6d697373696e6721L;

    @Param({"1000", "1000000"})
    int keys;

    private final byte[] turn = new byte[TURN * KEY_BYTES];
    private final byte[] value = new byte[32];
    private final SplittableRandom random = new SplittableRandom(42);
    private final Prefetch prefetch = new Prefetch(TURN);
    private final Entry entry = new Entry();
    private Keyspace keyspace;

    /** Not for the benchmark that grows, which has nothing to look ahead at. */
    @State(Scope.Thread)
    public static class Engine {
        @Param({"false", "true"})
        boolean lookahead;
    }

    @Setup(Level.Iteration)
    public void fill() {
        keyspace = empty();
        for (int i = 0; i < keys; i++) {
            putKey(0, i, PRESENT);
            put(0);
        }
    }

    private static Keyspace empty() {
        PendingWrites pendingWrites = new PendingWrites();
        pendingWrites.durable(Long.MAX_VALUE);
        Access access = new Access(new SplittableRandom(42));
        return new Keyspace(
                0, 42, new MemoryAccount(HEADER_BYTES), access, pendingWrites, new OpenValues(), KeyListener.NONE);
    }

    @Benchmark
    @OperationsPerInvocation(TURN)
    public void findHit(Engine engine, Blackhole blackhole) {
        receive(PRESENT, engine.lookahead);
        findAll(blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(TURN)
    public void findMiss(Engine engine, Blackhole blackhole) {
        receive(MISSING, engine.lookahead);
        findAll(blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(TURN)
    public void putOverwrite(Engine engine) {
        receive(PRESENT, engine.lookahead);
        for (int i = 0; i < TURN; i++) {
            put(i * KEY_BYTES);
        }
    }

    /**
     * New keys only, from an empty keyspace to {@code keys}, over and over; the work of the garbage collector shows.
     */
    @Benchmark
    @OperationsPerInvocation(TURN)
    public void putGrowing() {
        if (keyspace.size() >= keys) {
            keyspace = empty();
        }
        int first = keyspace.size();
        for (int i = 0; i < TURN; i++) {
            putKey(0, first + i, PRESENT);
            put(0);
        }
    }

    private void receive(long kind, boolean lookahead) {
        for (int at = 0; at < turn.length; at += KEY_BYTES) {
            putKey(at, random.nextInt(keys), kind);
        }
        if (lookahead) {
            for (int at = 0; at < turn.length; at += KEY_BYTES) {
                keyspace.expect(prefetch, turn, at, KEY_BYTES);
            }
            prefetch.fetch();
        }
    }

    private void putKey(int at, long number, long kind) {
        LONG.set(turn, at, kind);
        LONG.set(turn, at + 8, number);
    }

    private void findAll(Blackhole blackhole) {
        for (int at = 0; at < turn.length; at += KEY_BYTES) {
            long hash = keyspace.hash(turn, at, KEY_BYTES);
            blackhole.consume(keyspace.find(hash, turn, at, KEY_BYTES, NOW, entry));
        }
    }

    private void put(int at) {
        long hash = keyspace.hash(turn, at, KEY_BYTES);
        keyspace.put(hash, turn, at, KEY_BYTES, value, 0, value.length, Keyspace.NEVER);
    }
}

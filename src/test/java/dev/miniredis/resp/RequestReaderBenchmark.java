package dev.miniredis.resp;

import java.nio.charset.StandardCharsets;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One turn of a loop with one connection, which has sent {@value #REQUESTS} requests at once: nanoseconds for each of
 * them, the copy into the buffer included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RequestReaderBenchmark {
    private static final int REQUESTS = 64;

    @Param({"GET", "SET", "inline"})
    String request;

    private final TurnBuffer turn = new TurnBuffer();
    private final RequestReader reader = new RequestReader(turn);
    private final Request read = new Request();
    private byte[] sent;

    @Setup
    public void send() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            String key = "key:%012d".formatted(i);
            String value = "x".repeat(32);
            text.append(
                    switch (request) {
                        case "GET" -> "*2\r\n$3\r\nGET\r\n$16\r\n%s\r\n".formatted(key);
                        case "SET" -> "*3\r\n$3\r\nSET\r\n$16\r\n%s\r\n$32\r\n%s\r\n".formatted(key, value);
                        default -> "SET %s %s\r\n".formatted(key, value);
                    });
        }
        sent = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void whole(Blackhole blackhole) throws ProtocolException {
        arrive(0, sent.length);
        readAll(blackhole);
        endTurn();
    }

    /** The network cuts a request in two, and the second part comes a turn later. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void cutInTwo(Blackhole blackhole) throws ProtocolException {
        int cut = sent.length / 2 + 7;
        arrive(0, cut);
        readAll(blackhole);
        endTurn();
        arrive(cut, sent.length);
        readAll(blackhole);
        endTurn();
    }

    private void arrive(int from, int to) throws ProtocolException {
        reader.reserve(to - from);
        System.arraycopy(sent, from, reader.buffer(), reader.limit(), to - from);
        reader.arrived(to - from);
    }

    private void readAll(Blackhole blackhole) throws ProtocolException {
        while (reader.next(read)) {
            blackhole.consume(read.arg(0).offset());
        }
    }

    private void endTurn() {
        reader.endTurn();
        turn.clear();
    }
}

package dev.miniredis.log;

import dev.miniredis.log.LineReader.BadLineException;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds for the line of one SET with a value of 32 bytes, checksum included: written, and read again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LineBenchmark {
    private static final int VALUE_BYTES = 32;
    private static final byte[] BY = "default@127.0.0.1:57536".getBytes(StandardCharsets.US_ASCII);

    /** What the value is made of. BINARY is no UTF-8, so the line holds it in base64. */
    public enum Text {
        ASCII,
        QUOTES,
        UTF_8,
        BINARY
    }

    @Param
    Text value;

    private final LogEntry entry = new LogEntry();
    private final LogEntry readEntry = new LogEntry();
    private final LineReader reader = new LineReader();
    private final CRC32C crc = new CRC32C();
    private Request command;
    private byte[] line;
    private byte[] written;
    private int lineFeed;

    @Setup
    public void writeOnce() {
        byte[] key = "key:000000000042".getBytes(StandardCharsets.US_ASCII);
        command = Request.of("SET".getBytes(StandardCharsets.US_ASCII), key, valueBytes());
        entry.reset(1_795_380_812_993L, BY, 0).add(command);
        entry.lsn(1_234_567);
        line = new byte[(int) LineWriter.bound(BY, command)];
        written = new byte[line.length];
        lineFeed = putLine(written) - 1;
    }

    private byte[] valueBytes() {
        return switch (value) {
            case ASCII -> "x".repeat(VALUE_BYTES).getBytes(StandardCharsets.US_ASCII);
            case QUOTES -> "xxx\"".repeat(VALUE_BYTES / 4).getBytes(StandardCharsets.US_ASCII);
            case UTF_8 -> "é".repeat(VALUE_BYTES / 2).getBytes(StandardCharsets.UTF_8);
            case BINARY -> "\u00ff".repeat(VALUE_BYTES).getBytes(StandardCharsets.ISO_8859_1);
        };
    }

    /** As the engine's thread and the log's do it together. */
    @Benchmark
    public int write() {
        return (int) LineWriter.bound(BY, command) + putLine(line);
    }

    private int putLine(byte[] target) {
        int end = LineWriter.putBody(target, 0, entry);
        return LineWriter.putEnd(target, 0, end, crc);
    }

    @Benchmark
    public LogEntry read() throws BadLineException {
        reader.readEntry(written, 0, lineFeed, readEntry);
        return readEntry;
    }
}

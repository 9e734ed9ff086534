package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to make a batch durable: by a write and a sync, or by a write to a file opened for synchronous writes;
 * into room that was filled ahead, or at the end of a file that grows. In the folder {@code target}, so on the disk
 * that holds it.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SyncBenchmark {
    private static final int ROOM_BYTES = 64 * 1024 * 1024;
    private static final int PIECE_BYTES = 1024 * 1024;

    /** How a write becomes durable. */
    public enum Way {
        FORCE,
        DSYNC
    }

    @Param
    private Way way;

    @Param({"true", "false"})
    private boolean filledAhead;

    @Param({"200", "4096", "16384", "262144"})
    private int batchBytes;

    private Path path;
    private FileChannel file;
    private ByteBuffer batch;
    private long offset;

    @Setup
    public void open() throws IOException {
        path = Files.createTempFile(Path.of("target"), "sync-benchmark", ".log");
        Set<OpenOption> options = way == Way.DSYNC
                ? Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC)
                : Set.of(StandardOpenOption.WRITE);
        file = FileChannel.open(path, options);
        batch = ByteBuffer.allocateDirect(batchBytes);
        begin();
    }

    private void begin() throws IOException {
        offset = 0;
        file.truncate(0);
        ByteBuffer blanks = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (long at = 0; filledAhead && at < ROOM_BYTES; at += PIECE_BYTES) {
            file.write(blanks.clear(), at);
        }
        file.force(true);
    }

    @TearDown
    public void close() throws IOException {
        file.close();
        Files.delete(path);
    }

    @Benchmark
    public long write() throws IOException {
        if (filledAhead && offset + batchBytes > ROOM_BYTES) {
            offset = 0; // what is there already is written again, as room that was filled is
        }
        file.write(batch.clear(), offset);
        if (way == Way.FORCE) {
            file.force(false);
        }
        offset += batchBytes;
        return offset;
    }
}

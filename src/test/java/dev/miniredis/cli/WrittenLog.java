package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LineWriter;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.Retention;
import dev.miniredis.log.WriteLog;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A log in a directory, written as a server does it. Bytes are strings with a character for each (ISO 8859-1). Entry n
 * happens n seconds after {@link #START}.
 */
final class WrittenLog implements AutoCloseable {
    static final long START = 1_763_834_100_000L; // 2025-11-22T17:55:00Z
    static final String ALICE = "alice@10.0.0.9:40022";

    private static final String DEFAULT = "default@10.0.0.7:51544";

    private final LocalDisk disk;
    private final LocalLog log;
    private final LogEntry entry = new LogEntry();

    WrittenLog(Path directory) throws LogException, InterruptedException {
        disk = LocalDisk.open(directory);
        log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime);
        log.recover(batch -> batch.release(), START);
        log.start(new LogListener() {
            @Override
            public void durable(long lsn) {}

            @Override
            public void roomChanged() {}

            @Override
            public void synced(long nanos) {}
        });
    }

    WrittenLog add(String... command) {
        return addBy(DEFAULT, 0, command);
    }

    WrittenLog addBy(String by, int database, String... command) {
        begin(by, database).add(request(command));
        return append();
    }

    WrittenLog addTogether(String[]... commands) {
        begin(DEFAULT, 0);
        for (String[] command : commands) {
            entry.add(request(command));
        }
        return append();
    }

    private LogEntry begin(String by, int database) {
        return entry.reset(START + 1000 * log.nextLsn(), latin1(by), database);
    }

    private WrittenLog append() {
        long bound = entry.commands().stream()
                .mapToLong(command -> LineWriter.bound(entry.by(), command))
                .sum();
        await().until(() -> log.roomFor(bound) == WriteLog.Room.YES);
        long lsn = log.append(entry);
        log.submit();
        await().until(() -> log.durableLsn() >= lsn);
        return this;
    }

    /** Replaces all entries by a base of these commands. */
    WrittenLog compact(String[]... commands) throws IOException, InterruptedException {
        long lsn = log.rotate();
        try (BaseFile base = log.newBase(new BaseHeader(lsn, START + 1000 * lsn, 0, List.of()))) {
            for (String[] command : commands) {
                base.add(0, request(command));
            }
            log.install(base, Retention.NONE);
        }
        return this;
    }

    private static Request request(String... words) {
        return Request.of(Arrays.stream(words).map(WrittenLog::latin1).toArray(byte[][]::new));
    }

    static byte[] latin1(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A line with a right checksum. */
    static String checked(String body) {
        CRC32C crc = new CRC32C();
        crc.update(latin1(body));
        return body + String.format(Locale.ROOT, ",\"crc\":\"%08x\"}\n", crc.getValue());
    }

    static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    static void write(Path file, String bytes) throws IOException {
        Files.writeString(file, bytes, StandardCharsets.ISO_8859_1);
    }

    static void append(Path file, String bytes) throws IOException {
        Files.writeString(file, bytes, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws LogException, IOException {
        log.close();
        disk.close();
        assertThat(log.problem()).isNull();
    }
}

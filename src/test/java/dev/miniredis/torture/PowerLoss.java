package dev.miniredis.torture;

import dev.miniredis.it.ServerProcess;
import dev.miniredis.it.faults.PreloadLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a power loss would take, and a kill does not: text that was written and not synced. {@code fsyncspy.c} knows how
 * far each file is synced; here the files are cut off there. What names the directory has counts as synced.
 */
final class PowerLoss {
    private static final int SLOT_BYTES = 24;

    private final Path library;
    private final Path table;

    private PowerLoss(Path library, Path table) {
        this.library = library;
        this.table = table;
    }

    /** Compiles the library, for which gcc is needed. */
    static PowerLoss in(Path directory) throws IOException {
        return new PowerLoss(
                PreloadLibrary.compile("fsyncspy", directory),
                directory.resolve("synced").toAbsolutePath());
    }

    ServerProcess.Launch watch(ServerProcess.Launch launch) {
        return launch.environment("LD_PRELOAD", library.toString()).environment("FSYNCSPY", table.toString());
    }

    /** Takes away what was not synced. @return how many bytes of text */
    long strike(Path dataDir) throws IOException {
        Map<Long, Long> synced = synced();
        long lost = 0;
        try (Stream<Path> files = Files.list(dataDir)) {
            for (Path file : files.filter(path -> path.toString().contains("mini-redis."))
                    .toList()) {
                long end = synced.getOrDefault(((Number) Files.getAttribute(file, "unix:ino")).longValue(), 0L);
                byte[] bytes = Files.readAllBytes(file);
                if (end < bytes.length) {
                    for (int i = (int) end; i < bytes.length; i++) {
                        lost += bytes[i] == '\n' ? 0 : 1;
                    }
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(end);
                    }
                }
            }
        }
        return lost;
    }

    private Map<Long, Long> synced() throws IOException {
        ByteBuffer slots = ByteBuffer.wrap(Files.readAllBytes(table)).order(ByteOrder.nativeOrder());
        Map<Long, Long> synced = new HashMap<>();
        for (int at = 0; at < slots.capacity(); at += SLOT_BYTES) {
            synced.put(slots.getLong(at), slots.getLong(at + Long.BYTES));
        }
        return synced;
    }
}

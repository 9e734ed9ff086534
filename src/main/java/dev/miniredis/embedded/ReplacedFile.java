package dev.miniredis.embedded;

import dev.miniredis.resp.ByteText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file of text with any bytes, which is replaced atomically: the new file takes the place of the old one once it is
 * on disk.
 */
record ReplacedFile(Path path) {
    String text() throws IOException {
        return ByteText.of(Files.readAllBytes(path));
    }

    void replace(String text) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Path written = Files.createTempFile(directory, path.getFileName() + ".", null);
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(ByteText.bytes(text));
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            if (Files.exists(path)) {
                Files.setPosixFilePermissions(written, Files.getPosixFilePermissions(path));
            }
            Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

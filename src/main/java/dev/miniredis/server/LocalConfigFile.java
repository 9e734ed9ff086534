package dev.miniredis.server;

import dev.miniredis.command.CommandError;
import dev.miniredis.command.ConfigFile;
import dev.miniredis.log.LogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** The file of parameters on this machine's disk. */
final class LocalConfigFile implements ConfigFile {
    private static final Logger LOGGER = Logger.getLogger("dev.miniredis.server");

    private final Path path;

    LocalConfigFile(Path path) {
        this.path = path;
    }

    /** A new file takes the old one's place only when it is on disk. */
    @Override
    public void rewrite(UnaryOperator<String> edit) {
        try {
            replace(edit.apply(text()).getBytes(StandardCharsets.ISO_8859_1));
            LOGGER.info("CONFIG REWRITE executed with success.");
        } catch (IOException e) {
            LOGGER.warnf("CONFIG REWRITE failed: %s", LogException.reason(e));
            throw new CommandError("ERR Rewriting config file: " + LogException.reason(e));
        }
    }

    private String text() throws IOException {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) { // somebody has removed it: there will be one again
            return "";
        }
    }

    private void replace(byte[] bytes) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Path written = Files.createTempFile(directory, path.getFileName() + ".", null);
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
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

package dev.miniredis.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A directory of the local file system, locked for one server. */
public final class LocalDisk implements Disk, AutoCloseable {
    static final String LOCK_NAME = "mini-redis.lock";

    /**
     * The directories that this process has open. File locks belong to the process: opening the lock file a second time
     * and closing it would release the lock.
     */
    private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private volatile Hold hold; // null if the directory was lost and could not be opened again

    /** The identity of the directory, and its locked file. */
    private record Hold(Path realDirectory, LocalFile lockFile) {
        void release() throws IOException {
            OPEN_HERE.remove(realDirectory);
            lockFile.close();
        }
    }

    private LocalDisk(Path directory, Hold hold) {
        this.directory = directory;
        this.hold = hold;
    }

    /**
     * Creates the directory if there is none, and locks it.
     *
     * @throws LogException it cannot be written to, or another server has locked it
     */
    public static LocalDisk open(Path directory) throws LogException {
        return new LocalDisk(directory, hold(directory));
    }

    private static Hold hold(Path directory) throws LogException {
        Path real;
        try {
            real = createDurably(directory.toAbsolutePath().normalize()).toRealPath();
        } catch (IOException e) {
            throw new LogException("Cannot create the data directory " + directory + ": " + reason(e), e);
        }
        if (OPEN_HERE.add(real)) {
            LocalFile lockFile = null;
            try {
                lockFile = lock(directory);
            } finally {
                if (lockFile == null) {
                    OPEN_HERE.remove(real);
                }
            }
            if (lockFile != null) {
                return new Hold(real, lockFile);
            }
        }
        throw new LogException("The data directory " + directory + " is in use by another Mini Redis server.");
    }

    /** Creates a directory and its parents, durably: a directory entry is durable when its parent is synced. */
    private static Path createDurably(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (Files.isDirectory(directory) || parent == null) {
            return Files.createDirectories(directory);
        }
        createDurably(parent);
        Files.createDirectory(directory);
        sync(parent);
        return directory;
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Locks the lock file. @return null if another process has the lock */
    private static LocalFile lock(Path directory) throws LogException {
        try {
            LocalFile lockFile = LocalFile.open(directory.resolve(LOCK_NAME));
            FileLock lock = lockFile.channel().tryLock();
            if (lock == null) {
                lockFile.close();
                return null;
            }
            return lockFile;
        } catch (IOException e) {
            throw new LogException("Cannot write to the data directory " + directory + ": " + reason(e), e);
        }
    }

    /** The operating system's message. */
    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "Permission denied";
            case java.nio.file.NoSuchFileException missing -> "No such folder";
            case java.nio.file.NotDirectoryException file -> "Not a directory";
            case java.nio.file.FileAlreadyExistsException exists -> "Not a directory";
            case java.nio.file.FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> e.getMessage();
        };
    }

    @Override
    public String location() {
        return directory.toString();
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return LocalFile.open(directory.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        sync(directory);
    }

    @Override
    public boolean isAt(String name, DiskFile file) throws IOException {
        return ((LocalFile) file).isAt(directory.resolve(name));
    }

    @Override
    public boolean isHeld() throws IOException {
        Hold held = hold;
        return held != null && held.lockFile().isAt(directory.resolve(LOCK_NAME));
    }

    @Override
    public void holdAgain() throws IOException {
        if (isHeld()) {
            return;
        }
        close();
        try {
            hold = hold(directory);
        } catch (LogException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Space space() throws IOException {
        return space(directory);
    }

    static Space space(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        return new Space(store.getUsableSpace(), store.getTotalSpace());
    }

    /** Unlocks the directory. */
    @Override
    public void close() throws IOException {
        Hold held = hold;
        hold = null;
        if (held != null) {
            held.release();
        }
    }

    /** @param key identifies the file while it is open: device and inode; null if the file system has none */
    record LocalFile(FileChannel channel, Object key) implements DiskFile {
        static LocalFile open(Path path) throws IOException {
            return open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }

        static LocalFile open(Path path, OpenOption... options) throws IOException {
            FileChannel channel = FileChannel.open(path, options);
            try {
                return new LocalFile(channel, keyOf(path));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        private static Object keyOf(Path path) throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        }

        boolean isAt(Path path) throws IOException {
            try {
                return Objects.equals(keyOf(path), key);
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return channel.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            long at = offset;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

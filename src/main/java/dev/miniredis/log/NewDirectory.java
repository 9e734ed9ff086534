package dev.miniredis.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of a log that is being created by an import, restore or backup. It has a temporary name until all of it
 * is on disk, so an incomplete log never has its final name.
 */
public final class NewDirectory implements AutoCloseable {
    /** The suffix of the temporary name. */
    public static final String UNFINISHED = ".unfinished";

    private static final String FILE_PREFIX = "mini-redis.";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path directory;
    private final Path unfinished;
    private final LocalDisk disk;
    private boolean finished;

    private NewDirectory(Path directory, Path unfinished, LocalDisk disk) {
        this.directory = directory;
        this.unfinished = unfinished;
        this.disk = disk;
    }

    /**
     * Creates the directory under its temporary name.
     *
     * @throws LogException the directory exists and is not empty, or cannot be created; nothing was changed
     */
    public static NewDirectory create(Path directory) throws LogException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + UNFINISHED);
        try {
            refuseUnlessFree(directory, absolute);
            refuseUnlessOurs(unfinished);
            NewDirectory made = new NewDirectory(absolute, unfinished, LocalDisk.open(unfinished));
            try {
                made.removeFiles(); // left by a killed process; the lock shows that it has ended
            } catch (IOException e) {
                made.disk.close();
                throw e;
            }
            return made;
        } catch (IOException e) {
            throw new LogException("Cannot make " + directory + ": " + LogException.reason(e) + ".", e);
        }
    }

    private static void refuseUnlessFree(Path shown, Path directory) throws IOException, LogException {
        if (directory.getFileName() == null || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                || !filesIn(directory).isEmpty()) {
            throw new LogException(shown + " exists and is not an empty folder. Name another one.");
        }
        if (!Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(directory.getParent(), "unix:dev"))) {
            throw new LogException(shown + " is a volume of its own, which cannot be put in place at the end."
                    + " Name a folder in it.");
        }
    }

    /** Refuses a temporary directory with foreign files; files of a killed process are removed later. */
    private static void refuseUnlessOurs(Path unfinished) throws IOException, LogException {
        if (!Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path file : filesIn(unfinished)) {
            if (!file.getFileName().toString().startsWith(FILE_PREFIX)) {
                throw new LogException(
                        unfinished + " is in the way and holds " + file.getFileName() + ". Take it away.");
            }
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private void removeFiles() throws IOException {
        for (String name : disk.names()) {
            if (!name.endsWith(LOCK_SUFFIX)) {
                disk.delete(name);
            }
        }
    }

    /** The directory for the log's files; until {@link #close}. */
    public Disk disk() {
        return disk;
    }

    /** Gives the directory its name, durably. Its files must be on disk. */
    public void finish() throws LogException {
        try {
            disk.syncDirectory();
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
            try (FileChannel parent = FileChannel.open(directory.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw new LogException("Cannot put " + directory + " in place: " + LogException.reason(e) + ".", e);
        }
    }

    /** Without {@link #finish}, deletes the directory. */
    @Override
    public void close() throws LogException {
        try (disk) {
            if (!finished) {
                for (Path file : filesIn(unfinished)) {
                    Files.delete(file);
                }
                Files.delete(unfinished);
            }
        } catch (IOException e) {
            throw new LogException("Cannot remove " + unfinished + ": " + LogException.reason(e) + ".", e);
        }
    }
}

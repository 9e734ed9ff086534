package dev.miniredis.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Read-only access to a log's directory that another process may have locked: nothing is changed, no lock is taken. */
public final class ReadOnlyDirectory implements Disk {
    private final Path directory;

    public ReadOnlyDirectory(Path directory) {
        this.directory = directory;
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
        return LocalDisk.LocalFile.open(directory.resolve(name), StandardOpenOption.READ);
    }

    @Override
    public boolean isAt(String name, DiskFile file) throws IOException {
        return ((LocalDisk.LocalFile) file).isAt(directory.resolve(name));
    }

    @Override
    public boolean isHeld() {
        return false;
    }

    @Override
    public void holdAgain() {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public Space space() throws IOException {
        return LocalDisk.space(directory);
    }

    @Override
    public void rename(String from, String to) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void syncDirectory() {
        throw new UnsupportedOperationException("read-only");
    }
}

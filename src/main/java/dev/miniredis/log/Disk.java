package dev.miniredis.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The file system operations that the log needs, on one directory. Tests simulate disks that fail or lose writes. */
public interface Disk {
    /** The location, for messages. */
    String location();

    /** The names of the files. */
    List<String> names() throws IOException;

    /** Opens a file for reading and writing; creates an empty one if there is none. */
    DiskFile open(String name) throws IOException;

    /** Renames a file atomically; replaces a file that has the new name. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file. */
    void delete(String name) throws IOException;

    /** Syncs the directory: makes names of files durable. */
    void syncDirectory() throws IOException;

    /** Whether a name leads to this open file; not if the file was deleted, or replaced by another. */
    boolean isAt(String name, DiskFile file) throws IOException;

    /** Whether the directory is still the one that was opened and locked. */
    boolean isHeld() throws IOException;

    /**
     * Opens and locks the directory again if it is not {@linkplain #isHeld held} any more; creates it if it is gone.
     *
     * @throws IOException it cannot be created, or another process has locked it
     */
    void holdAgain() throws IOException;

    /** The space of the file system. */
    Space space() throws IOException;

    /**
     * The space of a file system.
     *
     * @param freeBytes what this process may still use
     * @param totalBytes the size of the file system
     */
    record Space(long freeBytes, long totalBytes) {}

    /** A file that is open for reading. */
    interface ReadableFile extends Closeable {
        long size() throws IOException;

        /**
         * Reads up to the buffer's limit.
         *
         * @return the number of bytes read; -1 at the end
         */
        int read(ByteBuffer target, long offset) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A file that is open for reading and writing. */
    interface DiskFile extends ReadableFile {
        /** Writes all of the buffer. */
        void write(ByteBuffer source, long offset) throws IOException;

        void truncate(long size) throws IOException;

        /**
         * Makes written bytes durable. After a failure it is unknown what is on disk, and a sync must not be tried
         * again (ADR 4).
         */
        void sync() throws IOException;
    }
}

package dev.miniredis.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What the log asks of a file system: one directory of files. Tests put one in its place that fails or forgets. */
public interface Disk {
    /** Where this is, for people. */
    String location();

    /** The names of the files here. */
    List<String> names() throws IOException;

    /** Opens a file for reading and writing; makes an empty one if there is none. */
    DiskFile open(String name) throws IOException;

    /** Gives a file another name, in one step; what had that name is gone. */
    void rename(String from, String to) throws IOException;

    /** Removes a file. */
    void delete(String name) throws IOException;

    /** Makes durable which files are here. */
    void syncDirectory() throws IOException;

    /** Whether the file of this name is that open one; not when it was deleted, or another has its name. */
    boolean isAt(String name, DiskFile file) throws IOException;

    /** Whether the directory is the one that was opened, and nobody else may open it. */
    boolean isHeld() throws IOException;

    /**
     * Opens the directory again, where it is not {@linkplain #isHeld held} any more; makes it if it is gone.
     *
     * @throws IOException it cannot be made, or somebody else has opened it
     */
    void holdAgain() throws IOException;

    /** How much room there is for more, in the whole file system. */
    Space space() throws IOException;

    /**
     * The room of a file system.
     *
     * @param freeBytes what this process may still take of it
     * @param totalBytes all of it
     */
    record Space(long freeBytes, long totalBytes) {}

    /** A file that is open for reading at least. */
    interface ReadableFile extends Closeable {
        long size() throws IOException;

        /**
         * Reads up to the buffer's limit.
         *
         * @return how many bytes; -1 at the end
         */
        int read(ByteBuffer target, long offset) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** An open file. */
    interface DiskFile extends ReadableFile {
        /** Writes all of the buffer. */
        void write(ByteBuffer source, long offset) throws IOException;

        void truncate(long size) throws IOException;

        /** Makes durable what was written. After a failure nothing is known of the file; it is not to be tried again. */
        void sync() throws IOException;
    }
}

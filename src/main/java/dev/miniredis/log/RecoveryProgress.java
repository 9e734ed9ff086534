package dev.miniredis.log;

/** How far a recovery is; written by the thread that reads the log, read by any. */
final class RecoveryProgress {
    private long filesRead; // the reader's thread only

    private volatile long readBytes;
    private volatile long totalBytes;

    /** @param bytes of all files that will be read */
    void begin(long bytes) {
        totalBytes = bytes;
    }

    /** The file being read has been read up to here. */
    void reading(long offset) {
        readBytes = Math.min(totalBytes, filesRead + offset);
    }

    /** A file has been read, of so many bytes. */
    void readFile(long bytes) {
        filesRead += bytes;
        reading(0);
    }

    LogFigures.Progress now() {
        return new LogFigures.Progress(readBytes, totalBytes);
    }
}

package dev.miniredis.log;

/** The progress of a recovery; written by the thread that reads the log, read by any thread. */
final class RecoveryProgress {
    private long filesRead; // bytes of files that were read; for the reading thread only

    private volatile long readBytes;
    private volatile long totalBytes;

    /** @param bytes the total size of the files to read */
    void begin(long bytes) {
        totalBytes = bytes;
    }

    /** Tells how far the current file has been read. */
    void reading(long offset) {
        readBytes = Math.min(totalBytes, filesRead + offset);
    }

    /** Tells that a file was read to its end. */
    void readFile(long bytes) {
        filesRead += bytes;
        reading(0);
    }

    LogFigures.Progress now() {
        return new LogFigures.Progress(readBytes, totalBytes);
    }
}

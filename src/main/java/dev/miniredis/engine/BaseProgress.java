package dev.miniredis.engine;

import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogException;
import java.io.IOException;

/** Counts what of a base is written, and estimates from that how much room is missing when the disk is full. */
final class BaseProgress {
    private static final long MEBIBYTE = 1024L * 1024;

    private long keys;
    private long bytes;

    void added(BaseFile base) {
        keys++;
        bytes = base.bytes();
    }

    /** The number of keys written. */
    long keys() {
        return keys;
    }

    /** The error message when there is no room for the rest. */
    IOException noRoom(IOException failure, BaseHeader header) {
        long all = header.keys().stream().mapToLong(Integer::longValue).sum();
        String missing = keys == 0 || all <= keys
                ? ""
                : ": about " + mebibytes((double) bytes * all / keys - bytes) + " MiB are missing for the base";
        return new IOException(
                LogException.reason(failure) + missing + ". Make room on the volume, or delete keys", failure);
    }

    private static long mebibytes(double bytes) {
        return Math.max(1, (long) Math.ceil(bytes / MEBIBYTE));
    }
}

package dev.miniredis.engine;

import dev.miniredis.log.BaseFile;
import dev.miniredis.log.BaseHeader;
import dev.miniredis.log.LogException;
import java.io.IOException;

/** How much of a base was written; from that, how much room is missing where it does not fit on the disk. */
final class BaseProgress {
    private static final long MEBIBYTE = 1024L * 1024;

    private long keys;
    private long bytes;

    void added(BaseFile base) {
        keys++;
        bytes = base.bytes();
    }

    /** How many are in it. */
    long keys() {
        return keys;
    }

    /** What to say when there is no room for the rest. */
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

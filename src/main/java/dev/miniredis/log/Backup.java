package dev.miniredis.log;

import dev.miniredis.log.LogDirectory.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the current content of a log: its newest base and the segments since. A server may write and compact the log
 * meanwhile, since the files are opened at the beginning. The copy ends with a complete entry.
 */
public final class Backup {
    /**
     * The result of a backup.
     *
     * @param lastLsn the entry that the copy ends with
     * @param lastMillis its time, milliseconds since 1970
     * @param bytes of all files
     */
    public record Result(long lastLsn, long lastMillis, long bytes) {}

    /** A file, and how many of its bytes to copy. */
    private record Part(OpenFile source, long bytes) {}

    private final LogDirectory source;
    private final Disk target;

    /** @param target an empty local directory */
    public Backup(LogDirectory source, Disk target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Copies the log, and verifies the copy by reading it.
     *
     * @throws LogException the log is damaged, or the copy failed or differs
     */
    public Result run() throws LogException {
        try (LogCursor cursor = source.read()) {
            Result found = readToTheEnd(cursor);
            for (Part part : parts(cursor)) {
                copy(part);
            }
            if (found.lastLsn() > 0) {
                DurableMark.write(target, found.lastLsn());
            }
            target.syncDirectory();
            check(found);
            return found;
        } catch (IOException e) {
            throw new LogException("Cannot back up to " + target.location() + ": " + LogException.reason(e) + ".", e);
        }
    }

    private static Result readToTheEnd(LogCursor cursor) throws IOException, LogException {
        long lastMillis = 0;
        LogCursor.Finding kind = cursor.next();
        while (kind != LogCursor.Finding.END) {
            switch (kind) {
                case ENTRY, BASE_LINE -> lastMillis = cursor.entry().atMillis();
                case DAMAGE -> {
                    if (!isBeforeBase(cursor)) {
                        throw new LogException(cursor.location() + " is damaged: line " + cursor.lineNumber()
                                + ", byte " + cursor.offset() + ": " + cursor.problem() + ".");
                    }
                }
                case FILE, CLOSED, LOST, TORN, MISSED, END -> {}
            }
            kind = cursor.next();
        }
        long bytes = parts(cursor).stream().mapToLong(Part::bytes).sum();
        return new Result(cursor.lastLsn(), lastMillis, bytes);
    }

    /** Whether the cursor is in a segment that is kept for the past only. */
    private static boolean isBeforeBase(LogCursor cursor) {
        return cursor.unread().stream().anyMatch(OpenFile::isBase);
    }

    /** The parts that a restart needs; the last segment up to its last complete entry. */
    private static List<Part> parts(LogCursor cursor) throws IOException {
        List<OpenFile> files = cursor.files();
        List<Part> parts = new ArrayList<>();
        for (OpenFile file : files.reversed()) {
            boolean isLast = parts.isEmpty();
            parts.addFirst(new Part(
                    file,
                    isLast && !file.isBase() ? cursor.endOffset() : file.file().size()));
            if (file.isBase()) {
                break;
            }
        }
        return parts;
    }

    private void copy(Part part) throws IOException {
        try (Disk.DiskFile copy = target.open(part.source().name())) {
            TornEnd.copy(part.source().file(), 0, part.bytes(), copy);
            copy.sync();
        }
    }

    private void check(Result wanted) throws IOException, LogException {
        try (LogCursor copy = new LogDirectory(Path.of(target.location())).read()) {
            Result found = readToTheEnd(copy);
            if (found.lastLsn() != wanted.lastLsn() || found.bytes() != wanted.bytes()) {
                throw new LogException("The copy in " + target.location() + " ends with entry " + found.lastLsn()
                        + " and has " + found.bytes() + " bytes, where it should end with entry " + wanted.lastLsn()
                        + " and have " + wanted.bytes() + ".");
            }
        }
    }
}

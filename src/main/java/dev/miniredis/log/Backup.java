package dev.miniredis.log;

import dev.miniredis.log.LogDirectory.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a log as far as it goes at the moment: its newest base and what came after it. A server may be writing it, and
 * may compact it meanwhile, since the files stay open that were found at the beginning. The copy ends with a whole
 * entry, whatever was half written.
 */
public final class Backup {
    /**
     * What was copied.
     *
     * @param lastLsn the entry that the copy ends with
     * @param lastMillis its time, milliseconds since 1970
     * @param bytes of all files
     */
    public record Result(long lastLsn, long lastMillis, long bytes) {}

    /** A file of which so many bytes are wanted. */
    private record Part(OpenFile source, long bytes) {}

    private final LogDirectory source;
    private final Disk target;

    /** @param target without files, in a directory of this machine */
    public Backup(LogDirectory source, Disk target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Copies it, and reads the copy.
     *
     * @throws LogException the log is damaged, or the copy failed or is another
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

    /** Whether the cursor is in a segment that is only kept for the sake of the past. */
    private static boolean isBeforeBase(LogCursor cursor) {
        return cursor.unread().stream().anyMatch(OpenFile::isBase);
    }

    /** What makes the log what it is: of the last segment, as much as was read and is whole. */
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

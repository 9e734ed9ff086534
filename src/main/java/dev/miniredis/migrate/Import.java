package dev.miniredis.migrate;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogException;
import dev.miniredis.resp.Request;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Imports the files of Redis into a new log.
 *
 * <p>The time of an entry decides which keys have expired. Entries of an RDB file get the present time. Entries of an
 * AOF get the time of its annotations or, without annotations, the time when its last file was last written: with a
 * later time, a key could expire that a later command has kept alive. Times never go back and are never in the future.
 */
public final class Import {
    private static final int TRANSFER_MARK_BYTES = 40;
    private static final Pattern HEX_DIGITS = Pattern.compile("[0-9a-f]+");

    private final SourceFiles source;
    private final ImportReport report;
    private final ImportedEntries entries;
    private final ImportProgress progress;
    private final long nowMillis;
    private final long totalBytes;
    private long bytesBefore; // of the parts already read

    private Import(SourceFiles source, NewLog log, long nowMillis, ImportProgress progress) throws IOException {
        this.source = source;
        this.report = new ImportReport(source);
        this.nowMillis = nowMillis;
        this.progress = progress;
        long bytes = 0;
        for (Path part : source.parts()) {
            bytes += Files.size(part);
        }
        this.totalBytes = bytes;
        String by = "import@" + source.taken().getFileName();
        this.entries = new ImportedEntries(log, report, by, nowMillis, aofStartMillis());
    }

    /**
     * Imports a file or a directory of Redis into a new directory.
     *
     * @param nowMillis the time, milliseconds since 1970
     * @throws ImportException the import failed; there is no new directory
     */
    public static ImportReport run(Path source, Path directory, long nowMillis, ImportProgress progress)
            throws ImportException {
        try {
            SourceFiles files = SourceFiles.find(source);
            try (NewLog log = NewLog.create(directory, nowMillis)) {
                Import running = new Import(files, log, nowMillis, progress);
                running.readParts();
                running.report.logBytes(log.finish());
                return running.report;
            }
        } catch (IOException e) {
            throw new ImportException("Cannot read " + source + ": " + LogException.reason(e) + ".", e);
        }
    }

    private void readParts() throws IOException, ImportException {
        List<Path> parts = source.parts();
        if (source.isAof()) {
            entries.beginAof();
        }
        for (Path part : parts) {
            try (FileInput in = FileInput.open(part)) {
                entries.reading(part, () -> progress.at(bytesBefore + in.offset(), totalBytes, report.entryCount()));
                read(in, part.equals(parts.getLast()));
                bytesBefore += in.size();
            }
        }
    }

    private void read(FileInput in, boolean last) throws IOException, ImportException {
        if (SourceFiles.isRdb(in.file())) {
            new RdbReader(in, entries).read();
            if (!entries.isAof()) {
                lookBehindTheEnd(in);
                return;
            }
        }
        AofReader aof = new AofReader(in);
        try {
            for (Request command = aof.next(); command != null; command = aof.next()) {
                entries.time(Math.min(nowMillis, aof.timestampMillis()));
                try {
                    entries.command(command, aof.commandOffset());
                } catch (CommandError e) {
                    throw in.damage(aof.commandOffset(), "this command cannot stand here: " + e.getMessage());
                }
            }
            if (entries.openTransactionOffset() >= 0) {
                torn(in, entries.openTransactionOffset(), last);
            }
        } catch (EOFException e) {
            long offset = entries.openTransactionOffset() >= 0 ? entries.openTransactionOffset() : aof.commandOffset();
            torn(in, offset, last);
        }
        entries.endOfPart();
    }

    /** A file written by {@code redis-cli --rdb} may end with the 40-byte mark of the end of the transfer. */
    private void lookBehindTheEnd(FileInput in) throws IOException {
        long end = in.offset();
        long bytes = in.remaining();
        if (bytes == 0) {
            return;
        }
        boolean isMark = bytes == TRANSFER_MARK_BYTES
                && HEX_DIGITS.matcher(ascii(in.read(bytes))).matches();
        String what = bytes + " bytes follow the end of the RDB file, which is at byte " + end;
        if (isMark) {
            report.remark(what + ": the mark that ends a transfer without a disk, and no data.");
        } else {
            report.warning(in.file() + ": " + what + ". They are left out.");
        }
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** The end of an AOF may be missing, as after a power failure; the end of an earlier part may not. */
    private void torn(FileInput in, long offset, boolean last) throws ImportException {
        if (!last) {
            throw in.damage(
                    offset, "it ends in the middle of the command that begins here, but it is not the last file");
        }
        report.warning(in.file() + " ends in the middle of a command or transaction. Imported up to it, byte " + offset
                + "; the " + (in.size() - offset) + " bytes from there on are left out.");
    }

    private long aofStartMillis() throws IOException {
        for (Path part : source.parts()) {
            long annotated = AofReader.firstTimestampMillis(part);
            if (annotated > 0) {
                return Math.min(nowMillis, annotated);
            }
        }
        Path last = source.parts().getLast();
        return Math.min(nowMillis, Files.getLastModifiedTime(last).toMillis());
    }
}

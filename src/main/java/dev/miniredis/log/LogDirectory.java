package dev.miniredis.log;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A log's directory for read-only access: no lock is taken and nothing is written, so a server may have the log open.
 * Opened files stay readable when a compaction deletes them.
 */
public final class LogDirectory {
    /** A compaction changes the files twice, with a long time between; this many changes have another cause. */
    private static final int TRIES = 100;

    private final Path directory;

    /** @param directory need not exist before a log is read */
    public LogDirectory(Path directory) {
        this.directory = directory;
    }

    /** The location, for messages. */
    public String location() {
        return directory.toString();
    }

    /**
     * Reads the newest base and all segments.
     *
     * @throws LogException there is no log, or it cannot be read
     */
    public LogCursor read() throws LogException {
        return new LogCursor(this, false);
    }

    /**
     * Reads all bases and all segments.
     *
     * @throws LogException there is no log, or it cannot be read
     */
    public LogCursor readEverything() throws LogException {
        return new LogCursor(this, true);
    }

    /** Files that are not part of the log itself: torn ends that were cut off, files being written. */
    public List<String> otherFiles() throws LogException {
        return names().stream()
                .filter(name -> name.startsWith(SegmentNames.ACTIVE + ".") || name.equals(SegmentNames.UNFINISHED_BASE))
                .sorted()
                .toList();
    }

    /**
     * Opens a consistent set of files; tries again if a server changes the files meanwhile.
     *
     * @param everything whether to open older bases too
     * @return the files in the order of reading: a base before the segment that continues after it
     */
    Opened open(boolean everything) throws LogException {
        long marked = mark().lsn(); // read before the files, so that they contain all of it
        for (int i = 0; i < TRIES; i++) {
            List<String> names = logNames();
            List<OpenFile> files = new ArrayList<>();
            try {
                Object active = activeKey();
                for (String name : names) {
                    files.add(openFile(name));
                }
                if (names.equals(logNames()) && Objects.equals(active, activeKey())) {
                    return new Opened(ordered(files, everything), names, active, marked);
                }
            } catch (NoSuchFileException deletedMeanwhile) {
                // the next list does not contain it
            } catch (IOException e) {
                files.forEach(file -> ActiveSegment.closeQuietly(file.file()));
                throw unreadable(e);
            }
            files.forEach(file -> ActiveSegment.closeQuietly(file.file()));
        }
        throw new LogException("The files in " + directory + " change faster than they can be opened. Try again.");
    }

    /** Whether the files are no longer those that were opened. */
    boolean hasChanged(Opened opened) throws LogException {
        return !opened.names().equals(logNames()) || !Objects.equals(opened.activeKey(), activeKey());
    }

    /** Why mini-redis.durable cannot be read, so that a missing end is not detected; null if it can. */
    public String markProblem() throws LogException {
        String problem = mark().problem();
        return problem == null ? null : directory + "/" + DurableMark.NAME + " cannot be read: " + problem;
    }

    private DurableMark.Found mark() throws LogException {
        try {
            return DurableMark.read(new ReadOnlyDirectory(directory));
        } catch (IOException e) {
            throw unreadable(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the memory is allocated without waiting", e);
        }
    }

    private List<String> logNames() throws LogException {
        List<String> names = names();
        List<String> ours = new ArrayList<>(SegmentNames.bases(names));
        ours.addAll(SegmentNames.segments(names));
        if (ours.isEmpty()) {
            long marked = mark().lsn();
            throw new LogException("There is no log in " + directory + ": no mini-redis.log"
                    + (marked == 0
                            ? ". Give the server's folder with --data-dir."
                            : ", but " + DurableMark.NAME + " says that all up to entry " + marked + " was on disk."));
        }
        return ours;
    }

    private List<String> names() throws LogException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private LogException unreadable(IOException e) {
        return new LogException("Cannot read the log in " + directory + ": " + LocalDisk.reason(e), e);
    }

    /** Identifies the active segment's file; null if there is none. */
    private Object activeKey() throws LogException {
        try {
            return Files.readAttributes(directory.resolve(SegmentNames.ACTIVE), BasicFileAttributes.class)
                    .fileKey();
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private OpenFile openFile(String name) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
        ReadOnlyFile file = new ReadOnlyFile(channel);
        try {
            long number = SegmentNames.bases(List.of(name)).isEmpty() ? firstLsn(file) : SegmentNames.baseLsn(name);
            return new OpenFile(name, file, number);
        } catch (IOException e) {
            ActiveSegment.closeQuietly(file);
            throw e;
        }
    }

    private static long firstLsn(ReadOnlyFile file) throws IOException {
        try {
            return new SegmentReader(file, byte[]::new).header();
        } catch (LineReader.BadLineException | LineReader.OtherFormatException e) {
            return OpenFile.UNKNOWN; // the cursor reports it when it reads the file
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private static List<OpenFile> ordered(List<OpenFile> files, boolean everything) {
        List<OpenFile> bases = files.stream().filter(OpenFile::isBase).toList();
        List<OpenFile> segments = files.stream().filter(file -> !file.isBase()).toList();
        List<OpenFile> ordered = new ArrayList<>(segments);
        for (int i = 0; i < bases.size(); i++) {
            OpenFile base = bases.get(i);
            if (everything || i == bases.size() - 1) {
                int needed = 0; // the first segment with entries after the base
                while (needed + 1 < segments.size() && segments.get(needed + 1).number() <= base.number() + 1) {
                    needed++;
                }
                ordered.add(segments.isEmpty() ? ordered.size() : ordered.indexOf(segments.get(needed)), base);
            } else {
                ActiveSegment.closeQuietly(base.file());
            }
        }
        return ordered;
    }

    /**
     * Open files, in the order of reading.
     *
     * @param names of all files of the log, including those that need not be read
     * @param activeKey identifies the active segment's file
     * @param marked the log ends with this entry or a later one; 0 if unknown
     */
    record Opened(List<OpenFile> files, List<String> names, Object activeKey, long marked) {
        void close() {
            files.forEach(file -> ActiveSegment.closeQuietly(file.file()));
        }
    }

    /**
     * An open file of a log.
     *
     * @param number of a segment, its first entry; of a base, the last entry that it stands for
     */
    record OpenFile(String name, Disk.ReadableFile file, long number) {
        /** The number of a segment whose header cannot be read. */
        static final long UNKNOWN = Long.MAX_VALUE;

        boolean isBase() {
            return !name.equals(SegmentNames.ACTIVE)
                    && !SegmentNames.bases(List.of(name)).isEmpty();
        }
    }

    private record ReadOnlyFile(FileChannel channel) implements Disk.ReadableFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return channel.read(target, offset);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

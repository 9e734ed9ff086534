package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files of a log that are needed for a moment: the newest base that is not after it, and the segments since. Only
 * their headers have been read.
 *
 * @param base null if there is none
 * @param segments in order; each begins with a later entry than the one before
 * @param bytes the total size
 */
record LogChain(Base base, List<Segment> segments, long bytes) {
    /** A base, which stands for all entries up to its lsn. */
    record Base(String name, BaseHeader header) {
        long lsn() {
            return header.lsn();
        }

        long atMillis() {
            return header.atMillis();
        }
    }

    record Segment(String name, long firstLsn) {}

    /**
     * Finds the files for a moment.
     *
     * @throws LogException a header does not match the file's name, or nothing is kept of that moment; nothing was
     *     changed
     */
    static LogChain upTo(Disk disk, Moment until) throws LogException, IOException, InterruptedException {
        return new Finder(disk).find(until);
    }

    private static final class Finder {
        private final Disk disk;
        private long bytes;

        Finder(Disk disk) {
            this.disk = disk;
        }

        LogChain find(Moment until) throws LogException, IOException, InterruptedException {
            List<String> names = disk.names();
            Base base = base(SegmentNames.bases(names), until);
            List<Segment> segments = segments(SegmentNames.segments(names), base == null ? 0 : base.lsn());
            boolean fromTheBeginning = segments.isEmpty() || segments.getFirst().firstLsn() == 1;
            if (!until.equals(Moment.END) && base == null && !fromTheBeginning) {
                throw new LogException("Nothing is kept of " + until + ": the log in " + disk.location()
                        + " goes back to " + oldest(SegmentNames.bases(names)) + " only.");
            }
            return new LogChain(base, segments, bytes);
        }

        private String oldest(List<String> bases) throws LogException, IOException, InterruptedException {
            if (bases.isEmpty()) {
                return "no base";
            }
            Base base = base(bases.getFirst());
            return "entry " + base.lsn() + ", " + new Moment(Long.MAX_VALUE, base.atMillis());
        }

        private Base base(List<String> names, Moment until) throws LogException, IOException, InterruptedException {
            for (String name : names.reversed()) {
                Base base = base(name);
                if (until.includes(base.lsn(), base.atMillis())) {
                    bytes += size(name);
                    return base;
                }
            }
            return null;
        }

        /** The segments from the one with the first entry after the base on. */
        private List<Segment> segments(List<String> names, long baseLsn)
                throws LogException, IOException, InterruptedException {
            List<Segment> segments = new ArrayList<>();
            for (String name : names.reversed()) {
                if (baseLsn > 0 && !segments.isEmpty() && segments.getLast().firstLsn() <= baseLsn + 1) {
                    break;
                }
                long size = size(name);
                if (name.equals(SegmentNames.ACTIVE) && size == 0) {
                    continue;
                }
                Segment segment = segment(name);
                if (!segments.isEmpty() && segments.getLast().firstLsn() <= segment.firstLsn()) {
                    Segment next = segments.getLast();
                    throw new LogException(path(next.name()) + " begins with entry " + next.firstLsn() + ", as "
                            + path(name) + " does or earlier. One of them is another log's; take it away. Nothing was"
                            + " changed.");
                }
                bytes += size;
                segments.add(segment);
            }
            Collections.reverse(segments);
            return segments;
        }

        private Base base(String name) throws LogException, IOException, InterruptedException {
            try (Disk.DiskFile file = disk.open(name)) {
                BaseHeader header = new BaseReader(file, byte[]::new).header();
                if (!name.equals(SegmentNames.base(header.lsn()))) {
                    throw new LineReader.BadLineException("it is the base of entry " + header.lsn());
                }
                return new Base(name, header);
            } catch (LineReader.OtherFormatException e) {
                throw Repair.otherFormat(path(name), e.format());
            } catch (LineReader.BadLineException e) {
                throw new LogException(
                        path(name) + " is damaged: line 1, byte 0: " + e.getMessage() + ". " + Repair.wayOut(disk));
            }
        }

        private Segment segment(String name) throws LogException, IOException, InterruptedException {
            try (Disk.DiskFile file = disk.open(name)) {
                return new Segment(name, new SegmentReader(file, byte[]::new).header());
            } catch (LineReader.OtherFormatException e) {
                throw Repair.otherFormat(path(name), e.format());
            } catch (LineReader.BadLineException e) {
                throw new LogException(path(name) + ": line 1, byte 0: this is not the header of a Mini Redis log ("
                        + e.getMessage()
                        + "). If this is another kind of file, take it away. If its beginning is damaged: "
                        + Repair.wayOut(disk));
            }
        }

        private long size(String name) throws IOException {
            try (Disk.DiskFile file = disk.open(name)) {
                return file.size();
            }
        }

        private String path(String name) {
            return disk.location() + "/" + name;
        }
    }
}

package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How much of the log is kept although a newer base replaces it, so that moments of the past can be rebuilt: all files
 * needed for moments since a time, and further files up to a total size.
 *
 * @param sinceMillis moments from this time on can be rebuilt, milliseconds since 1970; {@link Long#MAX_VALUE} for none
 * @param bytes the total size of old files to keep
 */
public record Retention(long sinceMillis, long bytes) {
    /** Keeps no old files. */
    public static final Retention NONE = new Retention(Long.MAX_VALUE, 0);

    /** A file that is not needed for the newest moment, and the first entry of the file after it. */
    private record Old(String name, long nextFirst, long size) {}

    /**
     * The files to delete: always all files before a base, so that moments after that base can still be rebuilt.
     *
     * @param activeFirstLsn the first lsn of the active segment, read before the files are listed
     */
    List<String> obsolete(Disk disk, long activeFirstLsn) throws IOException, InterruptedException {
        List<String> names = disk.names();
        List<String> bases = SegmentNames.bases(names);
        if (bases.isEmpty()) {
            return List.of();
        }
        List<Old> old = old(disk, names, bases, activeFirstLsn);
        long held = old.stream().mapToLong(Old::size).sum();
        Set<String> obsolete = new LinkedHashSet<>();
        for (String base : bases) {
            long lsn = SegmentNames.baseLsn(base);
            List<Old> before = old.stream()
                    .filter(file -> file.nextFirst() <= lsn + 1 && !obsolete.contains(file.name()))
                    .toList();
            if (held <= bytes || sinceMillis != Long.MAX_VALUE && atMillis(disk, base) > sinceMillis) {
                break;
            }
            for (Old file : before) {
                obsolete.add(file.name());
                held -= file.size();
            }
        }
        return List.copyOf(obsolete);
    }

    private static List<Old> old(Disk disk, List<String> names, List<String> bases, long activeFirstLsn)
            throws IOException {
        long newest = SegmentNames.baseLsn(bases.getLast());
        List<Old> old = new ArrayList<>();
        for (int i = 0; i + 1 < bases.size(); i++) {
            String name = bases.get(i);
            old.add(new Old(name, SegmentNames.baseLsn(bases.get(i + 1)) + 1, size(disk, name)));
        }
        List<String> segments = SegmentNames.segments(names);
        for (int i = 0; i < segments.size(); i++) {
            String name = segments.get(i);
            boolean lastRetired =
                    i + 1 == segments.size() || segments.get(i + 1).equals(SegmentNames.ACTIVE);
            long nextFirst = lastRetired ? activeFirstLsn : SegmentNames.firstLsn(segments.get(i + 1));
            if (SegmentNames.firstLsn(name) < activeFirstLsn && nextFirst <= newest + 1) {
                old.add(new Old(name, nextFirst, size(disk, name)));
            }
        }
        return old;
    }

    private static long size(Disk disk, String name) throws IOException {
        try (Disk.DiskFile file = disk.open(name)) {
            return file.size();
        }
    }

    /** The time of a base; if it cannot be read, a time that keeps all files before it. */
    private static long atMillis(Disk disk, String base) throws IOException, InterruptedException {
        try (Disk.DiskFile file = disk.open(base)) {
            return new BaseReader(file, byte[]::new).header().atMillis();
        } catch (LineReader.BadLineException | LineReader.OtherFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}

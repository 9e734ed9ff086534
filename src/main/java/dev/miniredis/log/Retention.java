package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How much of the log is kept that a newer base makes superfluous, so that moments of the past can be rebuilt: what is
 * needed for all since a time, and more up to a size.
 *
 * @param sinceMillis every moment from this time on, milliseconds since 1970; {@link Long#MAX_VALUE} for none
 * @param bytes of files in all, besides those that the newest moment needs
 */
public record Retention(long sinceMillis, long bytes) {
    /** Keeps nothing of the past. */
    public static final Retention NONE = new Retention(Long.MAX_VALUE, 0);

    /** A file that the newest moment does not need, and the entry that the one after it begins with. */
    private record Old(String name, long nextFirst, long size) {}

    /**
     * What need not be kept. The past goes in whole stretches, each up to a base, from which what is left can be rebuilt.
     *
     * @param activeFirstLsn the lsn that the active segment begins with, before the files are listed
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

    /** When a base was made; of one that cannot be read, nothing before it is given up. */
    private static long atMillis(Disk disk, String base) throws IOException, InterruptedException {
        try (Disk.DiskFile file = disk.open(base)) {
            return new BaseReader(file, byte[]::new).header().atMillis();
        } catch (LineReader.BadLineException | LineReader.OtherFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}

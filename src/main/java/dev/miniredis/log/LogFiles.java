package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The files of the log: replaces the active segment by the next one, and checks whether all files still exist.
 *
 * <p>If a file is deleted or replaced while the server runs, writes go to a file without a name, and the next start
 * would not find them; no write and no sync fails. So {@link #missing} checks.
 */
final class LogFiles {
    /** The files that must exist. Each change creates another object, by which {@link #missing} detects it. */
    private static final class Holding {
        final ActiveSegment active; // null while it is being replaced
        final Set<String> others; // the base and the older segments

        Holding(ActiveSegment active, Set<String> others) {
            this.active = active;
            this.others = Set.copyOf(others);
        }
    }

    private final Disk disk;
    private final AtomicReference<Holding> holding = new AtomicReference<>(new Holding(null, Set.of()));

    LogFiles(Disk disk) {
        this.disk = disk;
    }

    /** Takes over the files that recovery has read or created. */
    void recovered(ActiveSegment active) throws IOException, InterruptedException {
        List<String> names = disk.names();
        List<String> bases = SegmentNames.bases(names);
        Set<String> others = new HashSet<>(SegmentNames.segments(names));
        others.remove(SegmentNames.ACTIVE);
        if (!bases.isEmpty()) {
            others.add(bases.getLast());
            others.removeAll(Retention.NONE.obsolete(disk, active.firstLsn()));
        }
        holding.set(new Holding(active, others));
        if (names.contains(SegmentNames.UNFINISHED_BASE)) {
            deleteQuietly(SegmentNames.UNFINISHED_BASE); // its writer was killed
        }
    }

    private void deleteQuietly(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            Notice.LOG_FILE_NOT_DELETED.tell(System.getLogger(LogFiles.class.getName()), e, name);
        }
    }

    /** The number of segments since the base. */
    int segments() {
        return 1 + SegmentNames.segments(List.copyOf(holding.get().others)).size();
    }

    Disk.Space space() throws IOException {
        return disk.space();
    }

    /** Whether this segment has the name of the active one. */
    boolean isActive(ActiveSegment segment) {
        return holding.get().active == segment;
    }

    /** Sets the active segment. */
    void active(ActiveSegment segment) {
        holding.getAndUpdate(old -> new Holding(segment, old.others));
    }

    private void others(UnaryOperator<Set<String>> change) {
        holding.getAndUpdate(old -> {
            Set<String> others = change.apply(new HashSet<>(old.others));
            return new Holding(old.active, others);
        });
    }

    private void addOther(String name) {
        others(names -> {
            names.add(name);
            return names;
        });
    }

    /**
     * Replaces a segment that is completely on disk by a new one.
     *
     * @throws IOException that failed; the old one may still be {@linkplain #isActive active}
     */
    ActiveSegment follow(ActiveSegment old, long firstLsn) throws IOException {
        ActiveSegment fresh = ActiveSegment.prepare(disk, firstLsn, List.of());
        active(null);
        String retired = SegmentNames.retired(old.firstLsn());
        boolean renamed = false;
        try {
            disk.rename(SegmentNames.ACTIVE, retired);
            renamed = true;
            disk.syncDirectory(); // otherwise a crash could keep the new name and lose the old segment's
            fresh.takeName(disk);
            addOther(retired);
            active(fresh);
            return fresh;
        } catch (IOException e) {
            ActiveSegment.closeQuietly(fresh);
            takeBack(renamed, old, retired, e);
            throw e;
        }
    }

    private void takeBack(boolean renamed, ActiveSegment old, String retired, IOException failure) {
        try {
            if (renamed) {
                disk.rename(retired, SegmentNames.ACTIVE);
            }
            active(old);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Renames a failed segment durably, so that a new one can have the name of the active segment. */
    void retire(ActiveSegment failed, long nextFirstLsn) throws IOException {
        active(null);
        List<String> names = disk.names();
        String retired = SegmentNames.retired(failed.firstLsn());
        if (failed.firstLsn() < nextFirstLsn) {
            if (!names.contains(retired) && names.contains(SegmentNames.ACTIVE)) {
                disk.rename(SegmentNames.ACTIVE, retired);
            }
            addOther(retired);
        }
        disk.syncDirectory();
    }

    /**
     * Prepares the directory for a new log: it exists and is locked, and foreign files are renamed. Files that are left
     * of the old log stay, since a base will replace them.
     *
     * @param old the last active segment
     * @return whether that file still exists
     */
    boolean clear(ActiveSegment old) throws IOException {
        boolean isOldThere = old.isFoundOn(disk);
        boolean isSameDirectory = isOldThere || disk.isHeld();
        disk.holdAgain();
        List<String> names = disk.names();
        Set<String> ours = new HashSet<>(isSameDirectory ? holding.get().others : Set.of());
        ours.retainAll(names);
        holding.set(new Holding(null, ours));
        if (!isSameDirectory && names.contains(DurableMark.NAME)) {
            disk.rename(DurableMark.NAME, SegmentNames.aside(DurableMark.NAME, names)); // of another log
        }
        for (String name : SegmentNames.allOfLogs(names)) {
            boolean isOurs = name.equals(SegmentNames.ACTIVE) ? isOldThere : ours.contains(name);
            if (!isOurs) {
                disk.rename(name, SegmentNames.aside(name, names));
            }
        }
        return isOldThere;
    }

    /**
     * Adds a base that is on disk, and deletes files that it replaces and the retention does not keep.
     *
     * @param mends whether the base replaces all older files, some of which may be gone
     */
    void based(BaseFile base, long activeFirstLsn, boolean mends, Retention retention)
            throws IOException, InterruptedException {
        List<String> unneeded = Retention.NONE.obsolete(disk, activeFirstLsn);
        others(names -> {
            names.removeAll(mends ? Set.copyOf(names) : unneeded);
            names.add(SegmentNames.base(base.lsn()));
            return names;
        });
        for (String name : retention.obsolete(disk, activeFirstLsn)) {
            disk.delete(name);
        }
        disk.syncDirectory();
    }

    /**
     * Checks whether all files exist.
     *
     * @return what has happened to a file, in words; null if all exist, or the files are being changed
     */
    String missing() throws IOException {
        Holding before = holding.get();
        String missing = missingOf(before);
        return holding.get() == before ? missing : null;
    }

    private String missingOf(Holding wanted) throws IOException {
        List<String> names;
        try {
            names = disk.names();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return disk.location() + " was deleted";
        }
        boolean isHeld = disk.isHeld();
        if (wanted.active != null && !wanted.active.isFoundOn(disk)) {
            if (!isHeld) {
                return disk.location() + " was emptied or replaced";
            }
            return path(SegmentNames.ACTIVE)
                    + (names.contains(SegmentNames.ACTIVE) ? " was replaced by another file" : " was deleted");
        }
        if (!isHeld) {
            return path(LocalDisk.LOCK_NAME) + " was deleted or replaced";
        }
        for (String name : wanted.others) {
            if (!names.contains(name)) {
                return path(name) + " was deleted";
            }
        }
        return null;
    }

    private String path(String name) {
        return disk.location() + "/" + name;
    }
}

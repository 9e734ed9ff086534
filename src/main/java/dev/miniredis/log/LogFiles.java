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
 * The files that make up the log: how a segment follows another, and whether all of them are still where they were put.
 *
 * <p>Somebody may delete them while the server runs, or put others in their place. What is written then goes to a file
 * without a name, and the next start would not find it; no write and no sync tells. So the log looks, by {@link #missing}.
 */
final class LogFiles {
    /** What must be there. Each change makes another one, by which {@link #missing} knows of it. */
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

    /** What recovery has read or made is the log. */
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
            deleteQuietly(SegmentNames.UNFINISHED_BASE); // its maker was killed
        }
    }

    private void deleteQuietly(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            Notice.LOG_FILE_NOT_DELETED.tell(System.getLogger(LogFiles.class.getName()), e, name);
        }
    }

    /** How many segments the log is now, besides its base; those that are only kept behind the base are not counted. */
    int segments() {
        return 1 + SegmentNames.segments(List.copyOf(holding.get().others)).size();
    }

    Disk.Space space() throws IOException {
        return disk.space();
    }

    /** Whether this segment is the one being written, as far as names go. */
    boolean isActive(ActiveSegment segment) {
        return holding.get().active == segment;
    }

    /** This one is the active segment now. */
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
     * Puts a new segment in the place of one of which all is on disk.
     *
     * @throws IOException it could not be done; the old one may still be {@linkplain #isActive active}
     */
    ActiveSegment follow(ActiveSegment old, long firstLsn) throws IOException {
        ActiveSegment fresh = ActiveSegment.prepare(disk, firstLsn, List.of());
        active(null);
        String retired = SegmentNames.retired(old.firstLsn());
        boolean renamed = false;
        try {
            disk.rename(SegmentNames.ACTIVE, retired);
            renamed = true;
            disk.syncDirectory(); // else a crash might leave the new one's name without the old one's
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

    /** Gives a segment that failed the name of an old one, durably, so that the new one may have its name. */
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
     * Makes the directory fit for a new log: it is there and ours, and what somebody else has put there is out of the way,
     * but kept. What is left of the old log stays, for a base makes it superfluous.
     *
     * @param old the segment that was written last
     * @return whether that one is still there
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
     * A base is on disk: removes what it stands for and nobody wants to keep.
     *
     * @param mends whether it stands for all, and what else was the log may be gone
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
     * Looks at what is there.
     *
     * @return what has happened to the files, in words; null when all are there, or when they are just being changed
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

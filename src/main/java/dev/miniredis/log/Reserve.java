package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Disk space reserved for a compaction: the file {@code mini-redis.reserve}, full of blank lines. A base needs space
 * before it frees any. So if little is free, the file is deleted when a base begins, and created again when the base is
 * complete or has failed. Meanwhile {@link RoomKeeper} is on hold, so that entries do not take the space.
 *
 * <p>Its size is a share of the disk, between {@link #MIN_BYTES} and {@link #MAX_BYTES}. It grows a piece at a time
 * while several times as much is free. Its content means nothing, so after a crash it is at worst too small.
 */
final class Reserve {
    private static final System.Logger LOGGER = System.getLogger(Reserve.class.getName());

    static final String NAME = "mini-redis.reserve";
    static final long MIN_BYTES = 256 * 1024;
    static final long MAX_BYTES = 16 * 1024 * 1024;

    private static final int SHARE = 64;
    private static final int PIECE_BYTES = 1024 * 1024;
    /** The disk counts as full with less free than this many times the reserve. */
    private static final int PLENTY = 4;

    private final Disk disk;
    private final RoomKeeper roomKeeper;
    private boolean released;
    private volatile long bytes;

    Reserve(Disk disk, RoomKeeper roomKeeper) {
        this.disk = disk;
        this.roomKeeper = roomKeeper;
    }

    /** The current size of the reserve. */
    long bytes() {
        return bytes;
    }

    private static long wanted(Disk.Space space) {
        return Math.clamp(space.totalBytes() / SHARE, MIN_BYTES, MAX_BYTES);
    }

    private static boolean isFull(Disk.Space space) {
        return space.freeBytes() < PLENTY * wanted(space);
    }

    /** Opens the reserve of an earlier process; on a full disk takes the free space before entries do. */
    synchronized void start() {
        quietly(() -> {
            if (disk.names().contains(NAME)) {
                try (Disk.DiskFile file = disk.open(NAME)) {
                    bytes = file.size();
                }
            }
            Disk.Space space = disk.space();
            if (isFull(space)) {
                growTo(wanted(space));
            }
        });
    }

    /** Grows the reserve by a piece, if it is too small and plenty of space is free. */
    synchronized void keep(Disk.Space space) {
        if (!released && bytes < wanted(space) && !isFull(space)) {
            quietly(() -> growTo(Math.min(bytes + PIECE_BYTES, wanted(space))));
        }
    }

    /** How much space a base has if there is none for entries; otherwise 0. */
    long roomForBase(Disk.Space space) {
        return roomKeeper.problem() != null && space != null ? space.freeBytes() + bytes : 0;
    }

    /** Frees the reserve for a base if the disk is full. */
    void baseBegins() throws InterruptedException {
        Disk.Space space = space();
        if (space != null && isFull(space)) {
            roomKeeper.hold();
            quietly(this::release);
        }
    }

    private Disk.Space space() {
        try {
            return disk.space();
        } catch (IOException e) {
            return null;
        }
    }

    private synchronized void release() throws IOException {
        released = true;
        bytes = 0;
        if (disk.names().contains(NAME)) {
            disk.delete(NAME);
        }
    }

    /** Begins a base, when the segment before it has ended. */
    BaseFile newBase(BaseHeader header, Rotation rotation) throws IOException, InterruptedException {
        try {
            rotation.await(header.lsn()); // before, there may be no space, or no directory
            return BaseFile.create(disk, header, this::baseEnded);
        } catch (IOException | InterruptedException e) {
            baseEnded();
            throw e;
        }
    }

    /** Gives a segment that begins for a base the room for entries that free memory. */
    synchronized void fillSpare(ActiveSegment fresh) {
        if (released) {
            quietly(fresh::fillSpare);
        }
    }

    /** Ends a base, complete or not: reserves as much space again as there is. */
    private synchronized void baseEnded() {
        if (released) {
            released = false;
            quietly(() -> growTo(wanted(disk.space())));
        }
        roomKeeper.letGo();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Runs an operation whose failure does no harm, since the log works without the reserve. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            Notice.LOG_RESERVE_NOT_KEPT.tell(LOGGER, e);
        }
    }

    private void growTo(long size) throws IOException {
        if (bytes >= size) {
            return;
        }
        byte[] blanks = new byte[(int) Math.min(PIECE_BYTES, MIN_BYTES)];
        Arrays.fill(blanks, (byte) '\n');
        try (Disk.DiskFile file = disk.open(NAME)) {
            try {
                for (long at = file.size(); at < size; at = file.size()) {
                    file.write(ByteBuffer.wrap(blanks, 0, (int) Math.min(blanks.length, size - at)), at);
                }
            } finally {
                bytes = file.size();
            }
        }
    }
}

package dev.miniredis.log;

import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Room on the log's disk that is kept for a compaction: the file {@code mini-redis.reserve}, full of empty lines. Once the disk
 * is full, a base needs room before it gives any back; so where little is free, the file is deleted when a base begins, and
 * made again when the base is there or has failed. Meanwhile {@link RoomKeeper} is on hold, so that entries do not take it.
 *
 * <p>It is a share of the disk, between {@link #MIN_BYTES} and {@link #MAX_BYTES}, and is made a piece at a time while several
 * times as much is free. What is in it means nothing, so a crash at any moment leaves a file that is good or too small.
 */
final class Reserve {
    private static final System.Logger LOGGER = System.getLogger(Reserve.class.getName());

    static final String NAME = "mini-redis.reserve";
    static final long MIN_BYTES = 256 * 1024;
    static final long MAX_BYTES = 16 * 1024 * 1024;

    private static final int SHARE = 64;
    private static final int PIECE_BYTES = 1024 * 1024;
    /** With less free than so many times the reserve, the disk counts as full. */
    private static final int PLENTY = 4;

    private final Disk disk;
    private final RoomKeeper roomKeeper;
    private boolean released;
    private volatile long bytes;

    Reserve(Disk disk, RoomKeeper roomKeeper) {
        this.disk = disk;
        this.roomKeeper = roomKeeper;
    }

    /** How much is kept at the moment. */
    long bytes() {
        return bytes;
    }

    private static long wanted(Disk.Space space) {
        return Math.clamp(space.totalBytes() / SHARE, MIN_BYTES, MAX_BYTES);
    }

    private static boolean isFull(Disk.Space space) {
        return space.freeBytes() < PLENTY * wanted(space);
    }

    /** Looks at what an earlier process has left; on a full disk takes what is free, before entries do. */
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

    /** Makes a piece more, where it is too small and plenty of room is free. */
    synchronized void keep(Disk.Space space) {
        if (!released && bytes < wanted(space) && !isFull(space)) {
            quietly(() -> growTo(Math.min(bytes + PIECE_BYTES, wanted(space))));
        }
    }

    /** Where there is no room for entries, but some for a base, how much that is; otherwise 0. */
    long roomForBase(Disk.Space space) {
        return roomKeeper.problem() != null && space != null ? space.freeBytes() + bytes : 0;
    }

    /** A base is about to begin: where the disk is full, it may have the room. */
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
            rotation.await(header.lsn()); // until then there may be no room, or no directory
            return BaseFile.create(disk, header, this::baseEnded);
        } catch (IOException | InterruptedException e) {
            baseEnded();
            throw e;
        }
    }

    /** Gives the segment that is begun for a base what is left to entries that free memory. */
    synchronized void fillSpare(ActiveSegment fresh) {
        if (released) {
            quietly(fresh::fillSpare);
        }
    }

    /** The base is there, or given up: as much is kept again as can be had. */
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

    /** The log can do without the reserve, whatever happens to it. */
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

package dev.miniredis.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A file of a {@link SimulatedDisk}: what a read sees, and what of it a crash would leave.
 *
 * <pre>
 *   base (durable) | change | change | change | …
 *                    synced   lost     dirty
 * </pre>
 *
 * <p>A sync makes durable what was written before it began. A sync that fails makes its changes lost: reads still see
 * them and no later sync writes them, as with Linux's page cache; what the disk has of them, only a crash shows.
 */
final class SimulatedFile {
    private enum State {
        DIRTY,
        SYNCED,
        LOST
    }

    /** How much of what was never synced a crash takes. */
    enum Loss {
        /** All of it. */
        ALL,
        /** Any part of it: kept, lost, torn at any byte, torn into sectors, left as zeros. */
        ANY,
        /** None of it: only the process died. */
        NONE
    }

    /** Some bytes at an offset; or, where they are null, a cut at that offset. */
    private static final class Change {
        private final long number;
        private final int offset;
        private final byte[] bytes;
        private State state = State.DIRTY;

        private Change(long number, int offset, byte[] bytes) {
            this.number = number;
            this.offset = offset;
            this.bytes = bytes;
        }
    }

    private byte[] content = {};
    private int size;
    private byte[] base = {};
    private int baseSize;
    private List<Change> changes = new ArrayList<>();
    private long changeCount;
    private boolean isUnknown;

    SimulatedFile() {}

    /** A file of these bytes, all durable. */
    SimulatedFile(byte[] bytes) {
        content = bytes.clone();
        size = bytes.length;
        base = bytes.clone();
        baseSize = bytes.length;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return Arrays.copyOf(content, size);
    }

    /** Whether a sync has failed, so that nobody knows what the disk has of it. */
    boolean isUnknown() {
        return isUnknown;
    }

    /** Whether all of it is durable. */
    boolean isSynced() {
        return changes.isEmpty();
    }

    int read(ByteBuffer target, long offset) {
        if (offset >= size) {
            return -1;
        }
        int length = (int) Math.min(target.remaining(), size - offset);
        target.put(content, (int) offset, length);
        return length;
    }

    void write(byte[] bytes, long offset) {
        int at = Math.toIntExact(offset);
        changes.add(new Change(changeCount++, at, bytes));
        content = overwritten(content, size, at, bytes, 0, bytes.length);
        size = Math.max(size, at + bytes.length);
    }

    void truncate(long newSize) {
        int at = Math.toIntExact(newSize);
        changes.add(new Change(changeCount++, at, null));
        isUnknown &= at > 0; // what is written anew is known again
        if (at < size) {
            Arrays.fill(content, at, size, (byte) 0);
            size = at;
        }
    }

    /** What a sync that begins now will make durable. */
    long mark() {
        return changeCount;
    }

    void synced(long mark) {
        for (Change change : changes) {
            if (change.number < mark && change.state == State.DIRTY) {
                change.state = State.SYNCED;
            }
        }
        int folded = 0;
        while (folded < changes.size() && changes.get(folded).state == State.SYNCED) {
            applyToBase(changes.get(folded++));
        }
        changes = new ArrayList<>(changes.subList(folded, changes.size()));
    }

    void syncFailed(long mark) {
        isUnknown = true;
        for (Change change : changes) {
            if (change.number < mark && change.state == State.DIRTY) {
                change.state = State.LOST;
            }
        }
    }

    private void applyToBase(Change change) {
        if (change.bytes != null) {
            base = overwritten(base, baseSize, change.offset, change.bytes, 0, change.bytes.length);
            baseSize = Math.max(baseSize, change.offset + change.bytes.length);
        } else if (change.offset < baseSize) {
            Arrays.fill(base, change.offset, baseSize, (byte) 0);
            baseSize = change.offset;
        }
    }

    private static byte[] overwritten(byte[] old, int oldSize, int at, byte[] bytes, int from, int to) {
        int end = at + (to - from);
        byte[] target = end > old.length ? Arrays.copyOf(old, Math.max(end, oldSize + (oldSize >> 1))) : old;
        System.arraycopy(bytes, from, target, at, to - from);
        return target;
    }

    /** The same file with the same changes under way, for another process. */
    SimulatedFile copy() {
        SimulatedFile copy = new SimulatedFile();
        copy.content = content.clone();
        copy.size = size;
        copy.base = base.clone();
        copy.baseSize = baseSize;
        copy.changeCount = changeCount;
        for (Change change : changes) {
            Change copied = new Change(change.number, change.offset, change.bytes);
            copied.state = change.state;
            copy.changes.add(copied);
        }
        return copy;
    }

    /** What is there after a crash. */
    SimulatedFile crashed(Random random, Loss loss) {
        SimulatedFile left = new SimulatedFile();
        left.base = base.clone();
        left.baseSize = baseSize;
        for (Change change : changes) {
            if (change.state == State.SYNCED || loss == Loss.NONE) {
                left.applyToBase(change);
            } else if (loss == Loss.ANY) {
                left.applySome(change, random);
            }
        }
        left.content = left.base.clone();
        left.size = left.baseSize;
        return left;
    }

    private void applySome(Change change, Random random) {
        int fate = random.nextInt(6);
        if (fate <= 1) {
            applyToBase(change);
            return;
        }
        if (change.bytes == null || fate == 2) {
            return; // lost altogether
        }
        if (fate == 3) {
            applyPart(change, 0, random.nextInt(change.bytes.length + 1));
        } else if (fate == 4) {
            applySectors(change, random);
        } else {
            extendWithZeros(change.offset + random.nextInt(change.bytes.length + 1));
        }
    }

    private void applySectors(Change change, Random random) {
        int from = 0;
        int chance = 1 + random.nextInt(9);
        while (from < change.bytes.length) {
            int inSector = (change.offset + from) % SimulatedDisk.SECTOR_BYTES;
            int to = Math.min(change.bytes.length, from + SimulatedDisk.SECTOR_BYTES - inSector);
            if (random.nextInt(10) < chance) {
                applyPart(change, from, to);
            }
            from = to;
        }
    }

    private void applyPart(Change change, int from, int to) {
        if (from < to) {
            base = overwritten(base, baseSize, change.offset + from, change.bytes, from, to);
            baseSize = Math.max(baseSize, change.offset + to);
        }
    }

    private void extendWithZeros(int newSize) {
        if (newSize > baseSize) {
            base = Arrays.copyOf(Arrays.copyOf(base, baseSize), newSize);
            baseSize = newSize;
        }
    }
}

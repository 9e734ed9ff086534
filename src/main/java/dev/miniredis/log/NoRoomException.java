package dev.miniredis.log;

import java.io.IOException;

/** A write failed because the disk is full or the quota is used up. The message is the operating system's. */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    private NoRoomException(IOException cause) {
        super(LogException.reason(cause), cause);
    }

    /**
     * The exception of a failed write, as a NoRoomException if that is why it failed. The JDK gives no error number,
     * and the system's message may be in any language; so the free space decides, and the English message only for
     * quotas, which the free space need not show.
     *
     * @param bytes how many were to be written; 0 if none
     */
    static IOException of(IOException failure, Disk disk, long bytes) {
        String message = String.valueOf(failure.getMessage());
        boolean isSaid = message.contains("No space left on device") || message.contains("quota exceeded");
        return isSaid || isFull(disk, bytes) ? new NoRoomException(failure) : failure;
    }

    private static boolean isFull(Disk disk, long bytes) {
        try {
            return disk.space().freeBytes() < bytes;
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.miniredis.rdb;

import dev.miniredis.value.RdbSink;
import dev.miniredis.value.Value;

/** Counts the bytes that a value takes in an RDB file that is not compressed, as Redis's {@code rdbSavedObjectLen}. */
public final class RdbLength implements RdbSink {
    private long bytes;

    private RdbLength() {}

    /** The bytes of a value, without the one of its type. */
    public static long of(Value value) {
        RdbLength length = new RdbLength();
        value.writeTo(length);
        return length.bytes;
    }

    @Override
    public void type(int type) {
        // is not counted
    }

    @Override
    public void length(long count) {
        bytes += count < 1 << 6 ? 1 : count < 1 << 14 ? 2 : count <= 0xffffffffL ? 5 : 9;
    }

    @Override
    public void string(byte[] string, int offset, int length) {
        int integerBytes = RdbWriter.integerBytes(string, offset, length);
        if (integerBytes > 0) {
            bytes += 1 + integerBytes;
        } else {
            length(length);
            bytes += length;
        }
    }
}

package dev.miniredis.value;

/** Takes a value as it stands in an RDB file. */
public interface RdbSink {
    /** The type of the value and its encoding, Redis's {@code RDB_TYPE_}; it comes first. */
    void type(int type);

    /** How many elements follow. */
    void length(long count);

    /** A string, which the sink may write as an integer or compressed. */
    void string(byte[] bytes, int offset, int length);
}

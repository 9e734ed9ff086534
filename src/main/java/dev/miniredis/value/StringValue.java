package dev.miniredis.value;

/**
 * A string as it lies in its packed entry: a view that the keyspace wraps around an entry it has found. Entries never
 * change once they are made, so a view stays true when its key is set again.
 */
public final class StringValue implements Value {
    private byte[] bytes;
    private int offset;
    private int length;

    public StringValue wrap(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    @Override
    public String typeName() {
        return "string";
    }
}

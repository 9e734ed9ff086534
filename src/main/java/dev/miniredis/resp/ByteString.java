package dev.miniredis.resp;

import java.util.Arrays;

/** Immutable bytes with equality and order by content, usable as a map key: a channel's name, a watched key. */
public final class ByteString implements Comparable<ByteString> {
    private final byte[] bytes;
    private final int hash;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** A copy of a slice. */
    public static ByteString of(Slice slice) {
        return new ByteString(slice.copy());
    }

    /** A copy of a part of an array. */
    public static ByteString of(byte[] bytes, int offset, int length) {
        return new ByteString(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    public static ByteString of(String text) {
        return new ByteString(ByteText.bytes(text));
    }

    /** The bytes themselves; must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean startsWith(ByteString prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    /** Compares unsigned bytes; a prefix sorts before longer strings that begin with it. */
    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The bytes as text, without loss, see {@link ByteText}. */
    @Override
    public String toString() {
        return ByteText.of(bytes);
    }
}

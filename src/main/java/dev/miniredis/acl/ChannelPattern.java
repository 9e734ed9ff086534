package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Slice;
import java.util.Arrays;

/** A pattern of channels that a user may use. */
final class ChannelPattern {
    private final String pattern;
    private final byte[] bytes;
    private final Glob glob;

    ChannelPattern(String pattern) {
        this.pattern = pattern;
        this.bytes = ByteText.bytes(pattern);
        this.glob = Glob.of(new Slice(bytes));
    }

    /** A pattern is allowed only if it is equal, since inclusion of patterns cannot be decided. */
    boolean allows(Slice channel, boolean isPattern) {
        return isPattern
                ? channel.contentEquals(bytes)
                : glob.matches(channel.bytes(), channel.offset(), channel.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelPattern that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The rule that makes it. */
    @Override
    public String toString() {
        return "&" + pattern;
    }
}

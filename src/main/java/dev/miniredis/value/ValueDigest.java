package dev.miniredis.value;

import java.util.function.Consumer;

/** Takes what a value consists of, for the digest of the data that {@code DEBUG DIGEST} answers. */
public interface ValueDigest {
    /** Adds something whose order among the others counts. */
    void mix(byte[] bytes, int offset, int length);

    /** Adds the type of the value, Redis's {@code OBJ_}; it comes first. */
    void mixType(int type);

    /** Adds an element whose order among the others does not count. */
    void element(Consumer<ValueDigest> parts);
}

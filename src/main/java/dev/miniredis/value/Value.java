package dev.miniredis.value;

/** What a key holds. A new type is one more permitted class here, and a file of commands. */
public sealed interface Value permits StringValue {
    /** The name that {@code TYPE} answers. */
    String typeName();
}

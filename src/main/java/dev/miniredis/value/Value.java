package dev.miniredis.value;

/**
 * What a key holds. Each type owns its encodings and all that must be known of them: their names, their size, their
 * form in Redis's files, their digest, and the commands that make the value again.
 *
 * <p>A string lies in its entry and is replaced as a whole; every other type is a {@link MutableValue}.
 */
public sealed interface Value permits StringValue, MutableValue {
    /** The name that {@code TYPE} answers. */
    String typeName();

    /** The name that {@code OBJECT ENCODING} answers: how Redis would keep a value that came to be like this one. */
    String encoding();

    /** Writes the value as it stands in an RDB file: its type, then its contents. */
    void writeTo(RdbSink sink);

    /** Adds the type and the contents to the digest of the data, as Redis's {@code xorObjectDigest}. */
    void addTo(ValueDigest digest);

    /**
     * Writes the commands that make the value and its deadline again under a key that does not exist. A large value
     * takes several commands, so that each is of bounded size.
     *
     * @param deadline milliseconds since 1970; 0 for none
     * @param <X> what the sink may throw
     */
    <X extends Exception> void rebuild(long deadline, CommandSink<X> sink) throws X;
}

package dev.miniredis.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A reply as a client sees it, RESP2 or RESP3: what {@link ReplyReader} reads.
 *
 * <p>RESP has some fifteen types on the wire. A client has five cases: a text of a {@link TextKind kind}, a number, a
 * boolean, null, and items of a {@link ItemsKind kind}.
 */
public sealed interface ReplyValue {
    /** How a text was sent. */
    enum TextKind {
        /** {@code +}: a line such as {@code OK}. */
        SIMPLE,
        /** {@code -} or {@code !}. */
        ERROR,
        /** {@code $}: any bytes. */
        BULK,
        /** {@code =}: a text for people to read, without its format prefix such as {@code txt:}. */
        VERBATIM,
        /** {@code ,}: a floating point number, in the digits that the server sent. */
        DOUBLE,
        /** {@code (}: an integer of any size. */
        BIG_NUMBER
    }

    /** How items were sent. */
    enum ItemsKind {
        /** {@code *}. */
        ARRAY,
        /** {@code %}: key, value, key, value, …. */
        MAP,
        /** {@code ~}. */
        SET,
        /** {@code >}: a message that is not a reply to a request. */
        PUSH
    }

    /** Bytes of a kind; must not be changed. */
    @SuppressWarnings("ArrayRecordComponent") // compared and shown by content, below
    record Text(TextKind kind, byte[] bytes) implements ReplyValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Text text && kind == text.kind && Arrays.equals(bytes, text.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * kind.hashCode() + Arrays.hashCode(bytes);
        }

        /** The bytes decoded as UTF-8. */
        @Override
        public String toString() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** An integer. */
    record Int(long value) implements ReplyValue {}

    /** A boolean, in RESP3. */
    record Bool(boolean value) implements ReplyValue {}

    /** Null: RESP2's null bulk string and null array, and RESP3's null. */
    record Nil() implements ReplyValue {}

    /** Several values; a {@link ItemsKind#MAP} has its keys and values in turn. */
    record Items(ItemsKind kind, List<ReplyValue> values) implements ReplyValue {}

    default boolean isError() {
        return this instanceof Text text && text.kind() == TextKind.ERROR;
    }

    default boolean isPush() {
        return this instanceof Items items && items.kind() == ItemsKind.PUSH;
    }
}

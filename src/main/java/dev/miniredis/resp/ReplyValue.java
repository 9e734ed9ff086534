package dev.miniredis.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A reply as a client sees it, RESP2 or RESP3: what {@link ReplyReader} makes of the bytes.
 *
 * <p>RESP has some fifteen wire types, a client has five shapes to handle: text of some {@link TextKind kind}, a number,
 * a truth value, nothing, and items of some {@link ItemsKind kind}.
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
        /** {@code =}: a text for people, without its format prefix such as {@code txt:}. */
        VERBATIM,
        /** {@code ,}: a floating point number in the server's own digits. */
        DOUBLE,
        /** {@code (}: an integer of any length. */
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
        /** {@code >}: not an answer, but something that the server tells on its own account. */
        PUSH
    }

    /** Bytes of a kind; nobody writes to them. */
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

        /** The text, as far as it is UTF-8. */
        @Override
        public String toString() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** An integer. */
    record Int(long value) implements ReplyValue {}

    /** RESP3's truth value. */
    record Bool(boolean value) implements ReplyValue {}

    /** Nothing: RESP2's null bulk string and null array, and RESP3's null. */
    record Nil() implements ReplyValue {}

    /** Several values; those of a {@link ItemsKind#MAP} are its keys and values in turn. */
    record Items(ItemsKind kind, List<ReplyValue> values) implements ReplyValue {}

    default boolean isError() {
        return this instanceof Text text && text.kind() == TextKind.ERROR;
    }

    default boolean isPush() {
        return this instanceof Items items && items.kind() == ItemsKind.PUSH;
    }
}

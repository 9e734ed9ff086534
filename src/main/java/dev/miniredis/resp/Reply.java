package dev.miniredis.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes replies into a byte array: one method for each type of the protocol. Callers need not know whether the client
 * speaks RESP2 or RESP3; see {@link #protocol}.
 *
 * <p>A partial reply can be discarded with {@link #rewind}, so that an error in the middle of a reply leaves only the
 * error.
 */
public final class Reply {
    private static final int INITIAL_BYTES = 16 * 1024;
    /** A larger buffer is not kept. */
    private static final int KEPT_BYTES = 1024 * 1024;

    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] PONG = ascii("+PONG\r\n");
    private static final byte[] NIL_2 = ascii("$-1\r\n");
    private static final byte[] NIL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");
    private static final byte[] NIL_3 = ascii("_\r\n");

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private boolean resp3;

    /** Selects the protocol version for what follows: 2 or 3. */
    public Reply protocol(int version) {
        resp3 = version == 3;
        return this;
    }

    public boolean isResp3() {
        return resp3;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes written to {@link #bytes()}. */
    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    /** The current end, for {@link #rewind} to discard what is written after it. */
    public int mark() {
        return size;
    }

    public void rewind(int mark) {
        size = mark;
    }

    /** {@code +OK} */
    public void ok() {
        put(OK);
    }

    /** {@code +PONG} */
    public void pong() {
        put(PONG);
    }

    /** A simple string; must contain no line end. */
    public void simple(String text) {
        put('+');
        put(ByteText.bytes(text));
        lineEnd();
    }

    /**
     * An error: code and text without the leading minus. Line ends are trimmed, and become spaces within the text, as
     * in Redis's {@code addReplyErrorFormat}.
     */
    public void error(String text) {
        put('-');
        byte[] message = ByteText.bytes(ByteText.trim(text, "\r\n"));
        for (int i = 0; i < message.length; i++) {
            if (message[i] == '\r' || message[i] == '\n') {
                message[i] = ' ';
            }
        }
        put(message);
        lineEnd();
    }

    public void integer(long value) {
        header(':', value);
    }

    /** A double; a bulk string of its digits in RESP2. */
    public void real(double value) {
        String text = Real.text(value);
        if (resp3) {
            put(',');
            put(ascii(text));
            lineEnd();
        } else {
            bulk(text);
        }
    }

    /** A boolean; 1 or 0 in RESP2. */
    public void bool(boolean value) {
        if (resp3) {
            put(value ? TRUE_3 : FALSE_3);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** An integer of any size, given as its digits; a bulk string in RESP2. */
    public void bigNumber(String digits) {
        if (resp3) {
            put('(');
            put(ascii(digits));
            lineEnd();
        } else {
            bulk(digits);
        }
    }

    public void bulk(Slice value) {
        bulk(value.bytes(), value.offset(), value.length());
    }

    public void bulk(byte[] source, int offset, int length) {
        header('$', length);
        ensure(length + 2L);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        lineEnd();
    }

    public void bulk(String text) {
        byte[] encoded = ByteText.bytes(text);
        bulk(encoded, 0, encoded.length);
    }

    public void bulk(ByteString value) {
        bulk(value.bytes(), 0, value.bytes().length);
    }

    /** A text for people to read: a verbatim string ({@code txt}) in RESP3, a bulk string in RESP2. */
    public void verbatim(String text) {
        if (resp3) {
            byte[] encoded = ByteText.bytes(text);
            header('=', encoded.length + 4L);
            put(ascii("txt:"));
            put(encoded);
            lineEnd();
        } else {
            bulk(text);
        }
    }

    public void nil() {
        put(resp3 ? NIL_3 : NIL_2);
    }

    /** A null array: {@code *-1} in RESP2. */
    public void nilArray() {
        put(resp3 ? NIL_3 : NIL_ARRAY_2);
    }

    public void array(int elements) {
        header('*', elements);
    }

    /** The header of a map; the pairs follow, each as key, then value. A flat array in RESP2. */
    public void map(int pairs) {
        header(resp3 ? '%' : '*', resp3 ? pairs : 2L * pairs);
    }

    /** The header of a set; an array in RESP2. */
    public void set(int elements) {
        header(resp3 ? '~' : '*', elements);
    }

    /**
     * The header of attributes of the reply after them; the pairs follow, each as key, then value. Only if {@link
     * #isResp3}: RESP2 has no attributes.
     */
    public void attribute(int pairs) {
        header('|', pairs);
    }

    /** The header of a push message; an array in RESP2. */
    public void push(int elements) {
        header(resp3 ? '>' : '*', elements);
    }

    /** Appends an encoded part of a reply. */
    public void raw(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Inserts the header of an array whose elements were written from {@code mark} on, when their number is known. */
    public void arrayFrom(int mark, int elements) {
        int end = size;
        array(elements);
        bringForward(mark, end);
    }

    /** Moves what was written from {@code tail} on to {@code mark}, in front of what was written there. */
    public void bringForward(int mark, int tail) {
        byte[] moved = Arrays.copyOfRange(bytes, tail, size);
        System.arraycopy(bytes, mark, bytes, mark + moved.length, tail - mark);
        System.arraycopy(moved, 0, bytes, mark, moved.length);
    }

    private void header(char type, long value) {
        ensure(24);
        bytes[size++] = (byte) type;
        size = Decimal.put(bytes, size, value);
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    private void put(char letter) {
        ensure(1);
        bytes[size++] = (byte) letter;
    }

    private void put(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
    }

    private void lineEnd() {
        ensure(2);
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    private void ensure(long more) {
        if (bytes.length - size < more) {
            long wanted = Math.max(size + more, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
            bytes = Arrays.copyOf(bytes, Math.toIntExact(wanted));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

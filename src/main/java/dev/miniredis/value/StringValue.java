package dev.miniredis.value;

import java.nio.charset.StandardCharsets;

/**
 * A string as it lies in its packed entry: a view that the keyspace wraps around an entry it has found. Entries never
 * change once they are made, so a view stays true when its key is set again.
 */
public final class StringValue implements Value {
    /** How a string came to be, by which Redis chooses its encoding. */
    public enum Form {
        /** It was given as it is: Redis makes an integer of it where it can. */
        AS_GIVEN,
        /** Redis keeps it as text, though it may be an integer. */
        TEXT,
        /** Redis has changed it in place, so it keeps it as {@code raw}, however short it is. */
        RAW
    }

    /** Redis's {@code OBJ_STRING} and {@code RDB_TYPE_STRING}. */
    private static final int TYPE = 0;
    /** The longest string that Redis keeps in one allocation with its object. */
    private static final int MAX_EMBEDDED_BYTES = 44;
    /** As many digits as a {@code long} can have, and its sign. */
    private static final int MAX_DIGITS = 20;

    private static final byte[] SET = "SET".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PXAT = "PXAT".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int offset;
    private int length;
    private Form form = Form.AS_GIVEN;

    public StringValue wrap(byte[] bytes, int offset, int length, Form form) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        if (this.form != form) { // to store a reference costs a memory barrier of the collector
            this.form = form;
        }
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

    @Override
    public String encoding() {
        if (isInteger()) {
            return "int";
        }
        return form != Form.RAW && length <= MAX_EMBEDDED_BYTES ? "embstr" : "raw";
    }

    /** Whether Redis would keep it as an integer of 64 bits. */
    public boolean isInteger() {
        if (form != Form.AS_GIVEN || length == 0 || length > MAX_DIGITS) {
            return false;
        }
        String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        try {
            return text.equals(Long.toString(Long.parseLong(text)));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public void writeTo(RdbSink sink) {
        sink.type(TYPE);
        sink.string(bytes, offset, length);
    }

    @Override
    public void addTo(ValueDigest digest) {
        digest.mixType(TYPE);
        digest.mix(bytes, offset, length);
    }

    @Override
    public <X extends Exception> void rebuild(long deadline, CommandSink<X> sink) throws X {
        sink.begin(SET);
        sink.add(bytes, offset, length);
        if (deadline != 0) {
            sink.add(PXAT, 0, PXAT.length);
            sink.add(deadline);
        }
        sink.end();
    }
}

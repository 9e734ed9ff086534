package dev.miniredis.resp;

import dev.miniredis.resp.ReplyValue.Bool;
import dev.miniredis.resp.ReplyValue.Int;
import dev.miniredis.resp.ReplyValue.Items;
import dev.miniredis.resp.ReplyValue.ItemsKind;
import dev.miniredis.resp.ReplyValue.Nil;
import dev.miniredis.resp.ReplyValue.Text;
import dev.miniredis.resp.ReplyValue.TextKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads replies from a stream, RESP2 and RESP3, each as a {@link ReplyValue}: the client's side of the protocol.
 *
 * <p>The server is not trusted. Lines, bulk strings and nesting have limits, and memory is allocated as bytes arrive,
 * not when a header announces them. Attributes ({@code |}) are read and discarded. The streamed types ({@code $?},
 * {@code *?}) are errors, since no server sends them.
 */
public final class ReplyReader {
    /** The maximum length of a line: a simple string, an error, a number or a length. */
    public static final int MAX_LINE_BYTES = 64 * 1024;
    /** The maximum length of a bulk string, Redis's {@code proto-max-bulk-len}. */
    public static final int MAX_BULK_BYTES = 512 * 1024 * 1024;
    /** The maximum nesting of arrays, maps, sets, pushes and attributes. */
    public static final int MAX_DEPTH = 128;

    private static final int BUFFER_BYTES = 16 * 1024;
    /** What is allocated for a bulk string before any of it has arrived. */
    private static final int FIRST_BULK_BYTES = 64 * 1024;

    private static final int FIRST_ITEMS = 16;

    private static final Nil NIL = new Nil();

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    public ReplyReader(InputStream in) {
        this.in = in;
    }

    /**
     * Waits for the next reply.
     *
     * @throws EOFException the stream ended before the end of the reply
     * @throws ProtocolException the bytes are not RESP, or too large; nothing after them can be read
     */
    public ReplyValue read() throws IOException, ProtocolException {
        return read(0);
    }

    private ReplyValue read(int depth) throws IOException, ProtocolException {
        byte type = readByte();
        while (type == '|') {
            readItems(2 * count(), depth);
            type = readByte();
        }
        return switch (type) {
            case '+' -> new Text(TextKind.SIMPLE, readLine());
            case '-' -> new Text(TextKind.ERROR, readLine());
            case ':' -> new Int(integer(readLine(), "Bad integer value"));
            case '$' -> readBulk(TextKind.BULK);
            case '!' -> readBulk(TextKind.ERROR);
            case '=' -> readVerbatim();
            case ',' -> new Text(TextKind.DOUBLE, readDouble());
            case '(' -> new Text(TextKind.BIG_NUMBER, readBigNumber());
            case '#' -> readBool();
            case '_' -> readNull();
            case '*' -> readAggregate(ItemsKind.ARRAY, depth);
            case '%' -> readAggregate(ItemsKind.MAP, depth);
            case '~' -> readAggregate(ItemsKind.SET, depth);
            case '>' -> readAggregate(ItemsKind.PUSH, depth);
            default -> throw error("got " + shown(type) + " as reply type byte");
        };
    }

    private ReplyValue readAggregate(ItemsKind kind, int depth) throws IOException, ProtocolException {
        long count = count();
        if (count < 0) {
            return NIL;
        }
        return new Items(kind, readItems(kind == ItemsKind.MAP ? 2 * count : count, depth));
    }

    private List<ReplyValue> readItems(long count, int depth) throws IOException, ProtocolException {
        if (depth == MAX_DEPTH) {
            throw error("No support for nested arrays deeper than " + MAX_DEPTH);
        }
        List<ReplyValue> items = new ArrayList<>(Math.clamp(count, 0, FIRST_ITEMS));
        for (long i = 0; i < count; i++) {
            items.add(read(depth + 1));
        }
        return Collections.unmodifiableList(items);
    }

    /** The number of items that follow; -1 for null. */
    private long count() throws IOException, ProtocolException {
        long count = integer(readLine(), "Bad multi-bulk length");
        if (count < -1 || count > Integer.MAX_VALUE) {
            throw error("Multi-bulk length out of range");
        }
        return count;
    }

    private ReplyValue readBulk(TextKind kind) throws IOException, ProtocolException {
        long length = integer(readLine(), "Bad bulk string length");
        if (length < -1 || length > MAX_BULK_BYTES) {
            throw error("Bulk string length out of range");
        }
        if (length == -1) {
            return NIL;
        }
        Text text = new Text(kind, readBytes((int) length));
        if (readByte() != '\r' || readByte() != '\n') {
            throw error("Bad bulk string terminator");
        }
        return text;
    }

    private ReplyValue readVerbatim() throws IOException, ProtocolException {
        if (!(readBulk(TextKind.VERBATIM) instanceof Text text)) {
            return NIL;
        }
        if (text.bytes().length < 4 || text.bytes()[3] != ':') {
            throw error("Verbatim string 4 bytes of content type are missing or incorrectly encoded.");
        }
        return new Text(TextKind.VERBATIM, Arrays.copyOfRange(text.bytes(), 4, text.bytes().length));
    }

    private ReplyValue readBool() throws IOException, ProtocolException {
        byte[] line = readLine();
        if (line.length != 1 || line[0] != 't' && line[0] != 'f') {
            throw error("Bad bool value");
        }
        return new Bool(line[0] == 't');
    }

    private ReplyValue readNull() throws IOException, ProtocolException {
        if (readLine().length != 0) {
            throw error("Bad nil value");
        }
        return NIL;
    }

    /** Checks only the letters: C's notation of a double also has inf, nan, exponents and hexadecimal digits. */
    private byte[] readDouble() throws IOException, ProtocolException {
        byte[] line = readLine();
        boolean valid = line.length > 0;
        for (byte letter : line) {
            valid &= letter >= '0' && letter <= '9'
                    || letter == '+'
                    || letter == '-'
                    || letter == '.'
                    || letter >= 'a' && letter <= 'z'
                    || letter >= 'A' && letter <= 'Z';
        }
        if (!valid) {
            throw error("Bad double value");
        }
        return line;
    }

    private byte[] readBigNumber() throws IOException, ProtocolException {
        byte[] line = readLine();
        int digitsFrom = line.length > 0 && (line[0] == '-' || line[0] == '+') ? 1 : 0;
        boolean valid = line.length > digitsFrom;
        for (int i = digitsFrom; i < line.length; i++) {
            valid &= line[i] >= '0' && line[i] <= '9';
        }
        if (!valid) {
            throw error("Bad bignum value");
        }
        return line;
    }

    private static long integer(byte[] line, String problem) throws ProtocolException {
        int from = line.length > 1 && line[0] == '+' ? 1 : 0;
        Slice digits = new Slice().wrap(line, from, line.length - from);
        if (!digits.isLong()) {
            throw error(problem);
        }
        return digits.toLong();
    }

    /**
     * Reads up to and including CR LF, and returns what is before it. A CR alone belongs to the line, as in hiredis.
     */
    private byte[] readLine() throws IOException, ProtocolException {
        byte[] line = new byte[32];
        int length = 0;
        while (true) {
            byte next = readByte();
            if (next == '\n' && length > 0 && line[length - 1] == '\r') {
                return Arrays.copyOf(line, length - 1);
            }
            if (length > MAX_LINE_BYTES) {
                throw error("line longer than " + MAX_LINE_BYTES + " bytes");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = next;
        }
    }

    private byte[] readBytes(int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_BULK_BYTES)];
        int read = 0;
        while (read < length) {
            if (read == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
            }
            if (position == limit) {
                fill();
            }
            int step = Math.min(bytes.length - read, limit - position);
            System.arraycopy(buffer, position, bytes, read, step);
            position += step;
            read += step;
        }
        return bytes;
    }

    private byte readByte() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++];
    }

    private void fill() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
            throw new EOFException("Server closed the connection");
        }
        position = 0;
        limit = read;
    }

    private static ProtocolException error(String problem) {
        return new ProtocolException("Protocol error, " + problem);
    }

    private static String shown(byte type) {
        return type > ' ' && type <= '~'
                ? "\"" + (char) type + "\""
                : "\"\\x" + HexFormat.of().toHexDigits(type) + "\"";
    }
}

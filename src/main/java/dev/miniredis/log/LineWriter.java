package dev.miniredis.log;

import dev.miniredis.resp.Decimal;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Encodes entries as lines; see the package for the format. The engine's thread writes the body of a line, the log's
 * thread its end, the checksum.
 */
public final class LineWriter {
    /** The end of a line: {@code ,"crc":"xxxxxxxx"}}, line feed. */
    static final int END_BYTES = 19;
    /** The maximum that {@link #putDurable} writes. */
    static final int DURABLE_BYTES = 11 + Decimal.MAX_BYTES;

    private static final int FIXED_BYTES = 128 + 3 * Decimal.MAX_BYTES + DURABLE_BYTES + END_BYTES;
    private static final int ARGUMENT_BYTES = 40;
    /** The length of {@code ["SELECT","2147483647"]} as a line of its own. */
    private static final int SELECT_BYTES = FIXED_BYTES + 3 * ARGUMENT_BYTES;

    private static final byte[] LSN = ascii("{\"lsn\":");
    private static final byte[] AT = ascii(",\"at\":");
    private static final byte[] BY = ascii(",\"by\":");
    private static final byte[] DB = ascii(",\"db\":");
    private static final byte[] CMD = ascii(",\"cmd\":[");
    private static final byte[] BASE_DB = ascii("\"db\":");
    private static final byte[] BASE_CMD = ascii("\"cmd\":[");
    private static final byte[] CMDS = ascii(",\"cmds\":[[");
    private static final byte[] DURABLE = ascii(",\"durable\":");
    private static final byte[] CRC = ascii(",\"crc\":\"");
    private static final byte[] BASE64 = ascii("{\"b64\":\"");
    private static final byte[] HEX = ascii("0123456789abcdef");

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private LineWriter() {}

    /** An upper bound of the length of a command's line. */
    public static long bound(byte[] by, Request command) {
        long bound = FIXED_BYTES + stringBound(by.length);
        for (int i = 0; i < command.size(); i++) {
            bound += stringBound(command.arg(i).length());
        }
        return bound;
    }

    /** An upper bound of the length of these commands' line, with a SELECT before each. */
    public static long bound(byte[] by, List<Request> commands) {
        long bound = 0;
        for (Request command : commands) {
            bound += bound(by, command) + SELECT_BYTES + stringBound(by.length);
        }
        return bound;
    }

    static long bound(LogEntry entry) {
        long bound = 0;
        for (int i = 0; i < entry.commands().size(); i++) {
            bound += bound(entry.by(), entry.commands().get(i));
        }
        return bound;
    }

    /** A string that would be longer than this as JSON is written as base64, which takes 4/3 of its length. */
    private static long stringBound(int length) {
        return (long) length + (length >> 1) + ARGUMENT_BYTES;
    }

    /**
     * Writes the body of an entry's line at {@code at}; there must be room for its bound.
     *
     * @return the index behind it
     */
    static int putBody(byte[] target, int at, LogEntry entry) {
        int end = put(target, at, LSN);
        end = Decimal.put(target, end, entry.lsn());
        end = put(target, end, AT);
        end = Decimal.put(target, end, entry.atMillis());
        end = put(target, end, BY);
        end = putString(target, end, entry.by(), 0, entry.by().length);
        if (entry.database() != 0) {
            end = put(target, end, DB);
            end = Decimal.put(target, end, entry.database());
        }
        if (entry.commands().size() == 1) {
            end = put(target, end, CMD);
            return putArguments(target, end, entry.commands().getFirst());
        }
        end = put(target, end, CMDS);
        for (int i = 0; i < entry.commands().size(); i++) {
            if (i > 0) {
                target[end++] = ',';
                target[end++] = '[';
            }
            end = putArguments(target, end, entry.commands().get(i));
        }
        target[end++] = ']';
        return end;
    }

    /** As {@link #putBody}, for a line of a base. */
    static int putBaseBody(byte[] target, int at, int database, Request command) {
        int end = at;
        target[end++] = '{';
        if (database != 0) {
            end = put(target, end, BASE_DB);
            end = Decimal.put(target, end, database);
            target[end++] = ',';
        }
        return putArguments(target, put(target, end, BASE_CMD), command);
    }

    /** The body of a base's header. */
    static byte[] baseHeader(BaseHeader header) {
        String keys = header.keys().stream().map(Object::toString).collect(Collectors.joining(","));
        return ascii("{\"log\":\"mini-redis\",\"format\":" + LineReader.FORMAT + ",\"base\":" + header.lsn()
                + ",\"at\":" + header.atMillis() + ",\"seed\":\"" + Long.toHexString(header.hashSeed())
                + "\",\"keys\":[" + keys + "]");
    }

    /**
     * The body of a line that states that entries are missing.
     *
     * @param atMillis when that was detected
     */
    static byte[] lost(long from, long to, long atMillis) {
        return ascii("{\"lost\":[" + from + "," + to + "],\"at\":" + atMillis);
    }

    /** The body of a line that only states that everything up to {@code lsn} is on disk. */
    static byte[] durable(long lsn) {
        return ascii("{\"durable\":" + lsn);
    }

    /** The body of the line of a {@link DurableMark}. */
    static byte[] mark(long lsn) {
        return ascii("{\"log\":\"mini-redis\",\"durable\":" + lsn);
    }

    /** The body of a base's last line. */
    static byte[] baseEnd(long lines) {
        return ascii("{\"end\":" + lines);
    }

    /** The body of a segment's header. */
    static byte[] header(long firstLsn) {
        return ascii("{\"log\":\"mini-redis\",\"format\":" + LineReader.FORMAT + ",\"first\":" + firstLsn);
    }

    /**
     * Appends to a body the field that states that everything up to {@code lsn} is durable.
     *
     * @return the index behind it
     */
    static int putDurable(byte[] target, int at, long lsn) {
        return Decimal.put(target, put(target, at, DURABLE), lsn);
    }

    /**
     * Appends the end of a line, {@link #END_BYTES} bytes, to the body {@code [from, to)}.
     *
     * @return the index behind it
     */
    static int putEnd(byte[] target, int from, int to, CRC32C crc) {
        crc.reset();
        crc.update(target, from, to - from);
        long sum = crc.getValue();
        int end = put(target, to, CRC);
        for (int shift = 28; shift >= 0; shift -= 4) {
            target[end++] = HEX[(int) (sum >>> shift) & 15];
        }
        target[end++] = '"';
        target[end++] = '}';
        target[end++] = '\n';
        return end;
    }

    private static int putArguments(byte[] target, int at, Request command) {
        int end = at;
        for (int i = 0; i < command.size(); i++) {
            if (i > 0) {
                target[end++] = ',';
            }
            Slice arg = command.arg(i);
            end = putString(target, end, arg.bytes(), arg.offset(), arg.length());
        }
        target[end++] = ']';
        return end;
    }

    private static int putString(byte[] target, int at, byte[] source, int offset, int length) {
        int plain = plainPrefix(source, offset, length);
        if (plain < length) {
            return putUnplain(target, at, source, offset, length);
        }
        target[at] = '"';
        System.arraycopy(source, offset, target, at + 1, length);
        target[at + 1 + length] = '"';
        return at + length + 2;
    }

    /**
     * The length of the prefix that needs no escaping in JSON: ASCII without control characters, quote and backslash.
     */
    private static int plainPrefix(byte[] source, int offset, int length) {
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long word = (long) LONG.get(source, offset + i);
            long quote = word ^ '"' * LOW_BITS;
            long backslash = word ^ '\\' * LOW_BITS;
            long special = word - ' ' * LOW_BITS | word | quote - LOW_BITS | backslash - LOW_BITS;
            if ((special & HIGH_BITS) != 0) { // may report a neighbour of a special byte too, never misses one
                break;
            }
        }
        while (i < length && isPlain(source[offset + i])) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(byte letter) {
        return letter >= ' ' && letter != '"' && letter != '\\';
    }

    private static int putUnplain(byte[] target, int at, byte[] source, int offset, int length) {
        if (!Utf8.isValid(source, offset, length) || escapedLength(source, offset, length) > stringBound(length) - 8) {
            return putBase64(target, at, source, offset, length);
        }
        int end = at;
        target[end++] = '"';
        for (int i = offset; i < offset + length; i++) {
            byte letter = source[i];
            char shorthand = shorthand(letter);
            if (letter < 0 || isPlain(letter)) {
                target[end++] = letter;
            } else if (shorthand != 0) {
                target[end++] = '\\';
                target[end++] = (byte) shorthand;
            } else {
                end = put(target, end, UNICODE_ESCAPE);
                target[end++] = HEX[letter >> 4];
                target[end++] = HEX[letter & 15];
            }
        }
        target[end++] = '"';
        return end;
    }

    private static final byte[] UNICODE_ESCAPE = ascii("\\u00");

    private static long escapedLength(byte[] source, int offset, int length) {
        long escaped = 2;
        for (int i = offset; i < offset + length; i++) {
            byte letter = source[i];
            if (letter < 0 || isPlain(letter)) {
                escaped++;
            } else {
                escaped += shorthand(letter) != 0 ? 2 : 6;
            }
        }
        return escaped;
    }

    /** The letter of the short escape of a character; 0 if there is none. */
    private static char shorthand(byte letter) {
        return switch (letter) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    private static int putBase64(byte[] target, int at, byte[] source, int offset, int length) {
        int end = put(target, at, BASE64);
        Base64.Encoder encoder = Base64.getEncoder();
        int chunk = 3 * 8192; // a multiple of three, so only the last chunk has padding
        for (int from = 0; from < length; from += chunk) {
            byte[] part = java.util.Arrays.copyOfRange(source, offset + from, offset + Math.min(length, from + chunk));
            end = put(target, end, encoder.encode(part));
        }
        target[end++] = '"';
        target[end++] = '}';
        return end;
    }

    private static int put(byte[] target, int at, byte[] source) {
        System.arraycopy(source, 0, target, at, source.length);
        return at + source.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

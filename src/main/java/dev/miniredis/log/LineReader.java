package dev.miniredis.log;

import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Parses the lines that {@link LineWriter} writes, and any JSON object with a correct checksum: fields in any order,
 * unknown fields ignored. Arguments are slices of the line, or of memory of their own if they had to be decoded.
 */
final class LineReader {
    static final int FORMAT = 1;
    /** Why a line without its line feed cannot be used. */
    static final String NOT_WHOLE = "it is not whole";

    private static final String END = ",\"crc\":\"\"}\n";
    private static final int CRC_DIGITS = 8;
    private static final List<byte[]> BEGINNINGS = Stream.of("{\"lsn\":", "{\"durable\":", "{\"lost\":")
            .map(text -> text.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private static final byte[] NO_SENDER = {};

    private final CRC32C crc = new CRC32C();
    private byte[] lastSender = NO_SENDER;
    private byte[] line;
    private int at;
    private int end;
    private byte[] decoded; // the decoded strings of this line, consecutive
    private int decodedEnd;

    // the string read last
    private byte[] stringBytes;
    private int stringOffset;
    private int stringLength;

    /** The line is not a line of a log, or incomplete. */
    static final class BadLineException extends Exception {
        private static final long serialVersionUID = 1L;

        BadLineException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The first line of a segment.
     *
     * @param first the lsn that its entries begin with
     */
    record Header(long format, long first) {}

    /**
     * Reads an entry.
     *
     * @param from the index where the line begins
     * @param to the index of its end, before the line feed
     */
    void readEntry(byte[] source, int from, int to, LogEntry entry) throws BadLineException {
        begin(source, from, to);
        entry.reset(0, NO_SENDER, 0);
        entry.lsn(0);
        expect('{');
        do {
            String field = fieldName();
            switch (field) {
                case "lsn" -> entry.lsn(number());
                case "at" -> entry.atMillis(number());
                case "by" -> {
                    argument();
                    entry.by(sender());
                }
                case "db" -> entry.database((int) Math.min(number(), Integer.MAX_VALUE));
                case "cmd" -> command(entry.addEmpty());
                case "cmds" -> commands(entry);
                case "durable" -> entry.durable(number());
                case "lost" -> lost(entry);
                default -> skipValue();
            }
        } while (more());
        boolean good = switch (entry.kind()) {
            case COMMANDS -> entry.lsn() > 0;
            case LOST -> entry.commands().isEmpty();
            case DURABLE -> entry.lsn() == 0 && entry.durable() > 0;
        };
        if (!good) {
            throw new BadLineException("no lsn or no command");
        }
    }

    private void lost(LogEntry entry) throws BadLineException {
        expect('[');
        long from = number();
        expect(',');
        long to = number();
        expect(']');
        if (from <= 0 || to < from) {
            throw new BadLineException("a range of lost entries that is none");
        }
        entry.lost(from, to);
    }

    /** The sender that was read last; reuses the array if it is the same as in the line before. */
    private byte[] sender() {
        int to = stringOffset + stringLength;
        if (!Arrays.equals(lastSender, 0, lastSender.length, stringBytes, stringOffset, to)) {
            lastSender = Arrays.copyOfRange(stringBytes, stringOffset, to);
        }
        return lastSender;
    }

    /**
     * Reads a line of a base into an entry without lsn, time and sender.
     *
     * @return for the last line, the number of lines before it; -1 for other lines
     */
    long readBaseLine(byte[] source, int from, int to, LogEntry entry) throws BadLineException {
        begin(source, from, to);
        entry.reset(0, NO_SENDER, 0);
        long end = -1;
        expect('{');
        do {
            switch (fieldName()) {
                case "db" -> entry.database((int) Math.min(number(), Integer.MAX_VALUE));
                case "cmd" -> command(entry.addEmpty());
                case "cmds" -> commands(entry);
                case "end" -> end = number();
                case "lost" -> lost(entry);
                default -> skipValue();
            }
        } while (more());
        boolean isContent = !entry.commands().isEmpty() || entry.kind() == LogEntry.Kind.LOST;
        if (isContent == end >= 0) {
            throw new BadLineException("no command");
        }
        return end;
    }

    /** A header states another format than {@link #FORMAT}: nothing of the file can be read. */
    static final class OtherFormatException extends Exception {
        private static final long serialVersionUID = 1L;

        private final long format;

        OtherFormatException(long format) {
            super("format " + format, null, false, false);
            this.format = format;
        }

        long format() {
            return format;
        }
    }

    /** Reads the first line of a base. */
    BaseHeader readBaseHeader(byte[] source, int from, int to) throws BadLineException, OtherFormatException {
        begin(source, from, to);
        long format = 0;
        long lsn = -1;
        long millis = 0;
        long seed = 0;
        List<Integer> keys = List.of();
        expect('{');
        do {
            switch (fieldName()) {
                case "format" -> format = number();
                case "base" -> lsn = number();
                case "at" -> millis = number();
                case "seed" -> seed = hexadecimal();
                case "keys" -> keys = numbers();
                default -> skipValue();
            }
        } while (more());
        if (lsn < 0) {
            throw new BadLineException("not the header of a base");
        }
        if (format != FORMAT) {
            throw new OtherFormatException(format);
        }
        return new BaseHeader(lsn, millis, seed, keys);
    }

    private long hexadecimal() throws BadLineException {
        string();
        String digits = new String(stringBytes, stringOffset, stringLength, StandardCharsets.US_ASCII);
        try {
            return Long.parseUnsignedLong(digits, 16);
        } catch (NumberFormatException e) {
            throw new BadLineException("a seed that is no hexadecimal number");
        }
    }

    private List<Integer> numbers() throws BadLineException {
        List<Integer> numbers = new ArrayList<>();
        expect('[');
        if (peek() == ']') {
            at++;
            return numbers;
        }
        do {
            numbers.add((int) Math.min(number(), Integer.MAX_VALUE));
        } while (nextElement());
        return numbers;
    }

    Header readHeader(byte[] source, int from, int to) throws BadLineException {
        begin(source, from, to);
        String log = "";
        long format = 0;
        long first = 0;
        expect('{');
        do {
            switch (fieldName()) {
                case "log" -> {
                    string();
                    log = new String(stringBytes, stringOffset, stringLength, StandardCharsets.UTF_8);
                }
                case "format" -> format = number();
                case "first" -> first = number();
                default -> skipValue();
            }
        } while (more());
        if (!log.equals("mini-redis") || first <= 0) {
            throw new BadLineException("not the header of a Mini Redis log");
        }
        return new Header(format, first);
    }

    /** Whether an entry as written by {@link LineWriter} may begin at {@code from}. */
    static boolean mayBegin(byte[] source, int from, int to) {
        if (source[from] != '{') {
            return false;
        }
        for (byte[] beginning : BEGINNINGS) {
            int end = from + beginning.length;
            if (end < to && Arrays.equals(source, from, end, beginning, 0, beginning.length)) {
                return true;
            }
        }
        return false;
    }

    /** Verifies the checksum and prepares parsing, which ends before the checksum's field. */
    private void begin(byte[] source, int from, int to) throws BadLineException {
        int bodyEnd = to - (LineWriter.END_BYTES - 1);
        if (bodyEnd <= from || !endsLikeALine(source, bodyEnd)) {
            throw new BadLineException("no checksum at its end");
        }
        crc.reset();
        crc.update(source, from, bodyEnd - from);
        long stated = 0;
        for (int i = 0; i < CRC_DIGITS; i++) {
            byte letter = source[bodyEnd + 8 + i];
            int digit = Character.digit(letter, 16);
            if (digit < 0 || letter >= 'A' && letter <= 'F') {
                throw new BadLineException("its checksum is no hexadecimal number");
            }
            stated = stated << 4 | digit;
        }
        if (stated != crc.getValue()) {
            throw new BadLineException("its checksum does not match");
        }
        line = source;
        at = from;
        end = bodyEnd;
        decoded = null;
    }

    private static boolean endsLikeALine(byte[] source, int bodyEnd) {
        for (int i = 0; i < END.length() - 1; i++) {
            int place = i < 8 ? bodyEnd + i : bodyEnd + CRC_DIGITS + i;
            if (source[place] != END.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean more() throws BadLineException {
        skipSpace();
        if (at == end) { // only the checksum's field and the closing brace follow
            return false;
        }
        expect(',');
        return true;
    }

    private String fieldName() throws BadLineException {
        string();
        int length = stringLength;
        String known = knownName(length);
        String name = known != null ? known : new String(stringBytes, stringOffset, length, StandardCharsets.UTF_8);
        expect(':');
        return name;
    }

    /** The name that was read last if it is a common one, without allocating a string; otherwise null. */
    private String knownName(int length) {
        byte first = length > 0 ? stringBytes[stringOffset] : 0;
        String candidate = switch (length) {
            case 2 -> first == 'a' ? "at" : first == 'b' ? "by" : "db";
            case 3 -> first == 'l' ? "lsn" : "cmd";
            case 7 -> "durable";
            default -> null;
        };
        for (int i = 0; candidate != null && i < length; i++) {
            if (stringBytes[stringOffset + i] != candidate.charAt(i)) {
                return null;
            }
        }
        return candidate;
    }

    private void commands(LogEntry entry) throws BadLineException {
        expect('[');
        do {
            command(entry.addEmpty());
        } while (nextElement());
    }

    private void command(Request command) throws BadLineException {
        expect('[');
        do {
            argument();
            command.add(stringBytes, stringOffset, stringLength);
        } while (nextElement());
    }

    private boolean nextElement() throws BadLineException {
        if (peek() == ']') {
            at++;
            return false;
        }
        expect(',');
        return true;
    }

    /** Reads a string, or base64 in an object. */
    private void argument() throws BadLineException {
        if (peek() != '{') {
            string();
            return;
        }
        expect('{');
        if (!fieldName().equals("b64")) {
            throw new BadLineException("an argument that is neither a string nor b64");
        }
        string();
        try {
            stringBytes = Base64.getDecoder()
                    .decode(Arrays.copyOfRange(stringBytes, stringOffset, stringOffset + stringLength));
        } catch (IllegalArgumentException e) {
            throw new BadLineException("an argument that is no base64");
        }
        stringOffset = 0;
        stringLength = stringBytes.length;
        expect('}');
    }

    private long number() throws BadLineException {
        skipSpace();
        int from = at;
        long value = 0;
        while (at < end && line[at] >= '0' && line[at] <= '9') {
            if (at - from == 18) {
                throw new BadLineException("a number that is too large");
            }
            value = value * 10 + line[at++] - '0';
        }
        if (at == from) {
            throw new BadLineException("no number where one should be");
        }
        return value;
    }

    private void string() throws BadLineException {
        expect('"');
        int from = at;
        while (at < end && line[at] != '"') {
            if (line[at] == '\\') {
                decodeString(from);
                return;
            }
            at++;
        }
        if (at == end) {
            throw new BadLineException("a string that does not end");
        }
        stringBytes = line;
        stringOffset = from;
        stringLength = at - from;
        at++;
    }

    private void decodeString(int from) throws BadLineException {
        if (decoded == null) { // decoding never needs more than the rest of the line, so the array need not grow
            decoded = new byte[end - from];
            decodedEnd = 0;
        }
        int offset = decodedEnd;
        int next = from;
        while (next < end && line[next] != '"') {
            if (line[next] != '\\') {
                decoded[decodedEnd++] = line[next++];
            } else {
                next = decodeEscape(next + 1);
            }
        }
        if (next >= end) {
            throw new BadLineException("a string that does not end");
        }
        at = next + 1;
        stringBytes = decoded;
        stringOffset = offset;
        stringLength = decodedEnd - offset;
    }

    /**
     * Decodes the escape after a backslash.
     *
     * @return the index after the escape
     */
    private int decodeEscape(int from) throws BadLineException {
        if (from >= end) {
            throw new BadLineException("a string that does not end");
        }
        int letter = switch (line[from]) {
            case '"', '\\', '/' -> line[from];
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
        if (letter >= 0) {
            decoded[decodedEnd++] = (byte) letter;
            return from + 1;
        }
        int unit = unicode(from);
        int next = from + 5;
        if (Character.isHighSurrogate((char) unit) && next < end && line[next] == '\\') {
            int low = unicode(next + 1);
            if (Character.isLowSurrogate((char) low)) {
                unit = Character.toCodePoint((char) unit, (char) low);
                next += 6;
            }
        }
        if (Character.isBmpCodePoint(unit) && Character.isSurrogate((char) unit)) {
            throw new BadLineException("half a pair of surrogates");
        }
        byte[] encoded = Character.toString(unit).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, decoded, decodedEnd, encoded.length);
        decodedEnd += encoded.length;
        return next;
    }

    private int unicode(int from) throws BadLineException {
        if (from + 5 > end || line[from] != 'u') {
            throw new BadLineException("an escape that is none");
        }
        int unit = 0;
        for (int i = from + 1; i < from + 5; i++) {
            int digit = Character.digit(line[i], 16);
            if (digit < 0) {
                throw new BadLineException("an escape that is none");
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    /** Skips a value of any type. */
    private void skipValue() throws BadLineException {
        int depth = 0;
        do {
            switch (peek()) {
                case '"' -> string();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                default -> at++;
            }
            skipSpace();
        } while (at < end && (depth > 0 || line[at] != ','));
        if (depth != 0) {
            throw new BadLineException("brackets that do not match");
        }
    }

    private byte peek() throws BadLineException {
        skipSpace();
        if (at == end) {
            throw new BadLineException("it ends too early");
        }
        return line[at];
    }

    private void skipSpace() {
        while (at < end && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
    }

    private void expect(char letter) throws BadLineException {
        if (peek() != letter) {
            throw new BadLineException("no " + letter + " where one should be");
        }
        at++;
    }
}

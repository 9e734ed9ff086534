package dev.miniredis.resp;

import java.util.Arrays;

/**
 * Parses the requests of one connection from bytes that arrive in pieces of any size: arrays of bulk strings, and
 * inline commands with Redis's quoting. Follows {@code processInlineBuffer} and {@code processMultibulkBuffer} of Redis
 * 7.2 exactly: the byte after a CR is not checked, a NUL hides the rest of a line.
 *
 * <pre>
 *   buffer   | done | request being read …………………………………… | free      |
 *                   start        position ^         limit ^
 *                   args: (offset from start, length) of each argument read so far
 * </pre>
 *
 * <p>No byte is parsed twice, and the buffer grows with the bytes that have arrived, not with the length that a header
 * announces. A reader reads into a part of its loop's {@link TurnBuffer}; only a request that is incomplete at the end
 * of the turn moves to a buffer of its own.
 */
public final class RequestReader {
    /** The maximum length of a line: an inline command, a count or a length. */
    public static final int MAX_LINE_BYTES = 64 * 1024;

    private static final byte[] NO_BUFFER = {};
    private static final int[] NO_ARGS = {};
    private static final int UNKNOWN = -1;
    /** The maximum number of arguments before login. */
    private static final int UNTRUSTED_ARGS = 10;
    /** The maximum length of an argument before login. */
    private static final int UNTRUSTED_BULK_BYTES = 16 * 1024;

    private final TurnBuffer turn;
    private final RequestLimits limits;
    private byte[] buffer = NO_BUFFER;
    private boolean inTurnBuffer; // whether buffer is the turn's
    private int start;
    private int position;
    private int limit;

    private int argsExpected; // of the array being read; 0 between requests
    private int bulkLength = UNKNOWN;
    private boolean untrusted;
    private int lineScanned; // bytes after position without an end of line
    private int[] args = NO_ARGS;
    private int argCount;

    /** A reader with default limits. */
    public RequestReader(TurnBuffer turn) {
        this(turn, new RequestLimits());
    }

    public RequestReader(TurnBuffer turn, RequestLimits limits) {
        this.turn = turn;
        this.limits = limits;
    }

    /**
     * How many bytes {@link #reserve} would allocate for this reader; 0 if there is room.
     */
    public long growth(int bytes) {
        if (buffer.length == 0) {
            return turn.hasRoom(bytes) ? 0 : bytes;
        }
        int held = limit - start;
        boolean fits = ownBytes() - limit >= bytes || ownBytes() - held >= bytes;
        return fits || held + (long) bytes > RequestLimits.MAX_REQUEST_BYTES ? 0 : grown(held, bytes) - ownBytes();
    }

    /**
     * Makes room for {@code bytes} more bytes. The caller writes them to {@link #buffer()} at {@link #limit()} and then
     * calls {@link #arrived}.
     *
     * @throws ProtocolException the request is longer than {@link RequestLimits#MAX_REQUEST_BYTES}
     */
    public void reserve(int bytes) throws ProtocolException {
        if (buffer.length == 0) {
            int at = turn.take(bytes);
            inTurnBuffer = at >= 0;
            buffer = inTurnBuffer ? turn.bytes() : new byte[bytes];
            start = Math.max(0, at);
            position = start;
            limit = start;
            return;
        }
        if (ownBytes() - limit >= bytes) {
            return;
        }
        int held = limit - start;
        if (held + (long) bytes > RequestLimits.MAX_REQUEST_BYTES) {
            throw new ProtocolException("too big request");
        }
        moveTo(ownBytes() - held < bytes ? new byte[grown(held, bytes)] : buffer);
    }

    /** Moves the held bytes to the beginning of an array, which may be the current one. */
    private void moveTo(byte[] target) {
        int held = limit - start;
        System.arraycopy(buffer, start, target, 0, held);
        buffer = target;
        inTurnBuffer = false;
        position -= start;
        limit = held;
        start = 0;
    }

    /** The new size: twice the held bytes, or up to the end of the current bulk string if that is less. */
    private int grown(int held, int bytes) {
        long wanted = Math.max(held + (long) bytes, 2L * held);
        if (bulkLength != UNKNOWN) {
            long end = (long) position - start + bulkLength + 2;
            wanted = Math.min(wanted, Math.max(end, held + (long) bytes));
        }
        return (int) Math.min(wanted, RequestLimits.MAX_REQUEST_BYTES);
    }

    public byte[] buffer() {
        return buffer;
    }

    public int limit() {
        return limit;
    }

    /** Tells that {@code bytes} were written at {@link #limit()}. */
    public void arrived(int bytes) {
        limit += bytes;
    }

    /** Bytes held of an incomplete request and of requests not read yet. */
    public int pendingBytes() {
        return limit - start;
    }

    /** The size of this reader's own buffer; 0 if it has none. */
    public int ownBytes() {
        return inTurnBuffer ? 0 : buffer.length;
    }

    /** Free bytes in this reader's own buffer, {@code qbuf-free} in {@code CLIENT LIST}. */
    public int freeBytes() {
        return Math.max(0, ownBytes() - limit);
    }

    /** The number of arguments read of an incomplete request; 0 between requests. */
    public int unfinishedArgs() {
        return argsExpected == 0 ? 0 : argCount;
    }

    /** Before login: at most 10 arguments of 16 KiB each. */
    public void untrusted(boolean isUntrusted) {
        untrusted = isUntrusted;
    }

    /**
     * Reads the next request, if all of it has arrived.
     *
     * @param request filled with slices of the buffer, valid until the next call of any other method here
     * @return false when more bytes are needed
     * @throws ProtocolException with Redis's text, if the bytes are not RESP; nothing after them can be read
     */
    public boolean next(Request request) throws ProtocolException {
        while (position < limit) {
            if (argsExpected == 0) {
                start = position;
                argCount = 0;
                if (buffer[position] != '*') {
                    if (!readInline(request)) {
                        return false;
                    }
                    if (request.size() > 0) {
                        request.start(start);
                        return true;
                    }
                    continue;
                }
                if (!readCount()) {
                    return false;
                }
                continue;
            }
            if (!readArgument()) {
                keepArgs();
                return false;
            }
            if (argCount == argsExpected) {
                finishArray(request);
                return true;
            }
        }
        keepArgs();
        return false;
    }

    /** Copies the arguments of an incomplete request, since the next reader uses the turn's array. */
    @SuppressWarnings("ReferenceEquality") // whether it is the turn's array
    private void keepArgs() {
        if (args == turn.args()) {
            args = Arrays.copyOf(args, 2 * argCount);
        }
    }

    /** Goes back to before a request that {@link #next} has read: it and all after it will be read again. */
    public void unread(Request request) {
        start = request.start();
        position = start;
        argsExpected = 0;
        args = NO_ARGS;
        bulkLength = UNKNOWN;
        lineScanned = 0;
    }

    private void finishArray(Request request) {
        request.clear();
        for (int i = 0; i < argCount; i++) {
            request.add(buffer, start + args[2 * i], args[2 * i + 1]);
        }
        request.start(start);
        argsExpected = 0;
        args = NO_ARGS;
    }

    private boolean readCount() throws ProtocolException {
        int end = lineEnd('\r', "too big mbulk count string");
        if (end < 0) {
            return false;
        }
        long count = number(position + 1, end, "invalid multibulk length");
        if (count > Integer.MAX_VALUE) {
            throw new ProtocolException("invalid multibulk length");
        }
        if (untrusted && count > UNTRUSTED_ARGS) {
            throw new ProtocolException("unauthenticated multibulk length");
        }
        position = end + 2;
        if (count > 0) {
            argsExpected = (int) count;
            args = turn.args();
        } else {
            start = position;
        }
        return true;
    }

    private boolean readArgument() throws ProtocolException {
        if (bulkLength == UNKNOWN) {
            int end = lineEnd('\r', "too big bulk count string");
            if (end < 0) {
                return false;
            }
            if (buffer[position] != '$') {
                throw new ProtocolException("expected '$', got '" + ByteText.of(buffer, position, 1) + "'");
            }
            long length = number(position + 1, end, "invalid bulk length");
            if (length < 0 || length > limits.bulkBytes()) {
                throw new ProtocolException("invalid bulk length");
            }
            if (untrusted && length > UNTRUSTED_BULK_BYTES) {
                throw new ProtocolException("unauthenticated bulk length");
            }
            position = end + 2;
            bulkLength = (int) length;
        }
        if (limit - position < bulkLength + 2) {
            return false;
        }
        if (2 * argCount == args.length) {
            args = Arrays.copyOf(args, Math.max(16, args.length * 2));
        }
        args[2 * argCount] = position - start;
        args[2 * argCount + 1] = bulkLength;
        argCount++;
        position += bulkLength + 2;
        bulkLength = UNKNOWN;
        return true;
    }

    /**
     * The offset of the line's CR (if one more byte has arrived) or, for inline commands, LF; -1 if it has not arrived.
     * A NUL ends the search, as in Redis, which uses {@code strchr}.
     */
    private int lineEnd(char terminator, String tooLong) throws ProtocolException {
        int from = position + lineScanned;
        int last = terminator == '\r' ? limit - 1 : limit;
        int at = from;
        while (at < last && buffer[at] != terminator && buffer[at] != 0) {
            at++;
        }
        if (at < last && buffer[at] == terminator) {
            lineScanned = 0;
            return at;
        }
        lineScanned = at - position;
        if (limit - position > MAX_LINE_BYTES) {
            throw new ProtocolException(tooLong);
        }
        return -1;
    }

    private long number(int from, int to, String problem) throws ProtocolException {
        if (to - from == 1 && buffer[from] >= '0' && buffer[from] <= '9') {
            return (long) buffer[from] - '0';
        }
        Slice digits = turn.digits().wrap(buffer, from, to - from);
        if (!digits.isLong()) {
            throw new ProtocolException(problem);
        }
        return digits.toLong();
    }

    private boolean readInline(Request request) throws ProtocolException {
        int end = lineEnd('\n', "too big inline request");
        if (end < 0) {
            return false;
        }
        int lineEnd = end > position && buffer[end - 1] == '\r' ? end - 1 : end;
        InlineWords.split(buffer, position, lineEnd, request);
        position = end + 1;
        if (request.size() == 0) {
            start = position;
        }
        return true;
    }

    /** Ends the turn: discards the requests that were read, and moves an incomplete one to a buffer of its own. */
    public void endTurn() {
        if (argsExpected == 0) {
            start = position;
        }
        int held = limit - start;
        if (held == 0) {
            buffer = NO_BUFFER;
            inTurnBuffer = false;
            start = 0;
            position = 0;
            limit = 0;
        } else if (ownBytes() == 0) {
            moveTo(new byte[held]);
        }
    }
}
